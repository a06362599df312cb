#include <weft/threads/concurrent_future.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <latch>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <weft/flow/sleep.hpp>
#include <weft/run/new_event_loop.hpp>
#include <weft/run/run.hpp>
#include <weft/threads/to_thread.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

TEST(concurrent_future, is_pending_until_it_has_a_result) {
  const concurrent_future<int> f;
  EXPECT_FALSE(f.done());
  EXPECT_FALSE(f.running());
  EXPECT_THROW(f.result(0s), timeout_error);
  EXPECT_THROW((void)f.exception(1ms), timeout_error);
  f.set_result(3);
  EXPECT_TRUE(f.done());
  EXPECT_FALSE(f.cancelled());
  EXPECT_EQ(f.result(), 3);
  EXPECT_EQ(f.result(0s), 3);
  EXPECT_EQ(f.exception(), nullptr);
}

TEST(concurrent_future, holds_nothing_a_reference_and_what_only_moves) {
  const concurrent_future<> nothing;
  nothing.set_result();
  nothing.result();
  int n = 1;
  const concurrent_future<int&> reference;
  reference.set_result(&n);
  EXPECT_EQ(&reference.result(), &n);
  concurrent_future<std::unique_ptr<int>> only_moves;
  only_moves.set_result(std::make_unique<int>(7));
  EXPECT_EQ(*std::move(only_moves).result(0s), 7);
}

TEST(concurrent_future, blocks_until_another_thread_ends_it) {
  const concurrent_future<std::string> f;
  std::thread other([f] { f.set_result("far"); });
  EXPECT_EQ(f.result(), "far");
  other.join();
}

TEST(concurrent_future, throws_the_exception_that_was_set) {
  const concurrent_future<int> f;
  f.set_exception(std::runtime_error("no"));
  EXPECT_THROW((void)f.result(), std::runtime_error);
  EXPECT_NE(f.exception(), nullptr);
  const concurrent_future<int> g;
  g.set_exception(std::make_exception_ptr(value_error("neither")));
  EXPECT_THROW((void)g.result(), value_error);
}

TEST(concurrent_future, is_cancelled_while_nobody_works_for_it) {
  const concurrent_future<int> f;
  EXPECT_TRUE(f.cancel());
  EXPECT_TRUE(f.cancel());
  EXPECT_TRUE(f.cancelled());
  EXPECT_TRUE(f.done());
  EXPECT_THROW((void)f.result(), cancelled_error);
  EXPECT_THROW((void)f.exception(), cancelled_error);
  EXPECT_FALSE(f.set_running_or_notify_cancel());
  EXPECT_TRUE(f.cancelled());
  EXPECT_THROW(f.set_running_or_notify_cancel(), usage_error);
}

TEST(concurrent_future, is_not_cancelled_once_it_runs_or_has_ended) {
  const concurrent_future<int> f;
  EXPECT_TRUE(f.set_running_or_notify_cancel());
  EXPECT_TRUE(f.running());
  EXPECT_FALSE(f.cancel());
  EXPECT_THROW(f.set_running_or_notify_cancel(), usage_error);
  f.set_result(1);
  EXPECT_FALSE(f.running());
  EXPECT_FALSE(f.cancel());
  EXPECT_FALSE(f.cancelled());
}

TEST(concurrent_future, ends_once) {
  const concurrent_future<int> f;
  f.set_result(1);
  EXPECT_THROW(f.set_result(2), invalid_state_error);
  EXPECT_THROW(f.set_exception(std::runtime_error("late")), invalid_state_error);
  EXPECT_EQ(f.result(), 1);
  const concurrent_future<int> g;
  g.cancel();
  EXPECT_THROW(g.set_result(2), invalid_state_error);
}

TEST(concurrent_future, calls_back_in_order_and_at_once_when_it_is_done) {
  texts said;
  const concurrent_future<int> f;
  f.add_done_callback([&said, &f](const concurrent_future<int>& done) {
    said.push_back("first " + std::to_string(done.result()) + (done == f ? " same" : " other"));
    done.add_done_callback([&said](const auto&) { said.push_back("inner"); });
  });
  f.add_done_callback([](const auto&) { throw std::runtime_error("is reported"); });
  f.add_done_callback([&said](const auto&) { said.push_back("last"); });
  EXPECT_TRUE(said.empty());
  f.set_result(4);
  f.add_done_callback([&said](const auto&) { said.push_back("late"); });
  EXPECT_EQ(said, (texts{"first 4 same", "inner", "last", "late"}));
}

TEST(concurrent_future, calls_back_at_a_cancel_once) {
  int calls = 0;
  const concurrent_future<> f;
  f.add_done_callback([&calls](const concurrent_future<>& done) { calls += done.cancelled(); });
  f.cancel();
  f.cancel();
  f.set_running_or_notify_cancel();
  EXPECT_EQ(calls, 1);
}

// ---- in a loop

VIRTUAL_TEST(wrap_future, is_told_in_the_next_turn) {
  const concurrent_future<int> source;
  future<int> wrapped = wrap_future(source);
  source.set_result(3);
  EXPECT_FALSE(wrapped.done());
  co_await sleep(0s);
  co_await sleep(0s);
  EXPECT_TRUE(wrapped.done());
  EXPECT_EQ(wrapped.result(), 3);
  future<int> late = wrap_future(source);
  EXPECT_FALSE(late.done());
  int again = co_await late;
  EXPECT_EQ(again, 3);
}

VIRTUAL_TEST(wrap_future, waits_for_a_thread_that_the_loop_does_not_know) {
  const concurrent_future<std::unique_ptr<int>> source;
  std::thread other([source] { source.set_result(std::make_unique<int>(5)); });
  std::unique_ptr<int> got = co_await wrap_future(source);
  EXPECT_EQ(*got, 5);
  other.join();
}

VIRTUAL_TEST(wrap_future, passes_a_cancel_each_way) {
  const concurrent_future<> source;
  future<> wrapped = wrap_future(source);
  wrapped.cancel();
  EXPECT_FALSE(source.cancelled());
  co_await sleep(0s);
  EXPECT_TRUE(source.cancelled());

  const concurrent_future<> cancelled;
  future<> told = wrap_future(cancelled);
  cancelled.cancel();
  co_await sleep(0s);
  co_await sleep(0s);
  EXPECT_TRUE(told.cancelled());
}

VIRTUAL_TEST(wrap_future, leaves_what_runs_alone) {
  const concurrent_future<int> source;
  source.set_running_or_notify_cancel();
  future<int> wrapped = wrap_future(source);
  wrapped.cancel();
  co_await sleep(0s);
  EXPECT_FALSE(source.cancelled());
  source.set_result(1);
  co_await sleep(0s);
  co_await sleep(0s);
  EXPECT_TRUE(wrapped.cancelled());
}

VIRTUAL_TEST(wrap_future, keeps_a_wrapper_that_nobody_holds) {
  const concurrent_future<int> source;
  int told = 0;
  wrap_future(source).add_done_callback([&told](const future<int>& f) { told = f.result(); });
  source.set_result(2);
  co_await sleep(1s);
  EXPECT_EQ(told, 2);
}

VIRTUAL_TEST(wrap_future, gives_a_loops_future_as_it_is) {
  future<int> f = make_future<int>();
  EXPECT_EQ(wrap_future(f), f);
  co_return;
}

VIRTUAL_TEST(wrap_future, takes_no_part_in_the_clock) {
  const concurrent_future<> never;
  future<> wrapped = wrap_future(never);
  co_await sleep(24h);
  EXPECT_FALSE(wrapped.done());
}

TEST(wrap_future, lets_a_result_come_after_its_loop_closed) {
  const concurrent_future<std::string> source;
  future<std::string> kept;
  auto wrap = [&]() -> coro<> {
    kept = wrap_future(source);
    co_return;
  };
  run(wrap);
  kept = {};
  source.set_result("to nobody");
}

// ---- from other threads

coro<int> twice(int n) {
  co_await sleep(1s);
  co_return 2 * n;
}

VIRTUAL_TEST(run_coroutine_threadsafe, gives_the_other_thread_the_result) {
  event_loop& loop = get_running_loop();
  auto ask = [&loop] { return run_coroutine_threadsafe(twice(4), loop).result(); };
  int eight = co_await to_thread(ask);
  EXPECT_EQ(eight, 8);
}

VIRTUAL_TEST(run_coroutine_threadsafe, throws_the_error_in_the_other_thread) {
  event_loop& loop = get_running_loop();
  auto fail = []() -> coro<> {
    co_await sleep(0s);
    throw value_error("in the loop");
  };
  auto ask = [&] {
    try {
      run_coroutine_threadsafe(fail(), loop).result();
    } catch (const value_error& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  std::string told = co_await to_thread(ask);
  EXPECT_EQ(told, "in the loop");
}

VIRTUAL_TEST(run_coroutine_threadsafe, runs_in_the_callers_context) {
  event_loop& loop = get_running_loop();
  context_var<int> level("level", 0);
  level.set(3);
  auto read = [&level]() -> coro<int> { co_return level.get(); };
  auto ask = [&] { return run_coroutine_threadsafe(read(), loop).result(); };
  int there = co_await to_thread(ask);
  EXPECT_EQ(there, 3);
}

VIRTUAL_TEST(run_coroutine_threadsafe, starts_a_task_that_was_cancelled_before_it_came) {
  texts said;
  event_loop& loop = get_running_loop();
  auto body = [&said]() -> coro<> {
    said.push_back("begun");
    try {
      co_await sleep(1h);
    } catch (const cancelled_error&) {
      said.push_back("cancelled");
      throw;
    }
  };
  // asyncio does so too: the cancel can only reach the task once there is one.
  concurrent_future<> made = run_coroutine_threadsafe(body(), loop);
  EXPECT_TRUE(made.cancel());
  co_await sleep(1s);
  EXPECT_EQ(said, (texts{"begun", "cancelled"}));
}

TEST(run_coroutine_threadsafe, is_cancelled_with_the_tasks_that_a_loop_ends_with) {
  concurrent_future<int> made;
  auto leave = [&]() -> coro<> {
    made = run_coroutine_threadsafe(twice(1), get_running_loop());
    co_await sleep(0s);
    co_await sleep(0s);
  };
  run(leave);
  EXPECT_TRUE(made.cancelled());
}

TEST(run_coroutine_threadsafe, is_cancelled_when_its_loop_closes_before_it_ends) {
  std::unique_ptr<event_loop> loop = new_event_loop();
  int reports = 0;
  loop->set_exception_handler([&reports](const exception_context&) { ++reports; });
  concurrent_future<int> begun = run_coroutine_threadsafe(twice(1), *loop);
  auto a_turn = []() -> coro<> { co_await sleep(0s); };
  loop->run_until_complete(a_turn());
  concurrent_future<int> sent = run_coroutine_threadsafe(twice(2), *loop);
  loop->close();
  EXPECT_TRUE(begun.cancelled());
  EXPECT_TRUE(sent.cancelled());
  EXPECT_EQ(reports, 2);  // a task destroyed unfinished, a coroutine never awaited
  coro<int> late = twice(3);
  EXPECT_THROW((void)run_coroutine_threadsafe(std::move(late), *loop), usage_error);
}

coro<> serve_until(event_loop*& here, std::latch& ready, future<>& stop) {
  stop = make_future<>();
  here = &get_running_loop();
  ready.count_down();
  co_await stop;
}

TEST(run_coroutine_threadsafe, is_safe_from_many_threads_that_cancel_as_they_like) {
  event_loop* loop = nullptr;
  std::latch ready(1);
  future<> stop;
  std::thread server([&] { run(serve_until(loop, ready, stop)); });
  ready.wait();
  auto yielding = [](int n) -> coro<int> {
    for (int i = 0; i < n % 3; ++i) co_await sleep(0s);
    co_return n;
  };
  std::vector<std::thread> askers;
  for (int t = 0; t < 4; ++t) {
    askers.emplace_back([&, t] {
      for (int i = 0; i < 200; ++i) {
        const concurrent_future<int> asked = run_coroutine_threadsafe(yielding(i), *loop);
        const bool cancelled = (i + t) % 5 == 0 && asked.cancel();
        const int got = cancelled ? i : asked.result();
        EXPECT_EQ(got, i);
      }
    });
  }
  for (std::thread& asker : askers) asker.join();
  loop->call_soon_threadsafe([&stop] { stop.set_result(); });
  server.join();
}

}  // namespace
}  // namespace weft
