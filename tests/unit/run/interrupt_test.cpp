// SIGINT under run(): what CPython's Runner does with it, line by line. The signal is raised in
// this process; where the process is to die by it, a forked one does.

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <weft/flow/sleep.hpp>
#include <weft/run/run.hpp>
#include <weft/threads/to_thread.hpp>

namespace weft {
namespace {

using namespace std::chrono_literals;

using action = void (*)(int);

action action_of_sigint() {
  struct sigaction current = {};
  sigaction(SIGINT, nullptr, &current);
  return current.sa_handler;
}

coro<int> interrupted_sleep() {
  raise(SIGINT);
  co_await sleep(24h);
  co_return 1;
}

TEST(interrupt, cancels_the_main_task_and_run_throws_once_it_has_ended) {
  bool cleaned_up = false;
  auto main = [&]() -> coro<> {
    raise(SIGINT);
    bool cancelled = false;
    try {
      co_await sleep(24h);
    } catch (const cancelled_error&) {
      cancelled = true;
    }
    EXPECT_TRUE(cancelled);
    co_await sleep(0s);
    cleaned_up = true;
    throw cancelled_error();
  };
  EXPECT_THROW(run(main), interrupted_error);
  EXPECT_TRUE(cleaned_up);
}

TEST(interrupt, wakes_a_loop_that_sleeps) {
  auto main = []() -> coro<> {
    auto interrupt = [] { kill(getpid(), SIGINT); };
    auto sender = create_task(to_thread(interrupt));
    co_await sleep(24h);
  };
  EXPECT_THROW(run(main), interrupted_error);
}

TEST(interrupt, gives_the_value_when_the_main_task_swallows_the_cancel) {
  auto main = []() -> coro<int> {
    raise(SIGINT);
    try {
      co_await sleep(24h);
    } catch (const cancelled_error&) {
    }
    co_return 7;
  };
  EXPECT_EQ(run(main), 7);
}

TEST(interrupt, gives_way_to_what_the_main_task_throws) {
  auto main = []() -> coro<> {
    raise(SIGINT);
    try {
      co_await sleep(24h);
    } catch (const cancelled_error&) {
    }
    throw std::runtime_error("in the clean-up");
  };
  EXPECT_THROW(run(main), std::runtime_error);
}

TEST(interrupt, is_a_plain_cancel_when_somebody_else_cancelled_too) {
  auto main = []() -> coro<> {
    raise(SIGINT);
    co_await sleep(0s);
    current_task().cancel();
    co_await sleep(24h);
  };
  EXPECT_THROW(run(main), cancelled_error);
}

TEST(interrupt, is_thrown_when_it_comes_after_the_main_task_has_ended) {
  auto main = []() -> coro<int> {
    current_task().add_done_callback([](const any_task&) { raise(SIGINT); });
    co_return 1;
  };
  EXPECT_THROW(run(main), interrupted_error);
}

TEST(interrupt, of_one_run_does_nothing_to_the_next) {
  runner one;
  auto late = []() -> coro<int> {
    current_task().add_done_callback([](const any_task&) { raise(SIGINT); });
    co_return 1;
  };
  auto next = []() -> coro<int> {
    co_await sleep(0s);
    co_await sleep(0s);
    co_return 2;
  };
  EXPECT_THROW(one.run(late), interrupted_error);
  EXPECT_EQ(one.run(next), 2);
  EXPECT_THROW(one.run(interrupted_sleep), interrupted_error);
  EXPECT_EQ(one.run(next), 2);
}

TEST(interrupt, cancels_the_other_tasks_at_the_end_of_run) {
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
    raise(SIGINT);
    co_await sleep(24h);
  };
  EXPECT_THROW(run(main), interrupted_error);
  EXPECT_TRUE(cancelled);
}

TEST(interrupt, leaves_the_default_action_behind) {
  EXPECT_EQ(action_of_sigint(), SIG_DFL);
  auto main = []() -> coro<bool> { co_return action_of_sigint() != SIG_DFL; };
  EXPECT_TRUE(run(main));
  EXPECT_EQ(action_of_sigint(), SIG_DFL);
  EXPECT_THROW(run(interrupted_sleep), interrupted_error);
  EXPECT_EQ(action_of_sigint(), SIG_DFL);
}

TEST(interrupt, is_left_to_a_handler_that_is_there_already) {
  signal(SIGINT, SIG_IGN);
  auto main = []() -> coro<bool> { co_return action_of_sigint() == SIG_IGN; };
  EXPECT_TRUE(run(main));
  EXPECT_EQ(action_of_sigint(), SIG_IGN);
  signal(SIGINT, SIG_DFL);
}

TEST(interrupt, is_left_to_a_handler_that_the_main_task_sets) {
  auto main = []() -> coro<> {
    signal(SIGINT, SIG_IGN);
    co_return;
  };
  run(main);
  EXPECT_EQ(action_of_sigint(), SIG_IGN);
  signal(SIGINT, SIG_DFL);
}

TEST(interrupt, is_left_alone_outside_the_main_thread) {
  std::thread other([] {
    auto main = []() -> coro<bool> { co_return action_of_sigint() == SIG_DFL; };
    EXPECT_TRUE(run(main));
  });
  other.join();
}

TEST(interrupt_death, ends_the_process_the_second_time) {
  auto main = []() -> coro<> {
    for (;;) {
      raise(SIGINT);
      try {
        co_await sleep(24h);
      } catch (const cancelled_error&) {
      }
    }
  };
  EXPECT_EXIT(run(main), testing::KilledBySignal(SIGINT), "");
}

TEST(interrupt_death, ends_the_process_the_second_time_while_it_computes) {
  auto main = []() -> coro<> {
    raise(SIGINT);
    raise(SIGINT);
    for (;;) {
    }
    co_return;
  };
  EXPECT_EXIT(run(main), testing::KilledBySignal(SIGINT), "");
}

}  // namespace
}  // namespace weft
