#include <weft/core/as_outcome.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include <weft/flow/sleep.hpp>
#include <weft/flow/yield.hpp>
#include <weft/sync/event.hpp>
#include <weft/sync/lock.hpp>
#include <weft/sync/queue.hpp>
#include <weft/sync/semaphore.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

coro<std::string> text_after(duration delay) {
  if (delay > 0s) co_await sleep(delay);
  co_return "text";
}
coro<int> fail_after(duration delay) {
  if (delay > 0s) co_await sleep(delay);
  throw std::runtime_error("no");
}

VIRTUAL_TEST(as_outcome, gives_the_value_of_a_coro) {
  outcome<std::string> now = co_await as_outcome(text_after(0s));
  EXPECT_EQ(now.value(), "text");
  outcome<std::string> later = co_await as_outcome(text_after(1s));
  EXPECT_EQ(later.value(), "text");
}

VIRTUAL_TEST(as_outcome, gives_the_error_of_a_coro) {
  outcome<int> now = co_await as_outcome(fail_after(0s));
  EXPECT_EQ(describe(now.exception()), "std::runtime_error: no");
  outcome<int> later = co_await as_outcome(fail_after(1s));
  EXPECT_EQ(describe(later.exception()), "std::runtime_error: no");
}

VIRTUAL_TEST(as_outcome, gives_that_of_a_task_and_counts_as_reading_its_error) {
  task<int> failing = create_task(fail_after(1s));
  outcome<int> o = co_await as_outcome(failing);
  EXPECT_FALSE(o.has_value());
  EXPECT_FALSE(o.cancelled());
}

VIRTUAL_TEST(as_outcome, copies_from_an_lvalue_and_moves_from_an_rvalue) {
  task<std::string> t = create_task(text_after(0s));
  outcome<std::string> copied = co_await as_outcome(t);
  EXPECT_EQ(copied.value(), "text");
  task<std::string> again = t;
  outcome<std::string> moved = co_await as_outcome(std::move(again));
  EXPECT_EQ(moved.value(), "text");
  bool refused = false;
  try {
    co_await t;
  } catch (const invalid_state_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
}

VIRTUAL_TEST(as_outcome, takes_futures_with_values_that_only_move) {
  future<std::unique_ptr<int>> f = make_future<std::unique_ptr<int>>();
  f.set_result(std::make_unique<int>(7));
  outcome<std::unique_ptr<int>> o = co_await as_outcome(std::move(f));
  EXPECT_TRUE(o.has_value());
}

VIRTUAL_TEST(as_outcome, gives_a_cancel_of_what_is_awaited) {
  future<> f = make_future();
  f.cancel("why");
  outcome<void> o = co_await as_outcome(f);
  EXPECT_TRUE(o.cancelled());
  EXPECT_EQ(describe(o.exception()), "weft::cancelled_error: why");
}

VIRTUAL_TEST(as_outcome, gives_a_cancel_of_the_awaiting_task_too) {
  auto body = []() -> coro<std::string> {
    outcome<std::string> slept = co_await as_outcome(text_after(9s));
    std::string first = slept.cancelled() ? "cancelled" : "not cancelled";
    outcome<std::string> more = co_await as_outcome(text_after(1s));
    co_return first + ", then " + more.value();
  };
  task<std::string> t = create_task(body());
  co_await sleep(1s);
  t.cancel();
  std::string text = co_await t;
  EXPECT_EQ(text, "cancelled, then text");
  EXPECT_EQ(t.cancelling(), 1u);
}

VIRTUAL_TEST(as_outcome, gives_the_message_of_a_cancel) {
  auto body = [](future<> never) -> coro<std::string> {
    outcome<void> o = co_await as_outcome(never);
    co_return describe(o.exception());
  };
  future<> never = make_future();
  task<std::string> t = create_task(body, never);
  co_await sleep(0s);
  t.cancel("enough");
  std::string text = co_await t;
  EXPECT_EQ(text, "weft::cancelled_error: enough");
}

/// What a task that waits by as_outcome is told when it is cancelled.
template <class Wait>
coro<std::string> told_of_a_cancel(Wait wait) {
  task<std::string> t = create_task(wait());
  co_await sleep(0s);
  t.cancel("enough");
  std::string told = co_await t;
  co_return told;
}
template <class T>
std::string told(const outcome<T>& o) {
  return o.cancelled() ? describe(o.exception()) : o.exception() ? "error" : "value";
}
event never_set;
lock taken;
semaphore none_left(0);
queue<int> nothing_there;
queue<std::string> full(1);

coro<std::string> slept() { co_return told(co_await as_outcome(sleep(1s))); }
coro<std::string> yielded() { co_return told(co_await as_outcome(yield())); }
coro<std::string> waited() { co_return told(co_await as_outcome(never_set.wait())); }
coro<std::string> locked() { co_return told(co_await as_outcome(taken.scoped())); }
coro<std::string> acquired() { co_return told(co_await as_outcome(none_left.acquire())); }
coro<std::string> got() { co_return told(co_await as_outcome(nothing_there.get())); }
coro<std::string> put() { co_return told(co_await as_outcome(full.put("two"))); }

VIRTUAL_TEST(as_outcome, gives_the_cancel_of_each_kind_of_wait) {
  co_await taken.acquire();
  full.put_nowait("one");
  for (auto* wait : {slept, waited, locked, acquired, got, put}) {
    std::string text = co_await told_of_a_cancel(wait);
    EXPECT_EQ(text, "weft::cancelled_error: enough");
  }
  taken.release();
  EXPECT_EQ(full.get_nowait(), "one");
  EXPECT_TRUE(full.empty());
}

VIRTUAL_TEST(as_outcome, gives_the_value_of_each_kind_of_wait) {
  none_left.release();
  nothing_there.put_nowait(7);
  for (auto* wait : {slept, yielded, locked, acquired, got, put}) {
    std::string text = co_await wait();
    EXPECT_EQ(text, "value");
  }
  EXPECT_FALSE(taken.locked());
  EXPECT_EQ(full.get_nowait(), "two");
}

VIRTUAL_TEST(as_outcome, gives_what_an_operation_throws) {
  queue<int> closed;
  closed.shutdown();
  outcome<int> o = co_await as_outcome(closed.get());
  EXPECT_FALSE(o.cancelled());
  EXPECT_EQ(describe(o.exception()), "weft::queue_shut_down: the queue was shut down");
}

}  // namespace
}  // namespace weft
