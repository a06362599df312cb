// as_completed: results as they come.
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

}  // namespace
}  // namespace conformance
