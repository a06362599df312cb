#include <weft/core/call_graph.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include <weft/flow/gather.hpp>
#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

coro<> sleeper() { co_await sleep(1s); }

VIRTUAL_TEST(call_graph, names_who_gathers) {
  task<> child = create_task(sleeper());
  auto gathers = [&]() -> coro<> { co_await gather(child, child); };
  task<> parent = create_task(gathers(), "parent");
  co_await sleep(0s);
  co_await sleep(0s);
  future_call_graph graph = capture_call_graph(child);
  EXPECT_EQ(graph.awaited_by.size(), 1u);
  EXPECT_EQ(graph.awaited_by.at(0).task(), parent);
  co_await parent;
  EXPECT_TRUE(capture_call_graph(child).awaited_by.empty());
}

VIRTUAL_TEST(call_graph, shows_the_coroutines_that_a_task_stands_in) {
  task<> child = create_task(sleeper(), "child");
  co_await sleep(0s);
  future_call_graph graph = capture_call_graph(child);
  EXPECT_EQ(graph.call_stack.size(), 1u);
  EXPECT_TRUE(graph.awaited_by.empty());
  co_await child;
}

VIRTUAL_TEST(call_graph, begins_at_the_current_task) {
  EXPECT_EQ(capture_call_graph().task(), current_task());
  co_return;
}

VIRTUAL_TEST(call_graph, of_a_future_has_no_task) {
  future<int> f = make_future<int>();
  EXPECT_FALSE(capture_call_graph(f).task());
  EXPECT_TRUE(capture_call_graph(f).call_stack.empty());
  co_return;
}

VIRTUAL_TEST(call_graph, follows_a_circle_once) {
  future<> a = make_future();
  future<> b = make_future();
  future_add_to_awaited_by(a, b);
  future_add_to_awaited_by(b, a);
  future_call_graph graph = capture_call_graph(a);
  EXPECT_EQ(graph.awaited_by.size(), 1u);
  EXPECT_TRUE(graph.awaited_by.at(0).awaited_by.empty());
  a.cancel();
  b.cancel();
  co_return;
}

VIRTUAL_TEST(call_graph, is_written_for_a_person) {
  task<> child = create_task(sleeper(), "child");
  auto waits = [&]() -> coro<> { co_await child; };
  task<> parent = create_task(waits(), "parent");
  co_await sleep(0s);
  co_await sleep(0s);
  const std::string text = format_call_graph(child);
  EXPECT_TRUE(text.starts_with("* task 'child'\n  + stands in:\n  |   ")) << text;
  EXPECT_NE(text.find("  + awaited by:\n    * task 'parent'\n"), std::string::npos) << text;
  co_await parent;
}

TEST(call_graph, refuses_an_empty_handle_and_a_place_without_a_task) {
  EXPECT_THROW(capture_call_graph(any_future()), usage_error);
  EXPECT_THROW(capture_call_graph(), usage_error);
}

}  // namespace
}  // namespace weft
