#include <weft/core/future.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <weft/core/detail/pause_backend.hpp>
#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

VIRTUAL_TEST(future, is_pending_until_it_has_a_result) {
  future<int> f = make_future<int>();
  EXPECT_FALSE(f.done());
  EXPECT_THROW(f.result(), invalid_state_error);
  EXPECT_THROW(f.exception(), invalid_state_error);
  f.set_result(7);
  EXPECT_TRUE(f.done());
  EXPECT_FALSE(f.cancelled());
  EXPECT_EQ(f.result(), 7);
  EXPECT_EQ(f.exception(), nullptr);
  co_return;
}

VIRTUAL_TEST(future, ends_once) {
  future<int> f = make_future<int>();
  f.set_result(7);
  EXPECT_THROW(f.set_result(8), invalid_state_error);
  EXPECT_THROW(f.set_exception(std::runtime_error("no")), invalid_state_error);
  EXPECT_FALSE(f.cancel());
  EXPECT_EQ(f.result(), 7);
  co_return;
}

VIRTUAL_TEST(future, throws_its_exception) {
  future<int> by_value = make_future<int>();
  by_value.set_exception(std::runtime_error("no"));
  EXPECT_THROW(by_value.result(), std::runtime_error);
  future<int> by_pointer = make_future<int>();
  by_pointer.set_exception(std::make_exception_ptr(value_error("no")));
  EXPECT_EQ(describe(by_pointer.exception()), "weft::value_error: no");
  co_return;
}

VIRTUAL_TEST(future, wakes_its_waiters_and_callbacks_in_the_order_of_their_coming) {
  texts trace;
  future<> f = make_future();
  auto wait = [](future<> on, texts& out, std::string name) -> coro<> {
    co_await on;
    out.push_back(name);
  };
  task<> a = create_task(wait, f, std::ref(trace), "a");
  co_await sleep(0s);
  f.add_done_callback([&](const future<>&) { trace.push_back("b"); });
  task<> c = create_task(wait, f, std::ref(trace), "c");
  co_await sleep(0s);
  f.add_done_callback([&](const future<>&) { trace.push_back("d"); });
  f.set_result();
  trace.push_back("set");
  co_await c;
  EXPECT_EQ(trace, (texts{"set", "a", "b", "c", "d"}));
}

VIRTUAL_TEST(future, never_runs_a_callback_inline) {
  bool ran = false;
  future<> f = make_future();
  f.set_result();
  f.add_done_callback([&](const future<>&) { ran = true; });
  EXPECT_FALSE(ran);
  co_await sleep(0s);
  EXPECT_TRUE(ran);
}

VIRTUAL_TEST(future, gives_itself_to_its_callbacks) {
  future<int> f = make_future<int>();
  int seen = 0;
  f.add_done_callback([&](const future<int>& done) { seen = done.result(); });
  f.set_result(7);
  co_await sleep(0s);
  EXPECT_EQ(seen, 7);
}

VIRTUAL_TEST(future, removes_a_callback) {
  bool ran = false;
  future<> f = make_future();
  handle h = f.add_done_callback([&](const future<>&) { ran = true; });
  handle other = f.add_done_callback([](const future<>&) {});
  EXPECT_EQ(f.remove_done_callback(h), 1u);
  EXPECT_EQ(f.remove_done_callback(h), 0u);
  f.set_result();
  EXPECT_EQ(f.remove_done_callback(other), 0u);
  co_await sleep(0s);
  EXPECT_FALSE(ran);
}

VIRTUAL_TEST(future, reports_what_a_callback_throws_and_runs_the_others) {
  test::expect_report("exception in a callback | weft::value_error: no");
  bool ran = false;
  future<> f = make_future();
  f.add_done_callback([](const future<>&) { throw value_error("no"); });
  f.add_done_callback([&](const future<>&) { ran = true; });
  f.set_result();
  co_await sleep(0s);
  EXPECT_TRUE(ran);
}

VIRTUAL_TEST(future, does_not_suspend_whoever_awaits_it_when_it_is_done) {
  bool turned = false;
  future<int> f = make_future<int>();
  f.set_result(7);
  get_running_loop().call_soon([&] { turned = true; });
  int n = co_await f;
  EXPECT_EQ(n, 7);
  EXPECT_FALSE(turned);
  co_await sleep(0s);
}

VIRTUAL_TEST(future, copies_its_result_from_an_lvalue_and_moves_it_from_an_rvalue) {
  future<std::string> f = make_future<std::string>();
  f.set_result("text");
  std::string one = co_await f;
  std::string two = co_await f;
  EXPECT_EQ(one, two);
  future<std::string> same = f;
  std::string moved = co_await std::move(same);
  EXPECT_EQ(moved, "text");
  bool refused = false;
  try {
    co_await f;
  } catch (const invalid_state_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
  EXPECT_THROW(f.result(), invalid_state_error);
}

VIRTUAL_TEST(future, holds_what_only_moves) {
  future<std::unique_ptr<int>> f = make_future<std::unique_ptr<int>>();
  f.set_result(std::make_unique<int>(7));
  std::unique_ptr<int> p = co_await std::move(f);
  EXPECT_EQ(*p, 7);
}

VIRTUAL_TEST(future, throws_its_exception_at_each_await) {
  future<> f = make_future();
  f.set_exception(std::runtime_error("no"));
  int caught = 0;
  for (int i = 0; i < 2; ++i) {
    try {
      co_await f;
    } catch (const std::runtime_error&) {
      ++caught;
    }
  }
  EXPECT_EQ(caught, 2);
}

VIRTUAL_TEST(future, reports_an_exception_that_nobody_read) {
  test::expect_report("exception of a future was never retrieved | std::runtime_error: lost");
  {
    future<> f = make_future();
    f.set_exception(std::runtime_error("lost"));
  }
  co_return;
}

VIRTUAL_TEST(future, counts_asking_for_its_exception_as_reading_it) {
  future<> f = make_future();
  f.set_exception(std::runtime_error("read"));
  EXPECT_NE(f.exception(), nullptr);
  co_return;
}

VIRTUAL_TEST(future, is_cancelled_at_once_and_wakes_its_waiter_in_the_next_turn) {
  future<> f = make_future();
  texts trace;
  auto wait = [](future<> on, texts& out) -> coro<> {
    try {
      co_await on;
    } catch (const cancelled_error& e) {
      out.push_back("cancelled: " + e.message());
    }
  };
  task<> waiter = create_task(wait, f, std::ref(trace));
  co_await sleep(0s);
  EXPECT_TRUE(f.cancel("why"));
  EXPECT_TRUE(f.cancelled());
  EXPECT_FALSE(f.cancel());
  EXPECT_TRUE(trace.empty());
  co_await waiter;
  EXPECT_EQ(trace, texts{"cancelled: why"});
  EXPECT_THROW(f.result(), cancelled_error);
  EXPECT_THROW(f.exception(), cancelled_error);
  EXPECT_EQ(waiter.cancelling(), 0u);
}

VIRTUAL_TEST(future, goes_when_only_its_own_callbacks_hold_it) {
  auto held = std::make_shared<int>(0);
  {
    future<> f = make_future();
    f.add_done_callback([held](const future<>&) {});
    f.add_done_callback([held](const future<>&) {});
    EXPECT_EQ(held.use_count(), 3);
  }
  EXPECT_EQ(held.use_count(), 1);
  co_return;
}

VIRTUAL_TEST(future, is_held_by_its_callbacks_once_it_is_done) {
  int seen = 0;
  auto held = std::make_shared<int>(0);
  {
    future<int> f = make_future<int>();
    handle gone = f.add_done_callback([held](const future<int>&) {});
    f.add_done_callback([&](const future<int>& done) { seen = done.result(); });
    gone.cancel();
    f.set_result(7);
    f.add_done_callback([held](const future<int>&) {});
  }
  EXPECT_EQ(held.use_count(), 2);
  co_await sleep(0s);
  EXPECT_EQ(seen, 7);
  EXPECT_EQ(held.use_count(), 1);
}

VIRTUAL_TEST(future, can_not_be_awaited_through_an_empty_handle) {
  future<> empty;
  EXPECT_FALSE(empty);
  bool refused = false;
  try {
    co_await empty;
  } catch (const usage_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
}

VIRTUAL_TEST(future, of_another_loop_is_refused) {
  event_loop other(new detail::pause_backend);
  future<> f = other.create_future();
  EXPECT_EQ(&f.get_loop(), &other);
  bool refused = false;
  try {
    co_await f;
  } catch (const usage_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
}

TEST(future, needs_a_running_loop_to_be_made) { EXPECT_THROW(make_future(), usage_error); }

VIRTUAL_TEST(future, is_equal_to_its_copies_alone) {
  future<> f = make_future();
  future<> same = f;
  future<> other = make_future();
  EXPECT_TRUE(f == same);
  EXPECT_FALSE(f == other);
  any_future any = f;
  EXPECT_TRUE(any == f);
  co_return;
}

VIRTUAL_TEST(future, has_many_waiters_without_a_quadratic_price) {
  future<> f = make_future();
  int woken = 0;
  for (int i = 0; i < 100'000; ++i) f.add_done_callback([&](const future<>&) { ++woken; });
  f.set_result();
  co_await sleep(0s);
  EXPECT_EQ(woken, 100'000);
}

}  // namespace
}  // namespace weft
