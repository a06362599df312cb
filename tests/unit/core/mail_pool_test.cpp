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

/// How many different blocks there were in 2,000 rounds of 50. What other tests left is among them.
std::size_t different_blocks(bool maker_ends) {
  std::set<void*> seen;
  for (int round = 0; round < 2000; ++round) {
    std::vector<void*> taken;
    if (maker_ends) {
      std::thread([&] { taken = take_some(80, 50); }).join();
      give_all(taken);
    } else {
      taken = take_some(80, 50);
      std::thread([&] { give_all(taken); }).join();
    }
    seen.insert(taken.begin(), taken.end());
  }
  return seen.size();
}
constexpr std::size_t most_blocks = WEFT_FRAME_POOL ? 70'000 : 100'000;

TEST(mail_pool, gives_a_maker_what_another_thread_gave_back) {
  EXPECT_LE(different_blocks(false), most_blocks);
}

TEST(mail_pool, gives_a_new_thread_what_outlived_its_maker) {
  EXPECT_LE(different_blocks(true), most_blocks);
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
