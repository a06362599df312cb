#include <weft/threads/to_thread.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <semaphore>
#include <string>
#include <thread>
#include <utility>

#include <weft/core/context.hpp>
#include <weft/flow/gather.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/run/new_event_loop.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

int add(int a, int b) { return a + b; }

VIRTUAL_TEST(to_thread, gives_the_result_of_the_call) {
  int five = co_await to_thread(add, 2, 3);
  EXPECT_EQ(five, 5);
}

VIRTUAL_TEST(to_thread, runs_elsewhere) {
  std::thread::id there = co_await to_thread(std::this_thread::get_id);
  EXPECT_NE(there, std::this_thread::get_id());
}

VIRTUAL_TEST(to_thread, throws_what_the_call_throws) {
  auto fail = []() -> int { throw value_error("no"); };
  bool thrown = false;
  try {
    co_await to_thread(fail);
  } catch (const value_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
}

VIRTUAL_TEST(to_thread, does_nothing_before_it_is_awaited) {
  bool ran = false;
  auto mark = [&ran] { ran = true; };
  coro<> later = to_thread(mark);
  co_await sleep(1s);
  EXPECT_FALSE(ran);
  co_await std::move(later);
  EXPECT_TRUE(ran);
}

VIRTUAL_TEST(to_thread, reports_when_it_was_never_awaited) {
  test::expect_report("to_thread");
  {
    coro<int> dropped = to_thread(add, 1, 1);
  }
  co_return;
}

VIRTUAL_TEST(to_thread, leaves_the_loop_free) {
  std::binary_semaphore held{0};
  auto wait = [&held] { held.acquire(); };
  task<> blocked = create_task(to_thread(wait));
  co_await sleep(0s);
  co_await sleep(0s);
  EXPECT_FALSE(blocked.done());
  held.release();
  co_await blocked;
}

VIRTUAL_TEST(to_thread, can_be_gathered) {
  auto [a, b] = co_await gather(to_thread(add, 1, 1), to_thread(add, 2, 2));
  EXPECT_EQ(a, 2);
  EXPECT_EQ(b, 4);
}

VIRTUAL_TEST(to_thread, keeps_arguments_by_value) {
  auto size = [](const std::string& s) { return s.size(); };
  coro<std::size_t> later = to_thread(size, std::string(1000, 'x'));
  std::size_t length = co_await std::move(later);
  EXPECT_EQ(length, 1000u);
}

VIRTUAL_TEST(to_thread, takes_arguments_that_only_move) {
  auto open = [](std::unique_ptr<int> p) { return *p; };
  auto seven = std::make_unique<int>(7);
  int value = co_await to_thread(open, std::move(seven));
  EXPECT_EQ(value, 7);
}

VIRTUAL_TEST(to_thread, calls_member_functions) {
  struct counter {
    int n = 5;
    int get(int more) const { return n + more; }
  };
  counter five;
  int value = co_await to_thread(&counter::get, &five, 2);
  EXPECT_EQ(value, 7);
}

VIRTUAL_TEST(to_thread, takes_the_context_along) {
  context_var<int> level("level", 0);
  level.set(3);
  auto read = [&level] { return level.get(); };
  int there = co_await to_thread(read);
  EXPECT_EQ(there, 3);
}

VIRTUAL_TEST(to_thread, throws_a_cancel_at_once_while_the_call_goes_on) {
  std::binary_semaphore started{0};
  std::binary_semaphore held{0};
  bool finished = false;
  auto work = [&] {
    started.release();
    held.acquire();
    finished = true;
  };
  task<> blocked = create_task(to_thread(work));
  co_await sleep(0s);
  started.acquire();
  blocked.cancel();
  bool cancelled = false;
  try {
    co_await blocked;
  } catch (const cancelled_error&) {
    cancelled = true;
  }
  EXPECT_TRUE(cancelled);
  held.release();
  // What finishes it is the end of the loop, which waits for its jobs; here the sleep does, since
  // virtual time waits for them too.
  co_await sleep(1s);
  EXPECT_TRUE(finished);
}

TEST(to_thread, needs_a_loop_with_an_executor) {
  auto loop = new_event_loop({backend_choice::none});
  EXPECT_THROW(loop->run_until_complete(to_thread(add, 1, 1)), usage_error);
}

}  // namespace
}  // namespace weft
