// as_completed: results as they come.
#include <algorithm>

#include "scenario.hpp"

namespace conformance {
namespace {

/// A task of work(name, delay, name).
task<std::string> worker(const char* name, seconds delay) {
  return create_task(work(name, delay, name));
}

SCENARIO("as_completed/coroutines") {
  auto child = [](int n) -> coro<int> {
    co_await sleep(seconds(n));
    co_return n;
  };

  std::vector<coro<int>> children;
  for (int n : {2, 3, 1}) children.push_back(child(n));
  for (coro<int> next_one : as_completed(std::move(children))) {
    const int got = co_await std::move(next_one);
    say("got", got, now());
  }
}

SCENARIO("as_completed/timeout") {
  std::vector<task<std::string>> tasks{worker("a", 1s), worker("b", 3s), worker("c", 4s)};
  for (coro<std::string> next_one : as_completed(tasks, 2s)) {
    const std::string told = co_await attempt(std::move(next_one));
    say(told, now());
  }
  say(outcomes_of(tasks));
}

SCENARIO("as_completed/timeout-leaves-tasks-running") {
  std::vector<task<int>> tasks{create_task(work("t", 3s, 1))};
  for (coro<int> next_one : as_completed(tasks, 1s)) {
    const std::string told = co_await attempt(std::move(next_one));
    say(told, now());
  }
  const int result = co_await tasks[0];
  say(result, now());
}

SCENARIO("as_completed/early-break") {
  std::vector<task<std::string>> tasks{worker("a", 2s), worker("b", 1s)};
  for (coro<std::string> next_one : as_completed(tasks)) {
    say("first", co_await std::move(next_one));
    break;
  }
  co_await tasks[0];
  say(now());
}

SCENARIO("as_completed/slow-consumer") {
  std::vector<task<std::string>> tasks{worker("a", 3s), worker("b", 2s), worker("c", 1s)};
  for (coro<std::string> next_one : as_completed(tasks)) {
    const std::string got = co_await std::move(next_one);
    say("got", got, now());
    co_await sleep(5s);
  }
}

SCENARIO("as_completed/same-turn-in-order-of-end") {
  std::vector<task<std::string>> tasks{worker("a", 1s), worker("b", 1s), worker("c", 1s)};
  co_await sleep(0s);
  for (coro<std::string> next_one : as_completed(tasks)) {
    const std::string got = co_await std::move(next_one);
    say("got", got, now());
  }
}

SCENARIO("as_completed/duplicates-once") {
  task<int> t = create_task(work("t", 1s, 1));
  std::vector<task<int>> twice{t, t};
  int count = 0;
  for (coro<int> next_one : as_completed(twice)) {
    co_await std::move(next_one);
    ++count;
  }
  say("count", count);
}

SCENARIO("as_completed/futures-set-in-order") {
  event_loop& loop = get_running_loop();
  auto a = loop.create_future<std::string>();
  auto b = loop.create_future<std::string>();
  auto c = loop.create_future<std::string>();
  loop.call_later(1s, [a, b, c] {
    c.set_result("c");
    a.set_result("a");
    b.set_result("b");
  });
  std::vector<future<std::string>> all{a, b, c};
  for (coro<std::string> next_one : as_completed(all)) say(co_await std::move(next_one));
}

SCENARIO("as_completed/async-for-gives-the-tasks") {
  std::vector<task<std::string>> tasks{worker("a", 3s), worker("b", 1s), worker("c", 2s)};
  const std::vector<std::string> names{"a", "b", "c"};
  auto ends = as_completed(tasks);
  while (task<std::string> t = co_await ends.next()) {
    std::string name = "another";
    for (std::size_t i = 0; i < tasks.size(); ++i) {
      if (tasks[i] == t) name = names[i];
    }
    const bool done = t.done();
    const std::string result = co_await t;
    say(name, done, result, now());
  }
}

SCENARIO("as_completed/async-for-coroutines") {
  std::vector<coro<std::string>> one;
  one.push_back(work("a", 1s, "a"));
  auto ends = as_completed(std::move(one));
  while (auto t = co_await ends.next()) {
    say(std::is_same_v<decltype(t), task<std::string>>, outcome_of(t), now());
  }
}

SCENARIO("as_completed/async-for-error-in-task") {
  auto bad = []() -> coro<int> {
    co_await sleep(1s);
    throw Boom("bad");
  };

  std::vector<coro<int>> both;
  both.push_back(bad());
  both.push_back(work("good", 2s, 1));
  auto ends = as_completed(std::move(both));
  while (task<int> t = co_await ends.next()) say(outcome_of(t), now());
}

SCENARIO("as_completed/plain-for-gives-others") {
  task<int> t = create_task(work("t", 1s, 5));
  std::vector<task<int>> one{t};
  for (auto next_one : as_completed(one)) {
    say("same", std::is_same_v<decltype(next_one), task<int>>);
    say(co_await std::move(next_one));
  }
}

SCENARIO("as_completed/both-ways-share") {
  std::vector<task<std::string>> tasks{worker("a", 1s), worker("b", 2s), worker("c", 3s)};
  auto results = as_completed(tasks);
  coro<std::string> plain = *results.begin();
  say("plain", co_await std::move(plain));
  task<std::string> t = co_await results.next();
  say("async", t.result());
  while ((t = co_await results.next())) say("loop", t.result());
}

SCENARIO("as_completed/cancelled-task") {
  for (const bool plain : {true, false}) {
    std::vector<task<>> one{create_task(work("t", 5s))};
    get_running_loop().call_later(1s, [t = one[0]] { t.cancel(); });
    auto ends = as_completed(one);
    if (plain) {
      say(co_await attempt(*ends.begin()));
    } else {
      task<> t = co_await ends.next();
      say(outcome_of(t));
    }
  }
}

SCENARIO("as_completed/cancelled-step-is-used-up") {
  std::vector<task<std::string>> tasks{worker("a", 2s), worker("b", 3s)};
  auto ends = as_completed(tasks);
  const std::string told = co_await attempt(wait_for(*ends.begin(), 1s));
  say(told, now());
  int count = 0;
  for (coro<std::string> next_one : ends) {
    const std::string got = co_await std::move(next_one);
    say(got, now());
    ++count;
  }
  say("count", count);
  co_await leave();
}

SCENARIO("as_completed/cancelled-getter-passes-on") {
  using ends_type = completed_sequence<future<std::string>>;
  auto takes = [](ends_type ends, std::string name) -> coro<> {
    future<std::string> got = co_await ends.next();
    say(name, got.result());
  };

  event_loop& loop = get_running_loop();
  auto a = loop.create_future<std::string>();
  auto b = loop.create_future<std::string>();
  std::vector<future<std::string>> both{a, b};
  ends_type ends = as_completed(both);
  task<> first = create_task(takes(ends, "first"));
  task<> second = create_task(takes(ends, "second"));
  co_await sleep(1s);
  a.set_result("a");
  co_await sleep(0s);
  say("cancel", first.cancel());
  say(co_await attempt(first));
  say(co_await attempt(second));
}

SCENARIO("as_completed/end-in-turn-of-timeout") {
  event_loop& loop = get_running_loop();
  auto a = loop.create_future<std::string>();
  auto b = loop.create_future<std::string>();
  std::vector<future<std::string>> both{a, b};
  loop.call_later(1s, [a] { a.set_result("a"); });
  auto ends = as_completed(both, 1s);
  loop.call_later(1s, [b] { b.set_result("b"); });
  say(co_await attempt(*ends.begin()));
  say(co_await attempt(*ends.begin()));
  say(outcome_of(a), outcome_of(b));
}

SCENARIO("as_completed/no-time-left") {
  auto quick = []() -> coro<std::string> { co_return "quick"; };

  task<std::string> done = create_task(quick());
  co_await done;
  std::vector<task<std::string>> both{done, worker("slow", 1s)};
  for (coro<std::string> next_one : as_completed(both, 0s)) {
    const std::string told = co_await attempt(std::move(next_one));
    say(told, now());
  }
}

SCENARIO("as_completed/many-consumers") {
  using ends_type = completed_sequence<task<std::string>>;
  auto takes = [](ends_type ends, std::string name) -> coro<> {
    while (task<std::string> t = co_await ends.next()) say(name, "got", t.result(), now());
  };

  std::vector<task<std::string>> tasks;
  tasks.push_back(worker("a", 1s));
  tasks.push_back(worker("b", 1s));
  tasks.push_back(worker("c", 2s));
  tasks.push_back(worker("d", 2s));
  tasks.push_back(worker("e", 3s));
  ends_type ends = as_completed(tasks);
  co_await gather(takes(ends, "x"), takes(ends, "y"), takes(ends, "z"));
}

SCENARIO("as_completed/step-made-before-the-end") {
  std::vector<task<std::string>> tasks{worker("a", 2s), worker("b", 1s)};
  std::vector<coro<std::string>> steps;
  for (coro<std::string> step : as_completed(tasks)) steps.push_back(std::move(step));
  std::reverse(steps.begin(), steps.end());
  for (coro<std::string>& step : steps) {
    const std::string got = co_await std::move(step);
    say(got, now());
  }
}

}  // namespace
}  // namespace conformance
