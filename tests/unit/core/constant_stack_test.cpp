// The stack is as deep as the calls are nested, never as long as a chain of completions: each test
// runs in a thread that has 64 KiB of it, on both compilers, optimised or not, and under
// sanitizers.

#include <gtest/gtest.h>
#include <pthread.h>

#include <chrono>
#include <cstddef>
#include <utility>
#include <vector>

#include <weft/core/async_generator.hpp>
#include <weft/core/detail/pause_backend.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/flow/sleep.hpp>

namespace weft {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t small_stack = 64 * 1024;

#if defined(__SANITIZE_THREAD__) || defined(__SANITIZE_ADDRESS__)
#define WEFT_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer) || __has_feature(address_sanitizer)
#define WEFT_SANITIZED 1
#endif
#endif

/// Runs f in a thread with a small stack.
template <class F>
void on_small_stack(F f) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  ASSERT_EQ(pthread_attr_setstacksize(&attributes, small_stack), 0);
  pthread_t thread;
  const int failed = pthread_create(
      &thread, &attributes,
      [](void* function) -> void* {
        (*static_cast<F*>(function))();
        return nullptr;
      },
      &f);
  pthread_attr_destroy(&attributes);
  ASSERT_EQ(failed, 0);
  pthread_join(thread, nullptr);
}

/// Runs a coroutine in a loop under virtual time.
template <class T>
T run_here(coro<T> main) {
  event_loop loop(new detail::pause_backend);
  loop.use_virtual_time(time_point{});
  return loop.run_until_complete(std::move(main));
}

coro<int> one() { co_return 1; }

coro<long> await_many(long count) {
  long sum = 0;
  for (long i = 0; i < count; ++i) sum += co_await one();
  co_return sum;
}

async_generator<long> count_to(long count) {
  for (long i = 0; i < count; ++i) co_yield i;
}

coro<long> consume(long count) {
  long sum = 0;
  auto numbers = count_to(count);
  while (long* n = co_await numbers.next()) sum += *n % 2;
  co_return sum;
}

coro<long> await_done_future(long count) {
  future<int> done = make_future<int>();
  done.set_result(1);
  long sum = 0;
  for (long i = 0; i < count; ++i) sum += co_await done;
  co_return sum;
}

coro<int> end_of_chain() {
  co_await sleep(1s);
  co_return 0;
}
coro<int> link(task<int> next) {
  int below = co_await next;
  co_return below + 1;
}
coro<int> chain(int length) {
  task<int> first = create_task(end_of_chain());
  for (int i = 0; i < length; ++i) first = create_task(link(std::move(first)));
  int count = co_await first;
  co_return count;
}
coro<bool> cancel_chain(int length) {
  task<int> first = create_task(end_of_chain());
  std::vector<task<int>> all{first};
  for (int i = 0; i < length; ++i) {
    first = create_task(link(std::move(first)));
    all.push_back(first);
  }
  co_await sleep(0s);
  all.front().cancel();
  for (const task<int>& t : all) {
    try {
      co_await t;
    } catch (const cancelled_error&) {
    }
  }
  co_return first.cancelled();
}

TEST(constant_stack, holds_ten_million_awaits_that_complete_at_once) {
  on_small_stack([] { EXPECT_EQ(run_here(await_many(10'000'000)), 10'000'000); });
}

TEST(constant_stack, holds_ten_million_awaits_of_a_done_future) {
  on_small_stack([] { EXPECT_EQ(run_here(await_done_future(10'000'000)), 10'000'000); });
}

TEST(constant_stack, holds_ten_million_yields) {
  on_small_stack([] { EXPECT_EQ(run_here(consume(10'000'000)), 5'000'000); });
}

TEST(constant_stack, holds_a_chain_of_100000_tasks_each_awaiting_the_next) {
  on_small_stack([] { EXPECT_EQ(run_here(chain(100'000)), 100'000); });
}

TEST(constant_stack, holds_a_cancel_that_goes_up_a_chain_of_100000_tasks) {
  on_small_stack([] { EXPECT_TRUE(run_here(cancel_chain(100'000))); });
}

TEST(constant_stack, holds_a_loop_that_closes_on_a_chain_of_100000_tasks) {
  on_small_stack([] {
    event_loop loop(new detail::pause_backend);
    loop.use_virtual_time(time_point{});
    std::size_t reported = 0;
    loop.set_exception_handler([&](const exception_context&) { ++reported; });
    loop.call_soon([&] {
      task<int> first = loop.create_task(end_of_chain());
      for (int i = 0; i < 100'000; ++i) first = loop.create_task(link(std::move(first)));
      loop.call_soon([&] { loop.call_soon([&] { loop.stop(); }); });
    });
    loop.run_forever();
    loop.close();
    EXPECT_EQ(reported, 100'001u);
  });
}

// Not about the stack, but as large: a price that isn't linear would never end.
TEST(many_tasks, sleep_at_once_and_wake_in_order) {
#ifdef WEFT_SANITIZED
  constexpr int count = 100'000;  // memory: a sanitizer multiplies it
#else
  constexpr int count = 1'000'000;
#endif
  auto sleeper = [](int i, int* woken) -> coro<> {
    co_await sleep(std::chrono::milliseconds(i % 1000));
    ++*woken;
  };
  int woken = 0;
  auto main = [&]() -> coro<> {
    for (int i = 0; i < count; ++i) (void)create_task(sleeper(i, &woken));
    co_await sleep(2s);
  };
  run_here(main());
  EXPECT_EQ(woken, count);
}

}  // namespace
}  // namespace weft
