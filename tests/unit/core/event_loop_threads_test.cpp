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

/// Three threads post by turns, each after the other has told it to, while two more post without
/// end: what came before comes before.
void post_by_turns(duration spin) {
  constexpr int turns = 900;
  auto loop = new_event_loop();
  loop->set_spin_before_sleep(spin);
  std::atomic<int> turn{0};
  std::atomic<bool> over{false};
  std::vector<int> got;
  std::vector<std::thread> threads;
  for (int who = 0; who < 3; ++who) {
    threads.emplace_back([&, who] {
      for (int mine = who; mine < turns; mine += 3) {
        for (int now = turn.load(); now != mine; now = turn.load()) turn.wait(now);
        loop->call_soon_threadsafe([&, mine] { got.push_back(mine); });
        turn.store(mine + 1);
        turn.notify_all();
      }
    });
  }
  for (int noise = 0; noise < 2; ++noise) {
    threads.emplace_back([&] {
      while (!over) {
        for (int i = 0; i < 20; ++i) loop->call_soon_threadsafe([] {});
        std::this_thread::yield();
      }
    });
  }
  threads.emplace_back([&] {
    for (int now = turn.load(); now != turns; now = turn.load()) turn.wait(now);
    over = true;
    loop->call_soon_threadsafe([&] { loop->stop(); });
  });
  loop->run_forever();
  for (std::thread& thread : threads) thread.join();
  ASSERT_EQ(got.size(), static_cast<std::size_t>(turns));
  for (int n = 0; n < turns; ++n) EXPECT_EQ(got[static_cast<std::size_t>(n)], n);
}
TEST(call_soon_threadsafe, keeps_the_order_of_threads_that_wait_for_one_another) {
  post_by_turns(0s);
}
TEST(call_soon_threadsafe, keeps_it_too_when_the_loop_spins) { post_by_turns(1h); }

TEST(call_soon_threadsafe, takes_callables_of_any_size) {
  struct big {
    char bytes[1000] = {};
    explicit big(char c) { bytes[999] = c; }
  };
  auto loop = new_event_loop();
  std::string got;
  std::thread other([&] {
    for (const char c : std::string("order")) {
      if (c % 2) {
        loop->call_soon_threadsafe([&, b = big(c)] { got += b.bytes[999]; });
      } else {
        loop->call_soon_threadsafe([&, c] { got += c; });
      }
    }
    loop->call_soon_threadsafe([&] { loop->stop(); });
  });
  loop->run_forever();
  other.join();
  EXPECT_EQ(got, "order");
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
