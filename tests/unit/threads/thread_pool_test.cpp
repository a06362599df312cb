#include <weft/threads/thread_pool.hpp>

#include <gtest/gtest.h>
#include <pthread.h>

#include <array>
#include <atomic>
#include <chrono>
#include <optional>
#include <semaphore>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

std::string thread_name() {
  std::array<char, 16> name{};
  pthread_getname_np(pthread_self(), name.data(), name.size());
  return name.data();
}

int twice(int n) { return 2 * n; }

/// Something for a pool's thread to wait on, so that the test says when it goes on.
struct gate {
  std::counting_semaphore<16> open{0};
  void pass() { open.acquire(); }
};

VIRTUAL_TEST(thread_pool, gives_the_result_of_a_call_on_another_thread) {
  thread_pool pool;
  int four = co_await pool.submit(twice, 2);
  EXPECT_EQ(four, 4);
  std::thread::id id = co_await pool.submit(std::this_thread::get_id);
  EXPECT_NE(id, std::this_thread::get_id());
}

VIRTUAL_TEST(thread_pool, throws_what_the_call_throws) {
  thread_pool pool;
  auto fail = [] { throw std::runtime_error("on a thread"); };
  bool thrown = false;
  try {
    co_await pool.submit(fail);
  } catch (const std::runtime_error& e) {
    thrown = std::string(e.what()) == "on a thread";
  }
  EXPECT_TRUE(thrown);
}

VIRTUAL_TEST(thread_pool, starts_no_thread_before_the_first_job) {
  thread_pool pool;
  EXPECT_EQ(pool.threads(), 0u);
  co_await pool.submit(twice, 1);
  EXPECT_EQ(pool.threads(), 1u);
}

VIRTUAL_TEST(thread_pool, uses_an_idle_thread_before_it_starts_another) {
  thread_pool pool;
  for (int i = 0; i < 20; ++i) co_await pool.submit(twice, i);
  // The thread may still be on its way to its rest when the next job comes, so 1 isn't sure.
  EXPECT_LE(pool.threads(), pool.max_threads());
}

VIRTUAL_TEST(thread_pool, starts_threads_up_to_its_maximum) {
  thread_pool pool({3, "few"});
  EXPECT_EQ(pool.max_threads(), 3u);
  gate held;
  auto wait = [&held] { held.pass(); };
  std::vector<future<>> jobs;
  for (int i = 0; i < 10; ++i) jobs.push_back(pool.submit(wait));
  EXPECT_EQ(pool.threads(), 3u);
  held.open.release(10);
  for (const future<>& job : jobs) co_await job;
  EXPECT_EQ(pool.threads(), 3u);
  EXPECT_EQ(pool.queued(), 0u);
}

VIRTUAL_TEST(thread_pool, runs_jobs_in_order_of_arrival) {
  thread_pool pool({1, "one"});
  std::vector<int> order;
  auto note = [&order](int n) { order.push_back(n); };
  std::vector<future<>> jobs;
  for (int i = 0; i < 100; ++i) jobs.push_back(pool.submit(note, i));
  for (const future<>& job : jobs) co_await job;
  for (int i = 0; i < 100; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

VIRTUAL_TEST(thread_pool, names_its_threads) {
  thread_pool pool({1, "weft-test"});
  std::string name = co_await pool.submit(thread_name);
  EXPECT_EQ(name, "weft-test-1");
  thread_pool longer({1, "a-name-that-is-too-long"});
  std::string cut = co_await longer.submit(thread_name);
  EXPECT_EQ(cut, "a-name-that-is-");
}

TEST(thread_pool, has_32_threads_at_most_unless_told) {
  thread_pool pool;
  EXPECT_LE(pool.max_threads(), 32u);
  EXPECT_GE(pool.max_threads(), 5u);
}

VIRTUAL_TEST(thread_pool, takes_back_a_cancelled_job_that_has_not_started) {
  thread_pool pool({1, "one"});
  gate held;
  auto wait = [&held] { held.pass(); };
  future<> first = pool.submit(wait);
  std::atomic<int> ran{0};
  auto count = [&ran] { ++ran; };
  std::vector<future<>> jobs;
  for (int i = 0; i < 5; ++i) jobs.push_back(pool.submit(count));
  EXPECT_TRUE(jobs[0].cancel());  // the oldest, one between, the newest
  EXPECT_TRUE(jobs[2].cancel());
  EXPECT_TRUE(jobs[4].cancel());
  EXPECT_TRUE(jobs[4].cancelled());
  held.open.release();
  co_await first;
  co_await jobs[1];
  co_await jobs[3];
  EXPECT_EQ(ran, 2);
}

VIRTUAL_TEST(thread_pool, lets_a_running_job_finish_when_it_is_cancelled) {
  thread_pool pool({1, "one"});
  gate started;
  gate held;
  bool finished = false;
  auto work = [&] {
    started.open.release();
    held.pass();
    finished = true;
    return 7;
  };
  future<int> job = pool.submit(work);
  started.pass();
  EXPECT_TRUE(job.cancel());
  EXPECT_TRUE(job.cancelled());
  held.open.release();
  pool.shutdown();
  EXPECT_TRUE(finished);
  co_return;
}

VIRTUAL_TEST(thread_pool, may_be_gone_when_a_job_of_it_is_cancelled) {
  std::optional<thread_pool> pool;
  pool.emplace();
  future<int> job = pool->submit(twice, 2);
  pool.reset();
  EXPECT_FALSE(job.done());  // its result stands in the loop's mail
  EXPECT_TRUE(job.cancel());
  co_await sleep(1s);
  EXPECT_TRUE(job.cancelled());
}

VIRTUAL_TEST(thread_pool, refuses_jobs_after_shutdown) {
  thread_pool pool;
  pool.shutdown();
  EXPECT_THROW((void)pool.submit(twice, 1), usage_error);
  co_return;
}

VIRTUAL_TEST(thread_pool, finishes_what_is_queued_at_shutdown) {
  thread_pool pool({2, "two"});
  std::atomic<int> ran{0};
  auto count = [&ran] { ++ran; };
  std::vector<future<>> jobs;
  for (int i = 0; i < 50; ++i) jobs.push_back(pool.submit(count));
  pool.shutdown();
  EXPECT_EQ(ran, 50);
  for (const future<>& job : jobs) co_await job;
}

VIRTUAL_TEST(thread_pool, destroys_a_callable_in_the_thread_of_its_loop) {
  struct witness {
    std::thread::id* destroyed_in;
    explicit witness(std::thread::id* where) : destroyed_in(where) {}
    witness(witness&& other) noexcept : destroyed_in(std::exchange(other.destroyed_in, nullptr)) {}
    witness(const witness&) = delete;
    ~witness() {
      if (destroyed_in) *destroyed_in = std::this_thread::get_id();
    }
    void operator()() {}
  };
  std::thread::id destroyed_in;
  thread_pool pool;
  witness callable(&destroyed_in);
  future<> job = pool.submit(std::move(callable));
  co_await job;
  EXPECT_EQ(destroyed_in, std::this_thread::get_id());
}

TEST(thread_pool, has_a_loop_that_closes_wait_for_its_jobs) {
  thread_pool pool({1, "one"});
  gate held;
  bool finished = false;
  {
    virtual_time bubble;
    auto work = [&] {
      held.pass();
      finished = true;
    };
    auto idle = [] {};
    auto main = [&]() -> coro<> {
      future<> running = pool.submit(work);
      future<> waiting = pool.submit(idle);
      co_await sleep(0s);
      waiting.cancel();  // its way back is cut short by the end of the loop
      held.open.release();
    };
    bubble.run(main);
  }
  EXPECT_TRUE(finished);
}

TEST(thread_pool, serves_several_loops_at_once) {
  thread_pool pool({4, "shared"});
  auto user = [&pool] {
    run_virtual(
        [](thread_pool& shared) -> coro<> {
          for (int i = 0; i < 100; ++i) {
            int doubled = co_await shared.submit(twice, i);
            EXPECT_EQ(doubled, 2 * i);
          }
        },
        std::ref(pool));
  };
  std::thread one(user);
  std::thread two(user);
  one.join();
  two.join();
}

}  // namespace
}  // namespace weft
