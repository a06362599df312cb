#include <weft/core/handle.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>

#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

VIRTUAL_TEST(handle, takes_a_queued_callback_back) {
  bool ran = false;
  handle h = get_running_loop().call_soon([&] { ran = true; });
  EXPECT_FALSE(h.cancelled());
  h.cancel();
  EXPECT_TRUE(h.cancelled());
  co_await sleep(1s);
  EXPECT_FALSE(ran);
}

VIRTUAL_TEST(handle, leaves_the_callback_in_place_when_it_is_dropped) {
  bool ran = false;
  {
    handle dropped = get_running_loop().call_soon([&] { ran = true; });
  }
  co_await sleep(1s);
  EXPECT_TRUE(ran);
}

VIRTUAL_TEST(handle, lets_go_of_what_the_callback_held_at_once) {
  auto held = std::make_shared<int>(0);
  handle h = get_running_loop().call_later(1h, [held] {});
  EXPECT_EQ(held.use_count(), 2);
  h.cancel();
  EXPECT_EQ(held.use_count(), 1);
  co_return;
}

VIRTUAL_TEST(handle, has_the_callback_let_go_after_it_ran) {
  auto held = std::make_shared<int>(0);
  handle h = get_running_loop().call_soon([held] {});
  co_await sleep(0s);
  EXPECT_EQ(held.use_count(), 1);
}

VIRTUAL_TEST(handle, may_be_cancelled_by_its_own_callback_and_afterwards) {
  auto held = std::make_shared<int>(7);
  handle h;
  int seen = 0;
  h = get_running_loop().call_soon([&h, &seen, held] {
    h.cancel();
    seen = *held;  // what it stands on is still there
  });
  co_await sleep(0s);
  EXPECT_EQ(seen, 7);
  h.cancel();
}

VIRTUAL_TEST(handle, copies_stand_for_one_callback) {
  bool ran = false;
  handle h = get_running_loop().call_soon([&] { ran = true; });
  handle copy = h;
  copy.cancel();
  EXPECT_TRUE(h.cancelled());
  co_await sleep(0s);
  EXPECT_FALSE(ran);
}

VIRTUAL_TEST(handle, that_is_empty_does_nothing) {
  handle empty;
  empty.cancel();
  EXPECT_FALSE(empty.cancelled());
  co_return;
}

VIRTUAL_TEST(timer_handle, tells_its_deadline) {
  event_loop& loop = get_running_loop();
  timer_handle later = loop.call_later(5s, [] {});
  EXPECT_EQ(later.when(), loop.time() + 5s);
  timer_handle at = loop.call_at(loop.time() + 7s, [] {});
  EXPECT_EQ(at.when(), loop.time() + 7s);
  later.cancel();
  EXPECT_EQ(later.when(), loop.time() + 5s);
  at.cancel();
  co_return;
}

VIRTUAL_TEST(timer_handle, takes_a_timer_back_that_is_due_in_this_very_turn) {
  event_loop& loop = get_running_loop();
  bool ran = false;
  timer_handle second;
  loop.call_later(1s, [&] { second.cancel(); });
  second = loop.call_later(1s, [&] { ran = true; });
  co_await sleep(2s);
  EXPECT_FALSE(ran);
}

VIRTUAL_TEST(timer_handle, costs_the_clock_nothing_when_cancelled) {
  timer_handle h = get_running_loop().call_later(24h, [] {});
  h.cancel();
  co_await sleep(1s);
  EXPECT_EQ(virtual_now(), 1s);
}

}  // namespace
}  // namespace weft
