#include <weft/flow/ticker.hpp>

#include <vector>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

namespace {

/// When each of `count` ticks came, while the work takes as long as listed, then no time.
coro<std::vector<duration>> ticks(ticker* t, std::size_t count, std::vector<duration> work) {
  std::vector<duration> came;
  for (std::size_t i = 0; i < count; ++i) {
    co_await t->next();
    came.push_back(virtual_now());
    if (i < work.size()) co_await sleep(work[i]);
  }
  co_return came;
}

}  // namespace

VIRTUAL_TEST(ticker, ticks_on_a_fixed_schedule_whatever_the_work_takes) {
  ticker t(10s);
  const std::vector<duration> work{9s, 1s, 5s};
  const auto came = co_await ticks(&t, 4, work);
  EXPECT_EQ(came, (std::vector<duration>{10s, 20s, 30s, 40s}));
  EXPECT_EQ(t.missed(), 0u);
}

VIRTUAL_TEST(ticker, says_when_each_tick_was_due) {
  ticker t(10s, missed_ticks::burst);
  co_await sleep(25s);
  const time_point first = co_await t.next();
  EXPECT_EQ(first.time_since_epoch(), 10s);
  EXPECT_EQ(t.when().time_since_epoch(), 20s);
}

VIRTUAL_TEST(ticker, skips_what_it_missed_and_keeps_the_schedule) {
  ticker t(10s);
  const std::vector<duration> work{25s};
  const auto came = co_await ticks(&t, 4, work);
  EXPECT_EQ(came, (std::vector<duration>{10s, 35s, 40s, 50s}));
  EXPECT_EQ(t.missed(), 1u);
}

VIRTUAL_TEST(ticker, in_bursts_makes_up_for_each) {
  ticker t(10s, missed_ticks::burst);
  const std::vector<duration> work{25s};
  const auto came = co_await ticks(&t, 5, work);
  EXPECT_EQ(came, (std::vector<duration>{10s, 35s, 35s, 40s, 50s}));
  EXPECT_EQ(t.missed(), 0u);
}

VIRTUAL_TEST(ticker, with_delay_begins_anew_at_the_late_one) {
  ticker t(10s, missed_ticks::delay);
  const std::vector<duration> work{25s, 0s, 12s};
  const auto came = co_await ticks(&t, 5, work);
  EXPECT_EQ(came, (std::vector<duration>{10s, 35s, 45s, 57s, 67s}));
  EXPECT_EQ(t.missed(), 1u);
}

VIRTUAL_TEST(ticker, that_is_due_still_gives_the_others_a_turn) {
  ticker t(1s, missed_ticks::burst);
  co_await sleep(10s);
  bool ran = false;
  get_running_loop().call_soon([&] { ran = true; });
  co_await t.next();
  EXPECT_TRUE(ran);
}

VIRTUAL_TEST(ticker, keeps_the_tick_that_a_cancelled_wait_did_not_see) {
  ticker t(10s);
  bool late = false;
  try {
    co_await wait_for(t.next(), 4s);
  } catch (const timeout_error&) {
    late = true;
  }
  EXPECT_TRUE(late);
  co_await t.next();
  EXPECT_EQ(virtual_now(), 10s);
}

VIRTUAL_TEST(ticker, begins_a_new_schedule_when_told_to) {
  ticker t(10s);
  co_await sleep(7s);
  t.reset();
  co_await t.next();
  EXPECT_EQ(virtual_now(), 17s);
}

VIRTUAL_TEST(ticker, skips_what_passed_while_the_loop_stood_still) {
  ticker t(10s);
  get_running_loop().call_later(9s, [] { get_running_loop().advance_virtual_time(24s); });
  const auto came = co_await ticks(&t, 2, {});
  EXPECT_EQ(came, (std::vector<duration>{33s, 40s}));
  EXPECT_EQ(t.missed(), 2u);
}

VIRTUAL_TEST(ticker, refuses_a_period_that_is_none) {
  EXPECT_THROW(ticker(0s), value_error);
  EXPECT_THROW(ticker(-1s), value_error);
  co_return;
}

TEST(ticker, needs_a_loop) { EXPECT_THROW(ticker(1s), usage_error); }
