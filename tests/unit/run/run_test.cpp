#include <weft/run/run.hpp>

#include <gtest/gtest.h>

#include <cerrno>
#include <chrono>
#include <functional>
#include <memory>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include <weft/flow/sleep.hpp>
#include <weft/run/new_event_loop.hpp>
#include <weft/threads/to_thread.hpp>

namespace weft {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

coro<int> twice(int n) { co_return 2 * n; }

TEST(run, gives_the_result_of_its_coroutine) {
  EXPECT_EQ(run(twice(2)), 4);
  EXPECT_EQ(run(twice, 2), 4);
}

TEST(run, throws_what_its_coroutine_throws) {
  auto fail = []() -> coro<int> {
    co_await sleep(0s);
    throw std::runtime_error("no");
  };
  EXPECT_THROW(run(fail), std::runtime_error);
}

TEST(run, keeps_a_callable_and_its_arguments) {
  const std::string captured = "a text too long for the small string optimisation";
  auto join = [captured](std::string more) -> coro<std::string> {
    co_await sleep(0s);
    co_return captured + more;
  };
  EXPECT_EQ(run(join, std::string(", and more")), captured + ", and more");
}

TEST(run, gives_a_reference) {
  static int number = 0;
  auto find = []() -> coro<int&> { co_return number; };
  EXPECT_EQ(&run(find), &number);
}

TEST(run, refuses_inside_a_running_loop) {
  auto nested = []() -> coro<> {
    get_running_loop().set_exception_handler([](const exception_context&) {});
    EXPECT_THROW(run(twice(2)), usage_error);
    co_return;
  };
  run(nested);
}

TEST(run, takes_options) {
  auto in_debug_mode = []() -> coro<bool> { co_return get_running_loop().get_debug(); };
  EXPECT_FALSE(run(in_debug_mode));
  EXPECT_TRUE(run(loop_options{backend_choice::automatic, true}, in_debug_mode));
  EXPECT_TRUE(run(in_debug_mode(), {backend_choice::automatic, true}));
}

TEST(run, cancels_what_is_left_and_waits_for_it) {
  texts trace;
  auto left = [&trace](std::string name) -> coro<> {
    bool cancelled = false;
    try {
      co_await sleep(24h);
    } catch (const cancelled_error&) {
      cancelled = true;
    }
    co_await sleep(0s);
    trace.push_back(name + (cancelled ? " cancelled" : " slept"));
  };
  auto main = [&]() -> coro<> {
    auto a = create_task(left, "a");
    auto b = create_task(left, "b");
    co_await sleep(0s);
    trace.push_back("main ends");
  };
  run(main);
  EXPECT_EQ(trace, (texts{"main ends", "a cancelled", "b cancelled"}));
}

TEST(run, cancels_what_is_left_after_an_exception_too) {
  bool cancelled = false;
  auto left = [&cancelled]() -> coro<> {
    try {
      co_await sleep(24h);
    } catch (const cancelled_error&) {
      cancelled = true;
      throw;
    }
  };
  auto main = [&]() -> coro<> {
    auto a = create_task(left);
    co_await sleep(0s);
    throw std::runtime_error("no");
  };
  EXPECT_THROW(run(main), std::runtime_error);
  EXPECT_TRUE(cancelled);
}

TEST(run, reports_what_the_cancelled_tasks_throw) {
  texts reports;
  auto left = []() -> coro<> {
    try {
      co_await sleep(24h);
    } catch (const cancelled_error&) {
    }
    throw std::runtime_error("while ending");
  };
  auto main = [&]() -> coro<> {
    get_running_loop().set_exception_handler([&](const exception_context& c) {
      reports.push_back(c.task_name + describe(c.exception));
    });
    task<> one = create_task(left);
    one.set_name("one: ");
    co_await sleep(0s);
  };
  run(main);
  EXPECT_EQ(reports, texts{"one: std::runtime_error: while ending"});
}

TEST(run, waits_for_the_threads_while_the_loop_goes_on) {
  std::binary_semaphore started{0};
  std::binary_semaphore called_back{0};
  bool finished = false;
  auto main = [&]() -> coro<> {
    event_loop& loop = get_running_loop();
    auto work = [&] {
      started.release();
      // The cancelled task doesn't wait for this; run() does.
      loop.call_soon_threadsafe([&] { called_back.release(); });
      called_back.acquire();
      finished = true;
    };
    auto left = create_task(to_thread(work));
    co_await sleep(0s);
    started.acquire();
  };
  run(main);
  EXPECT_TRUE(finished);
}

TEST(run, reports_threads_that_do_not_end_and_waits_on) {
  std::binary_semaphore started{0};
  std::binary_semaphore told{0};
  std::string message;
  bool finished = false;
  std::function<void()> time_passes = [&] {
    if (!message.empty()) return;
    get_running_loop().advance_virtual_time(100s);
    get_running_loop().call_soon(time_passes);
  };
  auto main = [&]() -> coro<> {
    get_running_loop().set_exception_handler([&](const exception_context& context) {
      message = context.message;
      told.release();
    });
    auto work = [&] {
      started.release();
      told.acquire();
      finished = true;
    };
    auto left = create_task(to_thread(work));
    co_await sleep(0s);
    started.acquire();
    time_passes();
  };
  auto virtual_loop = [] {
    auto loop = new_event_loop({backend_choice::none});
    loop->use_virtual_time(time_point{});
    return loop;
  };
  run(main(), virtual_loop);
  EXPECT_NE(message.find("has not ended 300 s after"), std::string::npos) << message;
  EXPECT_TRUE(finished);
}

TEST(run, says_nothing_of_a_coroutine_for_which_there_is_no_loop) {
  auto no_loop = []() -> std::unique_ptr<event_loop> {
    throw std::system_error(EPERM, std::system_category(), "no loop");
  };
  testing::internal::CaptureStderr();
  EXPECT_THROW(run(twice(2), no_loop), std::system_error);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(run, has_executors_of_its_own_for_each_purpose) {
  auto main = []() -> coro<> {
    event_loop& loop = get_running_loop();
    executor* blocking = &loop.executor_for(executor_purpose::blocking);
    executor* names = &loop.executor_for(executor_purpose::names);
    executor* files = &loop.executor_for(executor_purpose::files);
    EXPECT_TRUE(blocking != names && names != files && files != blocking);
    co_return;
  };
  run(main);
}

TEST(run, can_run_on_several_threads_at_once) {
  std::thread other([] { EXPECT_EQ(run(twice, 1), 2); });
  EXPECT_EQ(run(twice, 2), 4);
  other.join();
}

TEST(run, throws_usage_error_when_its_loop_is_stopped) {
  auto main = []() -> coro<> {
    get_running_loop().stop();
    co_await sleep(24h);
  };
  EXPECT_THROW(run(main), usage_error);
}

}  // namespace
}  // namespace weft
