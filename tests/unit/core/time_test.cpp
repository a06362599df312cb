#include <weft/core/time.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <limits>

namespace weft {
namespace {

using namespace std::chrono_literals;
using detail::to_duration;

TEST(to_duration, takes_any_unit) {
  EXPECT_EQ(to_duration(2s), 2'000'000'000ns);
  EXPECT_EQ(to_duration(3ms), 3'000'000ns);
  EXPECT_EQ(to_duration(-1us), -1000ns);
}

TEST(to_duration, takes_floating_durations_and_rounds_up) {
  EXPECT_EQ(to_duration(std::chrono::duration<double>(0.25)), 250ms);
  EXPECT_EQ(to_duration(std::chrono::duration<double, std::nano>(1.2)), 2ns);
  EXPECT_EQ(to_duration(std::chrono::duration<double, std::nano>(-1.2)), -1ns);
}

TEST(to_duration, rounds_finer_units_up_so_that_nothing_fires_early) {
  using picoseconds = std::chrono::duration<std::int64_t, std::pico>;
  EXPECT_EQ(to_duration(picoseconds(1)), 1ns);
  EXPECT_EQ(to_duration(picoseconds(2000)), 2ns);
}

TEST(to_duration, holds_what_does_not_fit) {
  const duration forever = duration::max() / 2;
  EXPECT_EQ(to_duration(std::chrono::hours(std::numeric_limits<int>::max())), forever);
  EXPECT_EQ(to_duration(std::chrono::duration<double>(1e30)), forever);
  EXPECT_EQ(to_duration(std::chrono::duration<double>(std::numeric_limits<double>::infinity())),
            forever);
  EXPECT_LT(to_duration(std::chrono::duration<double>(-1e30)), 0ns);
  EXPECT_LT(to_duration(std::chrono::duration<double>(std::numeric_limits<double>::quiet_NaN())),
            0ns);
}

TEST(to_duration, leaves_room_to_be_added_to_a_clocks_now) {
  const time_point now = std::chrono::steady_clock::now();
  EXPECT_GT(now + to_duration(std::chrono::duration<double>(1e30)), now);
}

}  // namespace
}  // namespace weft
