#include <weft/core/event_loop.hpp>

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

/// A loop without input and output, on the real clock.
struct bare_loop : event_loop {
  bare_loop() : event_loop(new detail::pause_backend) {}
  /// Runs until nothing is ready.
  void settle() {
    call_soon([this] { call_soon([this] { stop(); }); });
    run_forever();
  }
};

coro<int> answer() { co_return 42; }

TEST(event_loop, runs_callbacks_in_order_and_what_they_queue_in_the_next_turn) {
  bare_loop loop;
  texts trace;
  loop.call_soon([&] {
    trace.push_back("a");
    loop.call_soon([&] { trace.push_back("c"); });
  });
  loop.call_soon([&] { trace.push_back("b"); });
  EXPECT_TRUE(trace.empty());
  loop.settle();
  EXPECT_EQ(trace, (texts{"a", "b", "c"}));
}

TEST(event_loop, keeps_a_callback_and_its_arguments_by_value) {
  bare_loop loop;
  std::string got;
  {
    std::string argument = "argument";
    loop.call_soon([&got](std::string a, std::unique_ptr<int> n) { got = a + std::to_string(*n); },
                   argument, std::make_unique<int>(7));
    argument = "changed";
  }
  loop.settle();
  EXPECT_EQ(got, "argument7");
}

TEST(event_loop, starves_no_timer_while_callbacks_queue_callbacks) {
  bare_loop loop;
  bool due = false;
  std::size_t turns = 0;
  struct again {
    bare_loop& loop;
    bool& due;
    std::size_t& turns;
    void operator()() {
      ++turns;
      if (!due) loop.call_soon(*this);
    }
  };
  loop.call_soon(again{loop, due, turns});
  loop.call_later(1ms, [&] {
    due = true;
    loop.stop();
  });
  loop.run_forever();
  EXPECT_GT(turns, 1u);
}

VIRTUAL_TEST(event_loop, fires_timers_by_deadline_and_equal_ones_in_the_order_of_the_calls) {
  event_loop& loop = get_running_loop();
  texts trace;
  auto note = [&trace](const char* text) { trace.push_back(text); };
  loop.call_later(2s, note, "late");
  loop.call_later(1s, note, "first");
  loop.call_at(loop.time() + 1s, note, "second");
  loop.call_later(1s, note, "third");
  loop.call_later(0s, note, "at once");
  loop.call_later(-1s, note, "past");
  co_await sleep(3s);
  EXPECT_EQ(trace, (texts{"past", "at once", "first", "second", "third", "late"}));
}

TEST(event_loop, never_fires_early) {
  bare_loop loop;
  const time_point when = loop.time() + 2ms;
  time_point fired;
  loop.call_at(when, [&] {
    fired = loop.time();
    loop.stop();
  });
  loop.run_forever();
  EXPECT_GE(fired, when);
}

TEST(event_loop, ends_the_turn_in_which_it_is_stopped) {
  bare_loop loop;
  texts trace;
  loop.call_soon([&] {
    loop.stop();
    loop.call_soon([&] { trace.push_back("next run"); });
  });
  loop.call_soon([&] { trace.push_back("same turn"); });
  loop.run_forever();
  EXPECT_EQ(trace, texts{"same turn"});
  loop.settle();
  EXPECT_EQ(trace, (texts{"same turn", "next run"}));
}

TEST(event_loop, that_is_stopped_before_it_runs_makes_one_turn) {
  bare_loop loop;
  int turns = 0;
  loop.call_soon([&] {
    ++turns;
    loop.call_soon([&] { ++turns; });
  });
  loop.stop();
  loop.run_forever();
  EXPECT_EQ(turns, 1);
}

TEST(event_loop, runs_until_a_coroutine_or_future_is_done) {
  bare_loop loop;
  EXPECT_EQ(loop.run_until_complete(answer()), 42);
  future<std::string> f = loop.create_future<std::string>();
  loop.call_soon([f] { f.set_result("text"); });
  EXPECT_EQ(loop.run_until_complete(f), "text");
  task<int> t = loop.create_task(answer());
  EXPECT_EQ(loop.run_until_complete(future<int>(t)), 42);
}

TEST(event_loop, throws_what_it_runs_throws) {
  bare_loop loop;
  auto fail = []() -> coro<> {
    throw std::runtime_error("no");
    co_return;
  };
  EXPECT_THROW(loop.run_until_complete(fail()), std::runtime_error);
}

TEST(event_loop, says_so_when_it_is_stopped_before_the_future_is_done) {
  bare_loop loop;
  future<> never = loop.create_future();
  loop.call_soon([&] { loop.stop(); });
  EXPECT_THROW(loop.run_until_complete(never), usage_error);
  never.set_result();
  loop.run_until_complete(never);
}

TEST(event_loop, refuses_a_future_of_another_loop) {
  bare_loop mine;
  bare_loop other;
  EXPECT_THROW(mine.run_until_complete(other.create_future()), usage_error);
}

TEST(event_loop, does_not_run_inside_a_running_loop) {
  bare_loop loop;
  bare_loop other;
  int refused = 0;
  loop.call_soon([&] {
    EXPECT_TRUE(loop.is_running());
    for (bare_loop* one : {&loop, &other}) {
      try {
        one->run_forever();
      } catch (const usage_error&) {
        ++refused;
      }
    }
    EXPECT_THROW(loop.close(), usage_error);
    loop.stop();
  });
  loop.run_forever();
  EXPECT_EQ(refused, 2);
  EXPECT_FALSE(loop.is_running());
}

TEST(event_loop, is_the_running_one_only_while_it_runs) {
  EXPECT_THROW(get_running_loop(), usage_error);
  EXPECT_THROW(all_tasks(), usage_error);
  EXPECT_FALSE(current_task());
  bare_loop loop;
  loop.call_soon([&] { EXPECT_EQ(&get_running_loop(), &loop); });
  loop.settle();
  EXPECT_THROW(get_running_loop(), usage_error);
}

TEST(event_loop, reports_what_callbacks_throw_and_goes_on) {
  bare_loop loop;
  texts reports;
  loop.set_exception_handler(
      [&](const exception_context& c) { reports.push_back(describe(c.exception)); });
  bool went_on = false;
  loop.call_soon([] { throw std::runtime_error("one"); });
  loop.call_soon([] { throw cancelled_error(); });
  loop.call_later(0s, [] { throw 7; });
  loop.call_soon([&] { went_on = true; });
  loop.settle();
  EXPECT_EQ(reports, (texts{"std::runtime_error: one", "weft::cancelled_error", "int"}));
  EXPECT_TRUE(went_on);
}

TEST(event_loop, prints_reports_to_stderr_without_a_handler) {
  bare_loop loop;
  loop.set_exception_handler([](const exception_context&) {});
  loop.set_exception_handler(nullptr);
  loop.call_soon([] { throw std::runtime_error("one"); });
  testing::internal::CaptureStderr();
  loop.settle();
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "weft: exception in a callback\n  std::runtime_error: one\n");
}

TEST(event_loop, prints_a_report_whose_handler_throws_with_that_exception) {
  bare_loop loop;
  loop.set_exception_handler([](const exception_context&) { throw std::runtime_error("two"); });
  loop.call_soon([] { throw std::runtime_error("one"); });
  testing::internal::CaptureStderr();
  loop.settle();
  EXPECT_EQ(testing::internal::GetCapturedStderr(),
            "weft: exception in the exception handler\n  std::runtime_error: two\n"
            "weft: exception in a callback\n  std::runtime_error: one\n");
}

TEST(event_loop, in_debug_mode_reports_who_holds_it_long) {
  bare_loop loop;
  texts reports;
  loop.set_exception_handler([&](const exception_context& c) { reports.push_back(c.message); });
  loop.set_debug(true);
  EXPECT_TRUE(loop.get_debug());
  loop.set_slow_callback_duration(0s);
  auto body = []() -> coro<> { co_return; };
  task<> t = loop.create_task(body());
  t.set_name("slow");
  loop.settle();
  ASSERT_GE(reports.size(), 2u);
  EXPECT_EQ(reports[0].substr(0, 25), "task 'slow' held the loop");
  EXPECT_EQ(reports[1].substr(0, 24), "a callback held the loop");
  loop.set_slow_callback_duration(1h);
  reports.clear();
  loop.settle();
  EXPECT_TRUE(reports.empty());
}

TEST(event_loop, throws_deadlock_error_under_virtual_time_when_nothing_can_wake_it) {
  bare_loop loop;
  loop.use_virtual_time(time_point{});
  EXPECT_THROW(loop.run_forever(), deadlock_error);
  EXPECT_FALSE(loop.is_running());
  loop.call_later(24h, [&] { loop.stop(); });
  loop.run_forever();
  EXPECT_EQ(loop.time().time_since_epoch(), 24h);
}

}  // namespace
}  // namespace weft
