// What other threads may do with a loop: call_soon_threadsafe, and nothing else.

#include <gtest/gtest.h>

#include <atomic>
#include <chrono>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <weft/core/detail/pause_backend.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/run/new_event_loop.hpp>

namespace weft {
namespace {

using namespace std::chrono_literals;

TEST(call_soon_threadsafe, runs_in_the_loops_thread_in_the_order_of_each_caller) {
  constexpr int callers = 4;
  constexpr int calls = 1000;
  auto loop = new_event_loop();
  std::vector<std::vector<int>> got(callers);
  int left = callers * calls;
  const std::thread::id here = std::this_thread::get_id();
  std::vector<std::thread> threads;
  for (int caller = 0; caller < callers; ++caller) {
    threads.emplace_back([&, caller] {
      for (int n = 0; n < calls; ++n) {
        loop->call_soon_threadsafe([&, caller, n] {
          EXPECT_EQ(std::this_thread::get_id(), here);
          got[static_cast<std::size_t>(caller)].push_back(n);
          if (--left == 0) loop->stop();
        });
      }
    });
  }
  loop->run_forever();
  for (std::thread& thread : threads) thread.join();
  for (const std::vector<int>& one : got) {
    ASSERT_EQ(one.size(), static_cast<std::size_t>(calls));
    for (int n = 0; n < calls; ++n) EXPECT_EQ(one[static_cast<std::size_t>(n)], n);
  }
}

TEST(call_soon_threadsafe, wakes_a_loop_that_sleeps) {
  auto loop = new_event_loop();
  std::thread other;
  loop->call_soon(
      [&] { other = std::thread([&] { loop->call_soon_threadsafe([&] { loop->stop(); }); }); });
  loop->run_forever();
  other.join();
}

TEST(call_soon_threadsafe, may_come_before_the_loop_runs) {
  auto loop = new_event_loop();
  std::thread other([&] { loop->call_soon_threadsafe([&] { loop->stop(); }); });
  other.join();
  loop->run_forever();
}

TEST(call_soon_threadsafe, reports_what_the_callback_throws) {
  auto loop = new_event_loop();
  std::string report;
  loop->set_exception_handler([&](const exception_context& c) { report = describe(c.exception); });
  loop->call_soon_threadsafe([] { throw value_error("no"); });
  loop->call_soon_threadsafe([&] { loop->stop(); });
  loop->run_forever();
  EXPECT_EQ(report, "weft::value_error: no");
}

TEST(call_soon_threadsafe, ends_the_wait_of_a_task) {
  auto loop = new_event_loop();
  future<int> answer = loop->create_future<int>();
  std::thread other([&] {
    loop->call_soon_threadsafe([answer = std::move(answer)]() mutable {
      answer.set_result(42);
      answer = {};
    });
  });
  other.join();
  loop->call_soon_threadsafe([&] { loop->stop(); });
  loop->run_forever();
}

TEST(event_loop_debug, refuses_calls_from_another_thread) {
  auto loop = new_event_loop({backend_choice::none, true});
  std::atomic<bool> refused{false};
  std::thread other;
  loop->call_soon([&] {
    other = std::thread([&] {
      try {
        loop->call_soon([] {});
      } catch (const usage_error&) {
        refused = true;
      }
      loop->call_soon_threadsafe([&] { loop->stop(); });
    });
  });
  loop->run_forever();
  other.join();
  EXPECT_TRUE(refused);
}

TEST(event_loop, does_not_run_on_two_threads) {
  auto loop = new_event_loop({backend_choice::none});
  std::thread other;
  bool refused = false;
  loop->call_soon([&] {
    other = std::thread([&] {
      try {
        loop->run_forever();
      } catch (const usage_error&) {
        refused = true;
      }
      loop->call_soon_threadsafe([&] { loop->stop(); });
    });
  });
  loop->run_forever();
  other.join();
  EXPECT_TRUE(refused);
}

}  // namespace
}  // namespace weft
