// wait: the three conditions, timeouts, the two parts.
#include <algorithm>

#include "scenario.hpp"

namespace conformance {
namespace {

/// A task of work(name, delay), named so.
task<> worker(const char* name, seconds delay) { return create_task(work(name, delay), name); }

SCENARIO("wait/first-completed") {
  std::vector<any_task> tasks{worker("a", 2s), worker("b", 1s)};
  auto [done, pending] = co_await wait(tasks, return_when::first_completed);
  say("done", names(done), "pending", names(pending), now());
  co_await wait(tasks);
  say(now());
}

SCENARIO("wait/first-exception") {
  auto bad = []() -> coro<> {
    co_await sleep(2s);
    throw Boom("b");
  };

  std::vector<any_task> tasks{worker("a", 1s)};
  tasks.push_back(create_task(bad(), "bad"));
  tasks.push_back(worker("c", 9s));
  auto [done, pending] = co_await wait(tasks, return_when::first_exception);
  say("done", names(done), "pending", names(pending), now());
}

SCENARIO("wait/first-exception-none") {
  std::vector<any_task> tasks{worker("a", 1s), worker("b", 2s)};
  auto [done, pending] = co_await wait(tasks, return_when::first_exception);
  say("done", names(done), "pending", names(pending), now());
}

SCENARIO("wait/first-exception-ignores-cancelled") {
  std::vector<any_task> tasks{worker("a", 5s), worker("b", 3s)};
  get_running_loop().call_later(1s, [a = tasks[0]] { a.cancel(); });
  auto [done, pending] = co_await wait(tasks, return_when::first_exception);
  say("done", names(done), "pending", names(pending), now());
}

SCENARIO("wait/timeout-not-reached") {
  std::vector<any_task> tasks{worker("a", 1s)};
  auto [done, pending] = co_await wait(tasks, 60s);
  say("done", names(done), now());
}

SCENARIO("wait/timeout-none-done") {
  std::vector<any_task> tasks{worker("a", 5s)};
  auto [done, pending] = co_await wait(tasks, 1s, return_when::first_completed);
  say("done", done.size(), "pending", names(pending), now());
}

SCENARIO("wait/already-done") {
  auto quick = [](int n) -> coro<int> { co_return n; };

  std::vector<task<int>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(create_task(quick(i)));
  co_await sleep(0s);
  auto [done, pending] = co_await wait(tasks);
  std::vector<int> results;
  for (const task<int>& t : done) results.push_back(t.result());
  std::sort(results.begin(), results.end());
  say(done.size(), pending.size(), results);
}

SCENARIO("wait/empty") {
  std::vector<any_task> nothing;
  try {
    co_await wait(nothing);
  } catch (const value_error&) {
    say("ValueError");
  }
}

SCENARIO("wait/repeat-over-pending") {
  std::vector<any_task> left{worker("a", 3s), worker("b", 1s), worker("c", 2s)};
  while (!left.empty()) {
    auto [done, pending] = co_await wait(left, return_when::first_completed);
    left = pending;
    say("done", names(done), "left", pending.size(), now());
  }
}

SCENARIO("wait/two-end-in-one-turn") {
  std::vector<any_task> tasks{worker("a", 1s), worker("b", 1s)};
  auto [done, pending] = co_await wait(tasks, return_when::first_completed);
  say("done", names(done), "pending", pending.size());
}

SCENARIO("wait/cancelled-task-is-done") {
  task<> t = worker("t", 5s);
  get_running_loop().call_later(1s, [t] { t.cancel(); });
  std::vector<any_task> tasks{t};
  auto [done, pending] = co_await wait(tasks);
  say("done", names(done), outcome_of(t));
}

SCENARIO("wait/plain-futures") {
  event_loop& loop = get_running_loop();
  auto a = loop.create_future<std::string>();
  auto b = loop.create_future<std::string>();
  loop.call_later(1s, [b] { b.set_result("b"); });
  std::vector<future<std::string>> both{a, b};
  auto [done, pending] = co_await wait(both, return_when::first_completed);
  say(outcome_of(a), outcome_of(b), done.size(), pending.size());
}

SCENARIO("wait/cancel-pending-after-timeout") {
  std::vector<task<>> tasks{worker("a", 1s), worker("b", 5s)};
  auto first = co_await wait(tasks, 2s);
  for (const task<>& one : first.pending) one.cancel();
  auto [done, pending] = co_await wait(tasks);
  say(outcomes_of(tasks), pending.size(), now());
}

}  // namespace
}  // namespace conformance
