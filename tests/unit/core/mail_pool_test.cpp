#include <weft/core/detail/mail_pool.hpp>

#include <gtest/gtest.h>

#include <cstring>
#include <set>
#include <thread>
#include <vector>

#include <weft/core/detail/frame_pool.hpp>

namespace weft::detail {
namespace {

constexpr std::size_t small = 64;
constexpr std::size_t large = 10'000;
constexpr std::size_t line = 64;

std::vector<void*> take_some(std::size_t size, int count) {
  std::vector<void*> taken;
  for (int i = 0; i < count; ++i) {
    taken.push_back(allocate_mail(size));
    std::memset(taken.back(), i, size);
  }
  return taken;
}
void give_all(const std::vector<void*>& taken, std::size_t size) {
  for (void* one : taken) free_mail(one, size);
}
template <class F>
void on_another_thread(F f) {
  std::thread(f).join();
}

/// Each test in a thread of its own, which keeps no slabs afterwards.
struct mail_pool : ::testing::Test {
  std::size_t before = count_mail_slabs();
  ~mail_pool() override { EXPECT_EQ(count_mail_slabs(), before); }
  std::size_t made() const { return count_mail_slabs() - before; }
};

TEST_F(mail_pool, gives_a_maker_what_another_thread_gave_back) {
  on_another_thread([&] {
    std::set<void*> seen;
    for (int round = 0; round < 2000; ++round) {
      const std::vector<void*> taken = take_some(80, 50);
      seen.insert(taken.begin(), taken.end());
      on_another_thread([&] { give_all(taken, 80); });
    }
    EXPECT_LE(made(), 2u);
    if (WEFT_FRAME_POOL) {
      EXPECT_LE(seen.size(), 1000u);
    }
  });
}

TEST_F(mail_pool, keeps_few_slabs_after_many_blocks) {
  on_another_thread([&] {
    const std::vector<void*> taken = take_some(small, 50'000);
    if (WEFT_FRAME_POOL) {
      EXPECT_GT(made(), mail_slabs_kept);
    }
    on_another_thread([&] { give_all(taken, small); });
    EXPECT_LE(made(), mail_slabs_kept);
  });
}

TEST_F(mail_pool, does_not_grow_by_blocks_that_stay_out) {
  on_another_thread([&] {
    std::vector<void*> kept;
    for (int round = 0; round < 300; ++round) {
      std::vector<void*> taken = take_some(small, 400);
      if (round % 10 == 0) {
        kept.push_back(taken.back());
        taken.pop_back();
      }
      on_another_thread([&] { give_all(taken, small); });
    }
    EXPECT_LE(made(), mail_slabs_kept + kept.size());
    give_all(kept, small);
  });
}

TEST_F(mail_pool, is_freed_by_who_gives_back_what_outlived_its_maker) {
  std::vector<void*> taken;
  on_another_thread([&] { taken = take_some(small, 1000); });
  EXPECT_EQ(made() > 0, WEFT_FRAME_POOL != 0);
  on_another_thread([&] { give_all(taken, small); });
  EXPECT_EQ(made(), 0u);
}

/// Destroyed after the pool of its thread has left, for it is older.
struct late {
  std::vector<void*> given;
  std::vector<void*>* made = nullptr;
  ~late() {
    give_all(given, small);
    if (made) *made = take_some(small, 10);
  }
};
thread_local late destroyed_late;

TEST_F(mail_pool, serves_a_thread_whose_own_is_gone) {
  std::vector<void*> made_late;
  on_another_thread([&] {
    destroyed_late.made = &made_late;
    destroyed_late.given = take_some(small, 10);
  });
  ASSERT_EQ(made_late.size(), 10u);
  on_another_thread([&] { give_all(made_late, small); });
}

TEST_F(mail_pool, has_room_for_large_objects_too) {
  const std::vector<void*> taken = take_some(large, 3);
  on_another_thread([&] { give_all(taken, large); });
}

TEST_F(mail_pool, mixes_sizes) {
  on_another_thread([&] {
    std::vector<void*> taken[4];
    for (int round = 0; round < 1000; ++round) {
      for (std::size_t lines = 1; lines <= 4; ++lines) {
        taken[lines - 1].push_back(allocate_mail(lines * line));
        std::memset(taken[lines - 1].back(), round, lines * line);
      }
    }
    for (std::size_t lines = 1; lines <= 4; ++lines) {
      for (int round = 0; round < 1000; ++round) {
        const auto* bytes =
            static_cast<unsigned char*>(taken[lines - 1][static_cast<std::size_t>(round)]);
        EXPECT_EQ(bytes[0], static_cast<unsigned char>(round));
        EXPECT_EQ(bytes[lines * line - 1], static_cast<unsigned char>(round));
      }
      give_all(taken[lines - 1], lines * line);
    }
  });
}

TEST_F(mail_pool, survives_makers_and_takers_at_once) {
  constexpr int rounds = 50;
  std::vector<std::thread> makers;
  for (int t = 0; t < 3; ++t) {
    makers.emplace_back([] {
      for (int i = 0; i < rounds; ++i) {
        const std::vector<void*> taken = take_some(96, 50);
        std::thread([&] { give_all(taken, 96); }).join();
      }
    });
  }
  for (std::thread& one : makers) one.join();
}

}  // namespace
}  // namespace weft::detail
