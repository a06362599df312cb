// Who awaits whom: the call graph of tasks and futures.
#include <weft/core/call_graph.hpp>

#include "scenario.hpp"

namespace conformance {
namespace {

std::vector<std::string> awaiters(const any_future& of) {
  std::vector<std::string> found;
  for (const future_call_graph& one : capture_call_graph(of).awaited_by) {
    found.push_back(one.task().get_name());
  }
  return found;
}

SCENARIO("call_graph/task-awaits-task") {
  task<> inner = create_task(work("inner", 2s), "inner");
  auto outer = [&]() -> coro<> { co_await inner; };

  task<> made = create_task(outer(), "outer");
  co_await sleep(1s);
  const future_call_graph graph = capture_call_graph(inner);
  say(graph.future == inner, awaiters(inner));
  co_await made;
  say(capture_call_graph(inner).awaited_by.size());
}

SCENARIO("call_graph/chain") {
  auto link = [](task<> below) -> coro<> { co_await below; };

  task<> leaf = create_task(work("leaf", 2s));
  task<> made = leaf;
  for (const char* name : {"a", "b", "c"}) made = create_task(link(made), name);
  co_await sleep(1s);
  future_call_graph graph = capture_call_graph(leaf);
  std::vector<std::string> path;
  while (!graph.awaited_by.empty()) {
    future_call_graph next = graph.awaited_by[0];
    graph = std::move(next);
    path.push_back(graph.task().get_name());
  }
  say(path);
  co_await made;
}

SCENARIO("call_graph/task-group") {
  auto parent = []() -> coro<> {
    task<> child;
    auto body = [&](task_group& group) -> coro<> {
      child = group.create_task(work("child", 2s));
      say("body", awaiters(child));
      co_return;
    };
    co_await with_task_group(body);
    say("end", capture_call_graph(child).awaited_by.size());
  };

  co_await create_task(parent(), "parent");
}

SCENARIO("call_graph/wait") {
  std::vector<task<>> tasks;
  tasks.push_back(create_task(work("a", 2s)));
  tasks.push_back(create_task(work("b", 4s)));
  auto outer = [](std::vector<task<>> all) -> coro<> { co_await wait(all); };

  task<> made = create_task(outer(tasks), "outer");
  co_await sleep(1s);
  say(std::vector<std::vector<std::string>>{awaiters(tasks[0]), awaiters(tasks[1])});
  co_await sleep(2s);
  say(std::vector<std::size_t>{awaiters(tasks[0]).size(), awaiters(tasks[1]).size()});
  co_await made;
}

SCENARIO("call_graph/by-hand") {
  future<> by_hand = make_future();
  task<> made = create_task(work("t", 1s), "t");
  future_add_to_awaited_by(by_hand, made);
  future_add_to_awaited_by(by_hand, made);
  say(awaiters(by_hand));
  future_discard_from_awaited_by(by_hand, made);
  say(capture_call_graph(by_hand).awaited_by.size());
  co_await made;
}

}  // namespace
}  // namespace conformance
