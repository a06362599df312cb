#include <weft/run/runner.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include <weft/core/context.hpp>
#include <weft/flow/sleep.hpp>

namespace weft {
namespace {

using namespace std::chrono_literals;

coro<event_loop*> which_loop() { co_return &get_running_loop(); }

TEST(runner, runs_several_times_on_one_loop) {
  runner one;
  event_loop* first = one.run(which_loop());
  EXPECT_EQ(one.run(which_loop), first);
  EXPECT_EQ(&one.get_loop(), first);
}

TEST(runner, keeps_one_context_over_its_runs) {
  context_var<int> count("count", 0);
  auto increment = [&count]() -> coro<int> {
    count.set(count.get() + 1);
    co_return count.get();
  };
  runner one;
  EXPECT_EQ(one.run(increment), 1);
  EXPECT_EQ(one.run(increment), 2);
  EXPECT_EQ(count.get(), 0);  // outside nothing is seen of it
}

TEST(runner, begins_with_a_copy_of_its_makers_context) {
  context_var<int> level("level", 0);
  auto token = level.set(3);
  auto read = [&level]() -> coro<int> { co_return level.get(); };
  runner one;
  EXPECT_EQ(one.run(read), 3);
  level.reset(token);
  EXPECT_EQ(one.run(read), 3);
}

TEST(runner, leaves_other_tasks_until_the_next_run) {
  runner one;
  bool went_on = false;
  auto other = [&went_on]() -> coro<> {
    co_await sleep(0s);
    co_await sleep(0s);
    co_await sleep(0s);
    went_on = true;
  };
  task<> left;
  auto first = [&]() -> coro<> {
    left = create_task(other);
    co_return;
  };
  auto second = [&]() -> coro<> { co_await left; };
  one.run(first);
  EXPECT_FALSE(went_on);
  one.run(second);
  EXPECT_TRUE(went_on);
}

TEST(runner, cancels_what_is_left_at_its_close) {
  bool cancelled = false;
  auto other = [&cancelled]() -> coro<> {
    try {
      co_await sleep(24h);
    } catch (const cancelled_error&) {
      cancelled = true;
      throw;
    }
  };
  auto main = [&]() -> coro<> {
    auto left = create_task(other);
    co_await sleep(0s);
  };
  {
    runner one;
    one.run(main);
    EXPECT_FALSE(cancelled);
  }
  EXPECT_TRUE(cancelled);
}

TEST(runner, can_be_closed_twice_and_is_of_no_use_afterwards) {
  runner one;
  one.run(which_loop);
  one.close();
  one.close();
  EXPECT_THROW(one.get_loop(), usage_error);
  EXPECT_THROW(one.run(which_loop), usage_error);
}

TEST(runner, makes_no_loop_before_it_is_used) {
  runner one;
  one.close();
  EXPECT_THROW(one.get_loop(), usage_error);
}

TEST(runner, refuses_inside_a_running_loop) {
  auto nested = []() -> coro<> {
    runner inner;
    EXPECT_THROW(inner.run(which_loop), usage_error);
    co_return;
  };
  runner one;
  one.run(nested);
}

TEST(runner, goes_on_after_a_run_that_failed) {
  runner one;
  auto fail = []() -> coro<> {
    throw value_error("no");
    co_return;
  };
  EXPECT_THROW(one.run(fail), value_error);
  EXPECT_EQ(one.run(which_loop), &one.get_loop());
}

TEST(runner, throws_cancelled_error_when_its_task_was_cancelled) {
  auto main = []() -> coro<> {
    current_task().cancel();
    co_await sleep(24h);
  };
  runner one;
  EXPECT_THROW(one.run(main), cancelled_error);
}

}  // namespace
}  // namespace weft
