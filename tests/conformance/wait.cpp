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

SCENARIO("wait/duplicates-once") {
  task<> t = worker("t", 1s);
  std::vector<task<>> thrice{t, t, t};
  auto [done, pending] = co_await wait(thrice);
  say(done.size(), pending.size(), now());
}

SCENARIO("wait/cancel-leaves-tasks") {
  auto waits = [](std::vector<any_task> all) -> coro<> { co_await wait(all); };

  std::vector<any_task> tasks{worker("a", 2s), worker("b", 3s)};
  task<> waiter = create_task(waits(tasks));
  co_await sleep(1s);
  waiter.cancel("enough");
  const std::string told = co_await attempt(waiter);
  say(told, now());
  auto [done, pending] = co_await wait(tasks);
  say(names(done), now());
}

SCENARIO("wait/cancel-in-turn-of-end") {
  auto waits = [](std::vector<any_future> all) -> coro<std::size_t> {
    auto [done, pending] = co_await wait(all);
    co_return done.size();
  };

  for (int turns = 0; turns < 4; ++turns) {
    auto f = get_running_loop().create_future<int>();
    task<std::size_t> waiter = create_task(waits, std::vector<any_future>{f});
    co_await sleep(1s);
    f.set_result(1);
    co_await ticks(turns);
    const bool asked = waiter.cancel();
    const std::string told = co_await attempt(waiter);
    say(turns, asked, told);
  }
}

SCENARIO("wait/also-those-that-end-meanwhile") {
  event_loop& loop = get_running_loop();
  std::vector<future<std::string>> all;
  for (int i = 0; i < 4; ++i) all.push_back(loop.create_future<std::string>());

  auto third = [all] { all[2].set_result("c"); };
  auto second = [all, third] {
    all[1].set_result("b");
    get_running_loop().call_soon(third);
  };
  auto first = [all, second] {
    all[0].set_result("a");
    get_running_loop().call_soon(second);
  };
  loop.call_later(1s, first);
  auto [done, pending] = co_await wait(all, return_when::first_completed);
  std::vector<bool> among;
  for (const auto& f : all) among.push_back(std::ranges::find(done, f) != done.end());
  say(among, outcome_of(all[2]));
}

SCENARIO("wait/timeout-tie") {
  event_loop& loop = get_running_loop();
  std::vector<future<int>> before{loop.create_future<int>()};
  std::vector<future<int>> after{loop.create_future<int>()};
  loop.call_later(1s, [f = before[0]] { f.set_result(1); });
  auto first = co_await wait(before, 1s);
  say(first.done.size(), first.pending.size(), now());

  auto set_after = [](future<int> f) -> coro<> {
    get_running_loop().call_later(1s, [f] { f.set_result(1); });
    co_return;
  };
  create_task(set_after(after[0]));
  auto [done, pending] = co_await wait(after, 1s);
  say(done.size(), pending.size(), now());
}

SCENARIO("wait/no-time-left") {
  auto quick = []() -> coro<int> { co_return 1; };

  std::vector<any_task> tasks{create_task(quick(), "quick"), worker("slow", 5s)};
  for (auto timeout : {-1s, 0s, 0s}) {
    auto [done, pending] = co_await wait(tasks, timeout);
    say("done", names(done), "pending", names(pending), now());
  }
}

SCENARIO("wait/first-exception-done-before") {
  auto bad = []() -> coro<> {
    throw Boom("b");
    co_return;
  };

  std::vector<any_task> tasks{worker("a", 5s), create_task(bad(), "bad")};
  co_await sleep(1s);
  auto [done, pending] = co_await wait(tasks, return_when::first_exception);
  say("done", names(done), "pending", names(pending), now());
}

SCENARIO("wait/takes-two-turns") {
  int count = 0;
  auto f = get_running_loop().create_future<int>();
  auto counts = [&]() -> coro<> {
    for (;;) {
      co_await sleep(0s);
      ++count;
    }
  };
  auto waits = [&]() -> coro<> {
    std::vector<any_future> one{f};
    co_await wait(one);
    say("resumed at", count);
  };

  task<> counter = create_task(counts());
  task<> waiter = create_task(waits());
  co_await ticks(3);
  say("set at", count);
  f.set_result(1);
  co_await waiter;
  waiter = create_task(waits());
  say("again at", count);
  co_await waiter;
  counter.cancel();
  co_await leave();
}

}  // namespace
}  // namespace conformance
