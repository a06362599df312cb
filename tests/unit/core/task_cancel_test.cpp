// Cancelling tasks: when it is thrown, what it ends, how it is counted and withdrawn.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <weft/core/task.hpp>
#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

/// What awaiting a task comes to.
template <class T>
coro<std::string> ending(task<T> t) {
  try {
    co_await t;
  } catch (const cancelled_error& e) {
    co_return e.has_message() ? "cancelled: " + e.message() : "cancelled";
  } catch (const std::exception& e) {
    co_return e.what();
  }
  co_return "value";
}

coro<> sleep_long() { co_await sleep(24h); }

VIRTUAL_TEST(task_cancel, is_thrown_where_the_task_waits) {
  task<> t = create_task(sleep_long());
  co_await sleep(1s);
  EXPECT_TRUE(t.cancel());
  EXPECT_FALSE(t.cancelled());  // it has been asked, no more
  EXPECT_FALSE(t.done());
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "cancelled");
  EXPECT_TRUE(t.cancelled());
  EXPECT_FALSE(t.cancel());
  EXPECT_EQ(virtual_now(), 1s);
}

VIRTUAL_TEST(task_cancel, carries_its_message) {
  task<> t = create_task(sleep_long());
  co_await sleep(0s);
  t.cancel("enough");
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "cancelled: enough");
}

VIRTUAL_TEST(task_cancel, before_the_first_step_lets_no_body_run) {
  bool ran = false;
  auto body = [](bool& r) -> coro<> {
    r = true;
    co_return;
  };
  task<> t = create_task(body, std::ref(ran));
  t.cancel("too early");
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "cancelled: too early");
  EXPECT_FALSE(ran);
}

VIRTUAL_TEST(task_cancel, passes_a_handler_of_std_exception_by) {
  bool eaten = false;
  auto body = [](bool& e) -> coro<> {
    try {
      co_await sleep(24h);
    } catch (const std::exception&) {
      e = true;
    }
  };
  task<> t = create_task(body, std::ref(eaten));
  co_await sleep(0s);
  t.cancel();
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "cancelled");
  EXPECT_FALSE(eaten);
}

VIRTUAL_TEST(task_cancel, may_be_swallowed) {
  auto body = []() -> coro<int> {
    try {
      co_await sleep(24h);
    } catch (const cancelled_error&) {
    }
    co_await sleep(1s);
    co_return 7;
  };
  task<int> t = create_task(body());
  co_await sleep(0s);
  t.cancel();
  int n = co_await t;
  EXPECT_EQ(n, 7);
  EXPECT_FALSE(t.cancelled());
  EXPECT_EQ(t.cancelling(), 1u);
}

VIRTUAL_TEST(task_cancel, cancels_the_future_that_the_task_waits_for) {
  future<> f = make_future();
  auto body = [](future<> on) -> coro<> { co_await on; };
  task<> t = create_task(body, f);
  co_await sleep(0s);
  t.cancel("why");
  EXPECT_TRUE(f.cancelled());
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "cancelled: why");
}

VIRTUAL_TEST(task_cancel, goes_on_to_the_task_that_is_awaited) {
  task<> inner = create_task(sleep_long());
  auto body = [](task<> on) -> coro<> { co_await on; };
  task<> outer = create_task(body, inner);
  co_await sleep(0s);
  outer.cancel("why");
  EXPECT_FALSE(inner.done());
  std::string end = co_await ending(outer);
  EXPECT_EQ(end, "cancelled: why");
  EXPECT_TRUE(inner.cancelled());
  EXPECT_EQ(inner.cancelling(), 1u);
}

VIRTUAL_TEST(task_cancel, of_an_awaited_task_is_thrown_in_whoever_awaits_it) {
  task<> inner = create_task(sleep_long());
  auto body = [](task<> on) -> coro<> { co_await on; };
  task<> outer = create_task(body, inner);
  co_await sleep(0s);
  inner.cancel();
  std::string end = co_await ending(outer);
  EXPECT_EQ(end, "cancelled");
  EXPECT_EQ(outer.cancelling(), 0u);
}

VIRTUAL_TEST(task_cancel, of_oneself_is_thrown_at_the_next_wait) {
  texts trace;
  auto body = [](texts& out) -> coro<> {
    current_task().cancel();
    out.push_back("goes on");
    co_await sleep(1s);
    out.push_back("never");
  };
  task<> t = create_task(body, std::ref(trace));
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "cancelled");
  EXPECT_EQ(trace, texts{"goes on"});
  EXPECT_EQ(virtual_now(), 0s);
}

VIRTUAL_TEST(task_cancel, in_the_last_step_takes_the_place_of_a_value_but_not_of_an_error) {
  auto value = []() -> coro<> {
    current_task().cancel("late");
    co_return;
  };
  auto error = []() -> coro<> {
    current_task().cancel();
    throw std::runtime_error("no");
    co_return;
  };
  std::string end = co_await ending(create_task(value()));
  EXPECT_EQ(end, "cancelled: late");
  end = co_await ending(create_task(error()));
  EXPECT_EQ(end, "no");
}

VIRTUAL_TEST(task_cancel, is_what_a_task_ends_with_that_throws_cancelled_error_itself) {
  auto body = []() -> coro<> {
    throw cancelled_error("mine");
    co_return;
  };
  task<> t = create_task(body());
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "cancelled: mine");
  EXPECT_TRUE(t.cancelled());
}

VIRTUAL_TEST(task_cancel, gives_way_to_another_error_in_the_clean_up) {
  auto body = []() -> coro<> {
    try {
      co_await sleep(24h);
    } catch (const cancelled_error&) {
      throw std::runtime_error("in the clean-up");
    }
  };
  task<> t = create_task(body());
  co_await sleep(0s);
  t.cancel();
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "in the clean-up");
  EXPECT_FALSE(t.cancelled());
}

VIRTUAL_TEST(task_cancel, is_counted_and_withdrawn) {
  task<> t = create_task(sleep_long());
  EXPECT_EQ(t.cancelling(), 0u);
  EXPECT_EQ(t.uncancel(), 0u);
  t.cancel();
  t.cancel();
  EXPECT_EQ(t.cancelling(), 2u);
  EXPECT_EQ(t.uncancel(), 1u);
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "cancelled");
}

VIRTUAL_TEST(task_cancel, that_is_withdrawn_before_it_was_thrown_is_off) {
  auto body = []() -> coro<int> {
    co_await sleep(1s);
    co_return 7;
  };
  task<int> t = create_task(body());
  t.cancel();
  EXPECT_EQ(t.uncancel(), 0u);
  int n = co_await t;
  EXPECT_EQ(n, 7);
}

VIRTUAL_TEST(task_cancel, that_comes_when_the_wait_is_over_is_thrown_all_the_same) {
  future<> f = make_future();
  auto body = [](future<> on) -> coro<> { co_await on; };
  task<> t = create_task(body, f);
  co_await sleep(0s);
  f.set_result();
  t.cancel();
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "cancelled");
}

VIRTUAL_TEST(task_cancel, reaches_a_task_in_the_turn_in_which_it_wakes_from_its_sleep) {
  auto body = []() -> coro<> { co_await sleep(1s); };
  task<> t = create_task(body());
  co_await sleep(0s);
  get_running_loop().call_at(time_point{} + 1s, [t] { t.cancel(); });
  std::string end = co_await ending(t);
  EXPECT_EQ(end, "cancelled");
}

VIRTUAL_TEST(task_cancel, can_be_thrown_again_and_again) {
  int thrown = 0;
  auto body = [](int& n) -> coro<> {
    while (n < 3) {
      try {
        co_await sleep(24h);
      } catch (const cancelled_error&) {
        ++n;
      }
    }
  };
  task<> t = create_task(body, std::ref(thrown));
  for (int i = 0; i < 3; ++i) {
    co_await sleep(1s);
    t.cancel();
  }
  co_await t;
  EXPECT_EQ(thrown, 3);
  EXPECT_EQ(t.cancelling(), 3u);
}

}  // namespace
}  // namespace weft
