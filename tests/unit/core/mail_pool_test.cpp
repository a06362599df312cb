#include <weft/core/detail/mail_pool.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include <weft/core/detail/frame_pool.hpp>

namespace weft::detail {
namespace {

std::vector<void*> take_some(std::size_t size, int count) {
  std::vector<void*> taken;
  for (int i = 0; i < count; ++i) {
    taken.push_back(allocate_mail(size));
    std::memset(taken.back(), i, size);
  }
  return taken;
}
void give_all(const std::vector<void*>& taken) {
  for (void* one : taken) free_mail(one);
}

TEST(mail_pool, gives_a_maker_what_another_thread_gave_back) {
  const std::vector<void*> first = take_some(80, 100);
  std::thread([&] { give_all(first); }).join();
  const std::vector<void*> second = take_some(80, 100);
#if WEFT_FRAME_POOL
  EXPECT_EQ(std::set<void*>(first.begin(), first.end()),
            std::set<void*>(second.begin(), second.end()));
#endif
  give_all(second);
}

TEST(mail_pool, takes_back_what_outlived_its_maker) {
  std::vector<void*> taken;
  std::thread([&] { taken = take_some(64, 10); }).join();
  give_all(taken);
  std::vector<void*> again;
  std::thread([&] { again = take_some(64, 10); }).join();
#if WEFT_FRAME_POOL
  EXPECT_EQ(std::set<void*>(taken.begin(), taken.end()),
            std::set<void*>(again.begin(), again.end()));
#endif
  give_all(again);
}

TEST(mail_pool, has_room_for_large_objects_too) {
  const std::vector<void*> taken = take_some(10'000, 3);
  std::thread([&] { give_all(taken); }).join();
}

TEST(mail_pool, survives_makers_and_takers_at_once) {
  constexpr int rounds = 50;
  std::vector<std::thread> makers;
  for (int t = 0; t < 3; ++t) {
    makers.emplace_back([] {
      for (int i = 0; i < rounds; ++i) {
        const std::vector<void*> taken = take_some(96, 50);
        std::thread([&] { give_all(taken); }).join();
      }
    });
  }
  for (std::thread& one : makers) one.join();
}

}  // namespace
}  // namespace weft::detail
