#include <weft/core/detail/tick_clock.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>

namespace weft::detail {
namespace {

using namespace std::chrono_literals;

/// A counter of 2.5 GHz under a clock that begins at an hour.
struct line {
  double ghz = 2.5;
  std::uint64_t ticks_at_start = 1'000'000;
  tick_scale::reading at(duration since) const {
    return {ticks_at_start + static_cast<std::uint64_t>(static_cast<double>(since.count()) * ghz),
            time_point(1h) + since};
  }
};

/// A scale that has measured its slope for so long.
tick_scale measured(const line& l, duration for_so_long) {
  tick_scale scale;
  scale.sync(l.at(0ns));
  scale.sync(l.at(for_so_long));
  return scale;
}

TEST(tick_scale, covers_nothing_before_it_has_measured_a_slope) {
  const line l;
  tick_scale scale;
  EXPECT_FALSE(scale.covers(l.at(0ns).ticks));
  EXPECT_EQ(scale.sync(l.at(0ns)), l.at(0ns).time);
  EXPECT_FALSE(scale.covers(l.at(1us).ticks));
  EXPECT_EQ(scale.sync(l.at(500us)), l.at(500us).time);
  EXPECT_FALSE(scale.covers(l.at(501us).ticks));
}

TEST(tick_scale, is_good_for_a_sixteenth_of_what_it_measured) {
  const line l;
  const tick_scale scale = measured(l, 16ms);
  EXPECT_TRUE(scale.covers(l.at(16ms + 900us).ticks));
  EXPECT_FALSE(scale.covers(l.at(16ms + 1100us).ticks));
  EXPECT_FALSE(scale.covers(l.at(15ms).ticks));
}

TEST(tick_scale, gives_the_time_between_two_looks) {
  const line l;
  const tick_scale scale = measured(l, 16ms);
  const tick_scale::reading later = l.at(16ms + 700us);
  EXPECT_LT(std::chrono::abs(scale.at(later.ticks) - later.time), 3ns);
}

TEST(tick_scale, divides_an_error_of_its_readings_by_sixteen) {
  const line l;
  tick_scale scale;
  scale.sync(l.at(0ns));
  tick_scale::reading off = l.at(16ms);
  off.ticks += 400;  // 160 ns
  scale.sync(off);
  const tick_scale::reading later = l.at(16ms + 999us);
  EXPECT_LT(std::chrono::abs(scale.at(later.ticks + 400) - later.time), 12ns);
}

TEST(tick_scale, never_goes_back) {
  const line l;
  tick_scale scale = measured(l, 16ms);
  const std::uint64_t ticks = l.at(16ms + 990us).ticks;
  const time_point said = scale.at(ticks);
  tick_scale::reading behind = l.at(16ms + 1001us);
  behind.time -= 12us;
  EXPECT_GE(scale.sync(behind), said);
}

TEST(tick_scale, keeps_up_with_a_clock_that_is_slewed) {
  const line l;
  tick_scale scale = measured(l, 16ms);
  tick_scale::reading now;
  for (int i = 1; i < 200; ++i) {
    now = l.at(16ms + i * 10ms);
    now.time += i * 2us;  // 200 ppm
    scale.sync(now);
  }
  now.ticks += 12'500'000;  // 5 ms
  now.time += 5ms + 1us;
  EXPECT_LT(std::chrono::abs(scale.at(now.ticks) - now.time), 20ns);
}

TEST(tick_scale, begins_anew_when_the_counter_jumps) {
  const line l;
  tick_scale scale = measured(l, 16ms);
  line elsewhere;
  elsewhere.ticks_at_start = 10;  // behind
  const tick_scale::reading there = elsewhere.at(30ms);
  EXPECT_FALSE(scale.covers(there.ticks));
  EXPECT_EQ(scale.sync(there), there.time);
  EXPECT_FALSE(scale.covers(there.ticks + 1));
  scale.sync(elsewhere.at(46ms));
  const tick_scale::reading later = elsewhere.at(46ms + 500us);
  ASSERT_TRUE(scale.covers(later.ticks));
  EXPECT_LT(std::chrono::abs(scale.at(later.ticks) - later.time), 3ns);
}

TEST(tick_scale, looks_again_after_a_long_sleep) {
  const line l;
  tick_scale scale = measured(l, 16ms);
  EXPECT_FALSE(scale.covers(l.at(24h).ticks));
  EXPECT_EQ(scale.sync(l.at(24h)), l.at(24h).time);
  const tick_scale::reading later = l.at(24h + 5ms);
  ASSERT_TRUE(scale.covers(later.ticks));
  EXPECT_LT(std::chrono::abs(scale.at(later.ticks) - later.time), 3ns);
}

TEST(tick_clock, never_goes_back_and_stays_with_the_real_one) {
  tick_clock clock;
  time_point last = clock.now();
  for (int i = 0; i < 200'000; ++i) {
    const time_point now = clock.now();
    EXPECT_GE(now, last);
    last = now;
  }
  // A reading between two of the real clock lies between them, but for the slope's error.
  bool lies_between = false;
  for (int i = 0; i < 100 && !lies_between; ++i) {
    const time_point before = std::chrono::steady_clock::now();
    const time_point now = clock.now();
    const time_point after = std::chrono::steady_clock::now();
    lies_between = now >= before - 1us && now <= after + 1us;
  }
  EXPECT_TRUE(lies_between);
}

}  // namespace
}  // namespace weft::detail
