#include <weft/core/task.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

coro<std::string> text_after(duration delay) {
  co_await sleep(delay);
  co_return "text";
}

VIRTUAL_TEST(task, begins_in_the_next_turn_in_order) {
  texts trace;
  auto body = [](texts& out, std::string name) -> coro<> {
    out.push_back(name);
    co_return;
  };
  task<> a = create_task(body, std::ref(trace), "a");
  task<> b = create_task(body, std::ref(trace), "b");
  EXPECT_TRUE(trace.empty());
  co_await sleep(0s);
  EXPECT_EQ(trace, (texts{"a", "b"}));
  EXPECT_TRUE(a.done());
}

coro<std::uint64_t> sum(std::uint32_t a, std::uint64_t b, std::int8_t c) {
  co_return a + b + static_cast<std::uint64_t>(c);
}

VIRTUAL_TEST(task, takes_an_integer_as_its_functions_parameter_takes_it) {
  // Compiled with -Wconversion: a literal for an unsigned or narrow parameter is no conversion.
  std::uint64_t nine = co_await create_task(sum, 2, 3, 4);
  EXPECT_EQ(nine, 9u);
  auto lambda = [](std::uint16_t n) -> coro<std::uint16_t> { co_return n; };
  std::uint16_t seven = co_await create_task(lambda, 7);
  EXPECT_EQ(seven, 7u);
  EXPECT_THROW((void)create_task(sum, -1, 3, 4), value_error);
  EXPECT_THROW((void)create_task(sum, 2, 3, 128), value_error);
  EXPECT_THROW((void)create_task(lambda, 65'536), value_error);
}

VIRTUAL_TEST(task, is_kept_by_its_loop_until_it_ends) {
  bool ended = false;
  auto body = [](bool& e) -> coro<> {
    co_await sleep(1s);
    e = true;
  };
  (void)create_task(body, std::ref(ended));
  co_await sleep(2s);
  EXPECT_TRUE(ended);
}

VIRTUAL_TEST(task, copies_its_result_from_an_lvalue_and_moves_it_from_an_rvalue) {
  task<std::string> t = create_task(text_after(1s));
  std::string one = co_await t;
  std::string two = co_await t;
  EXPECT_EQ(one, "text");
  EXPECT_EQ(two, "text");
  task<std::string> same = t;
  std::string moved = co_await std::move(same);
  EXPECT_EQ(moved, "text");
  bool refused = false;
  try {
    co_await t;
  } catch (const invalid_state_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
}

VIRTUAL_TEST(task, is_named_by_number_or_by_whoever_made_it) {
  task<std::string> numbered = create_task(text_after(1s));
  EXPECT_EQ(numbered.get_name().substr(0, 5), "Task-");
  task<std::string> named = create_task(text_after(1s), "reader");
  EXPECT_EQ(named.get_name(), "reader");
  named.set_name("writer");
  EXPECT_EQ(named.get_name(), "writer");
  co_await named;
  EXPECT_EQ(named.get_name(), "writer");
}

VIRTUAL_TEST(task, keeps_the_callable_and_its_arguments) {
  std::string captured = "captured, and too long for the small string optimisation";
  task<std::string> t;
  {
    auto body = [captured](const std::string& argument) -> coro<std::string> {
      co_await sleep(1s);
      co_return captured + argument;
    };
    std::string argument = ", an argument";
    t = create_task(body, argument);
    argument = "changed";
  }
  std::string text = co_await t;
  EXPECT_EQ(text, captured + ", an argument");
}

VIRTUAL_TEST(task, calls_member_functions) {
  struct counter {
    int n = 5;
    coro<int> get(int more) {
      co_await sleep(1s);
      co_return n + more;
    }
  };
  counter five;
  int by_pointer = co_await create_task(&counter::get, &five, 2);
  EXPECT_EQ(by_pointer, 7);
  int by_value = co_await create_task(&counter::get, five, 3);
  EXPECT_EQ(by_value, 8);
}

VIRTUAL_TEST(task, is_what_current_task_gives_inside_it) {
  auto who = []() -> coro<std::string> { co_return current_task().get_name(); };
  task<std::string> t = create_task(who());
  std::string name = co_await t;
  EXPECT_EQ(name, t.get_name());
  EXPECT_FALSE(any_task(t) == current_task());
}

VIRTUAL_TEST(task, is_none_inside_a_callback) {
  bool none = false;
  get_running_loop().call_soon([&] { none = !current_task(); });
  co_await sleep(0s);
  EXPECT_TRUE(none);
}

VIRTUAL_TEST(task, stands_in_all_tasks_until_it_is_done_the_oldest_first) {
  task<std::string> a = create_task(text_after(2s));
  task<std::string> b = create_task(text_after(1s));
  std::vector<any_task> all = all_tasks();
  EXPECT_EQ(all.size(), 3u);
  EXPECT_TRUE(all[0] == current_task());
  EXPECT_TRUE(all[1] == a);
  EXPECT_TRUE(all[2] == b);
  co_await b;
  EXPECT_EQ(all_tasks().size(), 2u);
  co_await a;
}

VIRTUAL_TEST(task, throws_its_error_at_the_await) {
  auto fail = []() -> coro<> {
    co_await sleep(1s);
    throw std::runtime_error("no");
  };
  task<> t = create_task(fail());
  bool thrown = false;
  try {
    co_await t;
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
  EXPECT_EQ(describe(t.exception()), "std::runtime_error: no");
}

VIRTUAL_TEST(task, reports_an_error_that_nobody_read_with_its_name) {
  test::expect_report("exception of task 'lonely' was never retrieved");
  auto fail = []() -> coro<> {
    throw std::runtime_error("lost");
    co_return;
  };
  (void)create_task(fail(), "lonely");
  co_await sleep(1s);
}

VIRTUAL_TEST(task, lets_go_of_its_frame_before_anybody_hears_of_its_end) {
  texts trace;
  struct mark {
    texts& out;
    explicit mark(texts& o) : out(o) {}
    mark(const mark&) = delete;
    ~mark() { out.push_back("frame gone"); }
  };
  auto body = [](texts& out) -> coro<> {
    mark m(out);
    co_await sleep(1s);
  };
  task<> t = create_task(body, std::ref(trace));
  t.add_done_callback([&](const task<>&) { trace.push_back("callback"); });
  co_await t;
  trace.push_back("awaited");
  EXPECT_EQ(trace, (texts{"frame gone", "callback", "awaited"}));
}

VIRTUAL_TEST(task, can_not_await_itself) {
  task<> self;
  auto body = [](task<>& me) -> coro<> { co_await me; };
  self = create_task(body, std::ref(self));
  bool refused = false;
  try {
    co_await self;
  } catch (const usage_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
  self = {};
}

VIRTUAL_TEST(task, shows_the_lines_where_it_stands_the_innermost_first) {
  static unsigned inner_line = 0;
  static unsigned outer_line = 0;
  auto inner = []() -> coro<> {
    inner_line = __LINE__ + 1;
    co_await sleep(1s);
  };
  auto outer = [](auto call) -> coro<> {
    outer_line = __LINE__ + 1;
    co_await call();
  };
  task<> t = create_task(outer(inner));
  EXPECT_EQ(t.get_stack().size(), 1u);  // it hasn't started: where it is defined
  co_await sleep(0s);
  std::vector<stack_frame> stack = t.get_stack();
  EXPECT_EQ(stack.size(), 2u);
  EXPECT_EQ(stack.at(0).where.line(), inner_line);
  EXPECT_EQ(stack.at(1).where.line(), outer_line);
  EXPECT_NE(std::string(stack.at(0).where.file_name()).find("task_test.cpp"), std::string::npos);
  EXPECT_EQ(t.waiting_on(), "sleep");
  co_await t;
  EXPECT_TRUE(t.get_stack().empty());
  EXPECT_EQ(t.waiting_on(), "");
  EXPECT_TRUE(current_task().get_stack().empty());  // it runs
}

VIRTUAL_TEST(task, gives_what_ensure_future_makes_of_anything) {
  future<std::string> of_coro = ensure_future(text_after(1s));
  std::string text = co_await of_coro;
  EXPECT_EQ(text, "text");
  task<std::string> t = create_task(text_after(1s));
  EXPECT_TRUE(ensure_future(t) == t);
  future<> f = make_future();
  EXPECT_TRUE(ensure_future(f) == f);
  co_await t;
}

TEST(task, needs_a_running_loop) {
  testing::internal::CaptureStderr();
  EXPECT_THROW((void)create_task(text_after(1s)), usage_error);
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("was never awaited"), std::string::npos) << text;
}

VIRTUAL_TEST(task, can_not_be_made_of_nothing) {
  coro<std::string> c = text_after(1s);
  co_await std::move(c);
  EXPECT_THROW((void)create_task(std::move(c)), usage_error);  // NOLINT: that is what is tested
}

}  // namespace
}  // namespace weft
