// async_generator and tasks: cancels, contexts, stacks, several askers, and a loop that closes.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <weft/core/async_generator.hpp>
#include <weft/core/context.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/run/new_event_loop.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

/// Notes the end of a scope.
struct at_exit {
  texts& trace;
  std::string text;
  at_exit(texts& t, std::string s) : trace(t), text(std::move(s)) {}
  at_exit(const at_exit&) = delete;
  ~at_exit() { trace.push_back(text); }
};

async_generator<int> ticks(int n) {
  for (int i = 0; i < n; ++i) {
    co_await sleep(1s);
    co_yield i;
  }
}

VIRTUAL_TEST(async_generator_tasks, refuses_a_second_ask_while_the_first_waits) {
  auto generator = ticks(1);
  auto ask = [](async_generator<int>& g) -> coro<int> {
    int* n = co_await g.next();
    co_return *n;
  };
  auto close = [](async_generator<int>& g) -> coro<> { co_await g.aclose(); };
  task<int> first = create_task(ask, std::ref(generator));
  co_await sleep(0s);
  int refused = 0;
  try {
    co_await create_task(ask, std::ref(generator));
  } catch (const usage_error&) {
    ++refused;
  }
  try {
    co_await create_task(close, std::ref(generator));
  } catch (const usage_error&) {
    ++refused;
  }
  EXPECT_EQ(refused, 2);
  int n = co_await first;
  EXPECT_EQ(n, 0);
}

VIRTUAL_TEST(async_generator_tasks, ends_by_a_cancel_where_its_body_waits) {
  texts trace;
  auto ticker = [](texts& out) -> async_generator<int> {
    at_exit mark(out, "cleaned");
    for (int i = 0;; ++i) {
      co_yield i;
      co_await sleep(1s);
    }
  };
  auto generator = ticker(trace);
  auto consume = [](async_generator<int>& g) -> coro<> {
    while (int* n = co_await g.next()) EXPECT_GE(*n, 0);
  };
  task<> consumer = create_task(consume, std::ref(generator));
  co_await sleep(2500ms);
  consumer.cancel();
  bool cancelled = false;
  try {
    co_await consumer;
  } catch (const cancelled_error&) {
    cancelled = true;
  }
  EXPECT_TRUE(cancelled);
  EXPECT_EQ(virtual_now(), 2500ms);
  EXPECT_EQ(trace, texts{"cleaned"});
  int* end = co_await generator.next();
  EXPECT_EQ(end, nullptr);
}

VIRTUAL_TEST(async_generator_tasks, may_swallow_a_cancel_and_yield_on) {
  auto body = []() -> async_generator<int> {
    co_yield 1;
    try {
      co_await sleep(9s);
    } catch (const cancelled_error&) {
    }
    co_yield 2;
  };
  auto consume = [](async_generator<int> g) -> coro<int> {
    int sum = 0;
    while (int* n = co_await g.next()) sum += *n;
    co_return sum;
  };
  task<int> consumer = create_task(consume, body());
  co_await sleep(1s);
  consumer.cancel();
  int sum = co_await consumer;
  EXPECT_EQ(sum, 3);
  EXPECT_EQ(consumer.cancelling(), 1u);
}

VIRTUAL_TEST(async_generator_tasks, runs_in_the_context_of_whoever_asks) {
  context_var<std::string> var("var", "unset");
  auto body = [](context_var<std::string>& v) -> async_generator<int> {
    v.set("set inside");
    co_yield 1;
  };
  auto generator = body(var);
  co_await generator.next();
  EXPECT_EQ(var.get(), "set inside");
}

VIRTUAL_TEST(async_generator_tasks, stands_in_its_consumers_stack) {
  auto consume = []() -> coro<> {
    auto generator = ticks(1);
    while (co_await generator.next()) {
    }
  };
  task<> consumer = create_task(consume());
  co_await sleep(0s);
  std::vector<stack_frame> stack = consumer.get_stack();
  EXPECT_EQ(stack.size(), 2u);
  EXPECT_EQ(consumer.waiting_on(), "sleep");
  co_await consumer;
}

VIRTUAL_TEST(async_generator_tasks, may_be_asked_by_one_task_after_another) {
  auto generator = ticks(4);
  auto ask = [](async_generator<int>& g) -> coro<int> {
    int* n = co_await g.next();
    co_return *n;
  };
  for (int i = 0; i < 4; ++i) {
    int n = co_await create_task(ask, std::ref(generator));
    EXPECT_EQ(n, i);
  }
}

TEST(async_generator_tasks, goes_with_a_loop_that_closes_while_its_body_waits) {
  texts trace;
  auto body = [](texts& out) -> async_generator<int> {
    at_exit mark(out, "cleaned");
    co_await sleep(1h);
    co_yield 1;
  };
  auto generator = body(trace);
  auto consume = [](async_generator<int>& g) -> coro<> { co_await g.next(); };
  auto loop = new_event_loop({backend_choice::none});
  loop->set_exception_handler([&](const exception_context& c) { trace.push_back(c.task_name); });
  task<> consumer = loop->create_task(consume(generator));
  loop->call_soon([&] { loop->stop(); });
  loop->run_forever();
  loop->close();
  EXPECT_EQ(trace, (texts{consumer.get_name(), "cleaned"}));
}

TEST(async_generator_death, ends_the_process_when_destroyed_while_a_task_waits_in_it) {
  auto misuse = []() -> coro<> {
    auto generator = std::make_unique<async_generator<int>>(ticks(1));
    auto ask = [](async_generator<int>& g) -> coro<> { co_await g.next(); };
    task<> asker = create_task(ask, std::ref(*generator));
    co_await sleep(0s);
    generator.reset();
  };
  EXPECT_DEATH(run_virtual(misuse), "was destroyed while a task waited in its next()");
}

}  // namespace
}  // namespace weft
