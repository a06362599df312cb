#include <weft/core/context.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <thread>

#include <weft/core/event_loop.hpp>
#include <weft/core/future.hpp>
#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

TEST(context_var, gives_its_value_or_a_default) {
  context_var<int> none("none");
  EXPECT_THROW(none.get(), value_error);
  EXPECT_EQ(none.get(5), 5);
  context_var<int> with("with", 3);
  EXPECT_EQ(with.get(), 3);
  EXPECT_EQ(with.get(5), 5);
  EXPECT_EQ(with.name(), "with");
}

TEST(context_var, goes_back_by_its_token) {
  context_var<std::string> var("var", "first");
  auto one = var.set("second");
  auto two = var.set("third");
  EXPECT_EQ(var.get(), "third");
  var.reset(two);
  EXPECT_EQ(var.get(), "second");
  var.reset(one);
  EXPECT_EQ(var.get(), "first");
}

TEST(context_var, refuses_a_used_token_and_anothers) {
  context_var<int> a("a", 0);
  context_var<int> b("b", 0);
  auto token = a.set(1);
  EXPECT_THROW(b.reset(token), value_error);
  a.reset(token);
  EXPECT_THROW(a.reset(token), usage_error);
}

TEST(context_var, belongs_to_its_thread) {
  context_var<int> var("var", 0);
  auto token = var.set(1);
  std::thread other([&] { EXPECT_EQ(var.get(), 0); });
  other.join();
  var.reset(token);
}

TEST(context, runs_a_call_in_itself) {
  context_var<int> var("var", 0);
  context snapshot = copy_context();
  int inside = snapshot.run([&] {
    var.set(7);
    return var.get();
  });
  EXPECT_EQ(inside, 7);
  EXPECT_EQ(var.get(), 0);
  EXPECT_EQ(snapshot.run([&] { return var.get(); }), 7);
}

TEST(context, is_left_when_the_call_throws) {
  context_var<int> var("var", 0);
  context snapshot;
  auto fail = [&] {
    var.set(1);
    throw value_error("no");
  };
  EXPECT_THROW(snapshot.run(fail), value_error);
  EXPECT_EQ(var.get(), 0);
}

VIRTUAL_TEST(context, is_copied_into_a_task_when_it_is_made) {
  context_var<int> var("var", 0);
  auto child = [](context_var<int>& v) -> coro<int> {
    const int seen = v.get();
    v.set(100);
    co_return seen;
  };
  var.set(1);
  task<int> made_now = create_task(child, std::ref(var));
  var.set(2);
  int seen = co_await made_now;
  EXPECT_EQ(seen, 1);
  EXPECT_EQ(var.get(), 2);
}

VIRTUAL_TEST(context, stays_with_its_task_over_waits) {
  context_var<int> var("var", 0);
  auto child = [](context_var<int>& v, int n) -> coro<bool> {
    v.set(n);
    co_await sleep(1s);
    co_return v.get() == n;
  };
  task<bool> one = create_task(child, std::ref(var), 1);
  task<bool> two = create_task(child, std::ref(var), 2);
  bool ok = co_await one;
  EXPECT_TRUE(ok);
  ok = co_await two;
  EXPECT_TRUE(ok);
}

VIRTUAL_TEST(context, is_shared_with_an_awaited_coroutine) {
  context_var<int> var("var", 0);
  auto callee = [](context_var<int>& v) -> coro<> {
    v.set(1);
    co_return;
  };
  co_await callee(var);
  EXPECT_EQ(var.get(), 1);
}

VIRTUAL_TEST(context, of_a_callback_is_that_of_its_registration) {
  context_var<int> var("var", 0);
  int by_call_soon = 0;
  int by_timer = 0;
  int by_future = 0;
  event_loop& loop = get_running_loop();
  future<> f = make_future();
  var.set(1);
  loop.call_soon([&] {
    by_call_soon = var.get();
    var.set(50);
  });
  var.set(2);
  loop.call_later(1s, [&] { by_timer = var.get(); });
  var.set(3);
  f.add_done_callback([&](const future<>&) { by_future = var.get(); });
  var.set(4);
  f.set_result();
  co_await sleep(2s);
  EXPECT_EQ(by_call_soon, 1);
  EXPECT_EQ(by_timer, 2);
  EXPECT_EQ(by_future, 3);
  EXPECT_EQ(var.get(), 4);
}

VIRTUAL_TEST(context, of_the_running_task_is_the_exception_handlers_too) {
  int told = 0;
  get_running_loop().set_exception_handler([&](const exception_context&) { ++told; });
  exception_context about;
  about.message = "of myself";
  about.task = current_task();
  get_running_loop().call_exception_handler(about);
  get_running_loop().set_exception_handler([](const exception_context&) {});
  EXPECT_EQ(told, 1);
  co_return;
}

}  // namespace
}  // namespace weft
