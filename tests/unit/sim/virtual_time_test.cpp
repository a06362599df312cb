#include <weft/sim/virtual_time.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

/// A wait by the loop's timer alone, as these tests stand below flow/.
coro<> wait(duration d) {
  future<> due = make_future();
  get_running_loop().call_later(d, [due] { due.set_result(); });
  co_await due;
}

coro<int> answer_after(duration d) {
  co_await wait(d);
  co_return 42;
}

TEST(run_virtual, gives_the_result_of_its_coroutine) {
  EXPECT_EQ(run_virtual(answer_after(24h)), 42);
  EXPECT_EQ(run_virtual(answer_after, 24h), 42);
}

TEST(run_virtual, throws_what_its_coroutine_throws) {
  auto fail = []() -> coro<> {
    co_await wait(1s);
    throw value_error("no");
  };
  EXPECT_THROW(run_virtual(fail), value_error);
}

TEST(run_virtual, keeps_a_callable_and_its_arguments) {
  std::string text = "kept";
  auto body = [text](std::string more) -> coro<std::string> {
    co_await wait(1s);
    co_return text + more;
  };
  EXPECT_EQ(run_virtual(body, " too"), "kept too");
}

TEST(run_virtual, throws_deadlock_error_when_nothing_can_wake_the_loop) {
  auto body = []() -> coro<> {
    future<> never = make_future();
    co_await never;
  };
  EXPECT_THROW(run_virtual(body), deadlock_error);
}

TEST(run_virtual, cancels_what_is_left_and_waits_for_it) {
  std::vector<std::string> trace;
  auto worker = [](std::vector<std::string>& out) -> coro<> {
    bool cancelled = false;
    try {
      co_await wait(1h);
    } catch (const cancelled_error&) {
      cancelled = true;
    }
    co_await wait(1s);
    out.push_back(cancelled ? "cleaned up" : "not cancelled");
  };
  auto body = [&]() -> coro<> {
    auto left = create_task(worker, std::ref(trace));
    co_await wait(1s);
    trace.push_back("main ends");
  };
  run_virtual(body);
  EXPECT_EQ(trace, (std::vector<std::string>{"main ends", "cleaned up"}));
}

VIRTUAL_TEST(virtual_now, begins_at_zero_and_jumps_to_the_next_timer) {
  EXPECT_EQ(virtual_now(), 0s);
  co_await wait(90min);
  EXPECT_EQ(virtual_now(), 90min);
}

VIRTUAL_TEST(virtual_now, stands_still_while_work_is_ready) {
  for (int i = 0; i < 1000; ++i) {
    future<> soon = make_future();
    get_running_loop().call_soon([soon] { soon.set_result(); });
    co_await soon;
  }
  EXPECT_EQ(virtual_now(), 0s);
}

TEST(virtual_time, keeps_its_clock_from_run_to_run) {
  virtual_time bubble;
  bubble.run(wait, 5s);
  bubble.run(wait, 5s);
  EXPECT_EQ(bubble.get_loop().time().time_since_epoch(), 10s);
}

TEST(virtual_time, can_be_used_after_a_deadlock) {
  virtual_time bubble;
  future<> stuck = bubble.get_loop().create_future();
  auto body = [&]() -> coro<> { co_await stuck; };
  EXPECT_THROW(bubble.run(body), deadlock_error);
  stuck.set_result();
  EXPECT_EQ(bubble.run(answer_after, 1s), 42);
}

VIRTUAL_TEST(virtual_test, takes_reports) {
  get_running_loop().call_soon([] { throw value_error("boo"); });
  co_await wait(1s);
  EXPECT_EQ(test::take_reports(),
            std::vector<std::string>{"exception in a callback | weft::value_error: boo"});
}

VIRTUAL_TEST(virtual_test, expects_reports_that_come_later) {
  test::expect_report("boo");
  get_running_loop().call_soon([] { throw value_error("boo"); });
  co_return;
}

VIRTUAL_TEST(virtual_test, lets_a_task_be_left_when_told) {
  test::may_leave_tasks();
  auto left = create_task(wait, 1h);
  co_await wait(1s);
  EXPECT_FALSE(left.done());
}

}  // namespace
}  // namespace weft
