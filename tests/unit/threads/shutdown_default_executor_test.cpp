#include <weft/threads/shutdown_default_executor.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <latch>

#include <weft/flow/sleep.hpp>
#include <weft/threads/concurrent_future.hpp>
#include <weft/threads/to_thread.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

VIRTUAL_TEST(shutdown_default_executor, refuses_calls_from_then_on) {
  auto one = [] { return 1; };
  co_await to_thread(one);
  co_await shutdown_default_executor();
  bool refused = false;
  try {
    co_await to_thread(one);
  } catch (const usage_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
}

VIRTUAL_TEST(shutdown_default_executor, waits_for_calls_that_need_the_loop) {
  event_loop& loop = get_running_loop();
  auto seven = []() -> coro<int> { co_return 7; };
  auto ask = [&] { return run_coroutine_threadsafe(seven(), loop).result(); };
  task<int> asking = create_task(to_thread(ask));
  co_await sleep(0s);
  co_await shutdown_default_executor();
  EXPECT_TRUE(asking.done());
  int got = co_await asking;
  EXPECT_EQ(got, 7);
}

VIRTUAL_TEST(shutdown_default_executor, throws_a_cancel_when_the_calls_are_done) {
  std::latch gate(1);
  bool ended = false;
  auto block = [&] {
    gate.wait();
    ended = true;
  };
  task<> blocked = create_task(to_thread(block));
  co_await sleep(0s);
  task<> closing = create_task(shutdown_default_executor());
  co_await sleep(0s);
  closing.cancel();
  co_await sleep(0s);
  EXPECT_FALSE(closing.done());
  gate.count_down();
  bool cancelled = false;
  try {
    co_await closing;
  } catch (const cancelled_error&) {
    cancelled = true;
  }
  EXPECT_TRUE(cancelled);
  EXPECT_TRUE(ended);
  co_await blocked;
}

}  // namespace
}  // namespace weft
