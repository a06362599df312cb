#include <weft/core/executor.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <deque>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <weft/core/context.hpp>
#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

/// Runs its jobs when it is told, on a thread that it waits for: what happens when is the test's to
/// say.
class hand_cranked final : public executor {
 public:
  void submit(detail::job& job) override { jobs_.push_back(&job); }
  bool withdraw(detail::job& job) noexcept override { return std::erase(jobs_, &job) > 0; }
  void shutdown() noexcept override { run_all(); }
  void run_all() {
    std::thread worker([this] {
      while (!jobs_.empty()) {
        detail::job* job = jobs_.front();
        jobs_.pop_front();
        job->run_on_thread();
      }
    });
    worker.join();
  }
  std::size_t waiting() const { return jobs_.size(); }

 private:
  std::deque<detail::job*> jobs_;
};

class refusing final : public executor {
 public:
  void submit(detail::job&) override { throw usage_error("closed"); }
  bool withdraw(detail::job&) noexcept override { return false; }
  void shutdown() noexcept override {}
};

int twice(int n) { return 2 * n; }

VIRTUAL_TEST(run_in_executor, gives_a_future_of_the_result) {
  hand_cranked pool;
  future<int> f = run_in_executor(pool, twice, 2);
  co_await sleep(0s);
  EXPECT_FALSE(f.done());
  pool.run_all();
  EXPECT_FALSE(f.done());  // the result comes by mail, in a turn of the loop
  int four = co_await f;
  EXPECT_EQ(four, 4);
}

VIRTUAL_TEST(run_in_executor, gives_references_and_nothing) {
  hand_cranked pool;
  static int number = 0;
  auto find = []() -> int& { return number; };
  auto increment = [] { ++number; };
  future<int&> found = run_in_executor(pool, find);
  future<> done = run_in_executor(pool, increment);
  pool.run_all();
  co_await done;
  int& same = co_await found;
  EXPECT_EQ(&same, &number);
  EXPECT_EQ(number, 1);
}

VIRTUAL_TEST(run_in_executor, throws_what_the_call_throws) {
  hand_cranked pool;
  auto fail = []() -> int { throw std::runtime_error("no"); };
  future<int> f = run_in_executor(pool, fail);
  pool.run_all();
  bool thrown = false;
  try {
    co_await f;
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
}

VIRTUAL_TEST(run_in_executor, reports_an_error_that_nobody_read) {
  test::expect_report("never retrieved | std::runtime_error: lost");
  hand_cranked pool;
  auto fail = [] { throw std::runtime_error("lost"); };
  (void)run_in_executor(pool, fail);
  pool.run_all();
  co_await sleep(1s);
}

VIRTUAL_TEST(run_in_executor, takes_a_job_back_that_has_not_started) {
  hand_cranked pool;
  auto held = std::make_shared<int>(0);
  auto body = [held] {};
  future<> f = run_in_executor(pool, own(std::move(body)));
  EXPECT_EQ(pool.waiting(), 1u);
  EXPECT_TRUE(f.cancel());
  EXPECT_EQ(pool.waiting(), 0u);
  co_await sleep(1s);
  EXPECT_EQ(held.use_count(), 1);
}

VIRTUAL_TEST(run_in_executor, drops_the_result_of_a_cancelled_job_that_ran) {
  hand_cranked pool;
  future<int> f = run_in_executor(pool, twice, 2);
  pool.run_all();
  EXPECT_TRUE(f.cancel());
  co_await sleep(1s);
  EXPECT_TRUE(f.cancelled());
}

VIRTUAL_TEST(run_in_executor, has_virtual_time_wait_for_its_jobs) {
  hand_cranked pool;
  future<int> f = run_in_executor(pool, twice, 2);
  std::thread later([&] { pool.run_all(); });
  co_await sleep(24h);
  EXPECT_TRUE(f.done());
  later.join();
}

VIRTUAL_TEST(run_in_executor, leaves_the_context_behind) {
  hand_cranked pool;
  context_var<int> level("level", 0);
  level.set(3);
  auto read = [&level] { return level.get(); };
  future<int> f = run_in_executor(pool, read);
  pool.run_all();
  int there = co_await f;
  EXPECT_EQ(there, 0);
}

VIRTUAL_TEST(run_in_executor, takes_the_loops_own_executor_for_null) {
  hand_cranked pool;
  event_loop& loop = get_running_loop();
  executor* const before = &loop.executor_for(executor_purpose::blocking);
  loop.set_executor(executor_purpose::blocking, &pool);
  future<int> f = run_in_executor(nullptr, twice, 2);
  loop.set_executor(executor_purpose::blocking, before);
  future<int> g = run_in_executor(&pool, twice, 3);
  EXPECT_EQ(pool.waiting(), 2u);
  pool.run_all();
  int four = co_await f;
  int six = co_await g;
  EXPECT_EQ(four + six, 10);
}

VIRTUAL_TEST(run_in_executor, throws_what_the_executor_throws_and_leaves_nothing_behind) {
  refusing pool;
  EXPECT_THROW((void)run_in_executor(pool, twice, 2), usage_error);
  co_await sleep(1s);
}

TEST(run_in_executor, needs_a_running_loop) {
  hand_cranked pool;
  EXPECT_THROW((void)run_in_executor(pool, twice, 2), usage_error);
}

VIRTUAL_TEST(executor, is_looked_up_by_its_purpose) {
  event_loop& loop = get_running_loop();
  hand_cranked pool;
  executor* const before = &loop.executor_for(executor_purpose::names);
  loop.set_executor(executor_purpose::names, &pool);
  EXPECT_EQ(&loop.executor_for(executor_purpose::names), &pool);
  loop.set_executor(executor_purpose::names, nullptr);
  EXPECT_THROW(loop.executor_for(executor_purpose::names), usage_error);
  loop.set_executor(executor_purpose::names, before);
  co_return;
}

}  // namespace
}  // namespace weft
