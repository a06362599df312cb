// barrier.
#include <algorithm>

#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("locks/barrier-reuse") {
  barrier gate(2);
  auto child = [&](std::string name, seconds delay) -> coro<> {
    for (int i = 0; i < 2; ++i) {
      co_await sleep(delay);
      co_await gate.wait();
      say(name, "round", i, now());
    }
  };

  co_await gather(child("a", 1s), child("b", 3s));
}

SCENARIO("locks/barrier-counts") {
  barrier gate(3);
  auto child = [&]() -> coro<> { co_await gate.wait(); };

  say(gate.parties(), gate.n_waiting(), gate.broken());
  std::vector<task<>> tasks;
  for (int i = 0; i < 2; ++i) tasks.push_back(create_task(child()));
  co_await ticks(2);
  say(gate.n_waiting());
  co_await gate.wait();
  co_await gather(tasks);
  say(gate.n_waiting());
}

SCENARIO("locks/barrier-cancel-waiter") {
  barrier gate(2);
  task<std::size_t> a = create_task(gate.wait());
  co_await sleep(1s);
  a.cancel();
  const std::string told = co_await attempt(a);
  say(told, gate.n_waiting(), gate.broken());
  task<std::size_t> b = create_task(gate.wait());
  task<std::size_t> c = create_task(gate.wait());
  const auto [first, second] = co_await gather(b, c);
  std::vector<std::size_t> places{first, second};
  std::sort(places.begin(), places.end());
  say(places);
}

SCENARIO("locks/barrier-one-party") {
  barrier gate(1);
  const std::size_t first = co_await gate.wait();
  const std::size_t second = co_await gate.wait();
  say(first, second);
  try {
    barrier none_at_all(0);
  } catch (const value_error&) {
    say("ValueError");
  }
}

SCENARIO("locks/barrier-cancel-after-trip") {
  barrier gate(3);
  std::vector<task<>> tasks;
  auto party = [&](std::string name) -> coro<> {
    co_await gate.wait();
    say(name, "passes");
    if (name == "a") tasks[1].cancel();
  };

  for (const char* n : {"a", "b", "c"}) tasks.push_back(create_task(party(n)));
  co_await wait_all(tasks);
  say(outcomes_of(tasks), gate.broken());
  co_await gather(party("d"), party("e"), party("f"));
}

SCENARIO("locks/barrier-numbers-in-order-of-arrival") {
  barrier gate(3);
  auto party = [&](std::string name) -> coro<> { say(name, co_await gate.wait()); };

  co_await gather(party("a"), party("b"), party("c"));
}

SCENARIO("locks/barrier-reset-while-waiting") {
  barrier gate(3);
  auto party = [&](std::string name) -> coro<> {
    const std::string told = co_await attempt(gate.wait());
    say(name, told, now());
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(party(n)));
  co_await sleep(1s);
  co_await gate.reset();
  say("reset", gate.n_waiting(), gate.broken());
  co_await gather(tasks);
  co_await gather(party("c"), party("d"), party("e"));
}

SCENARIO("locks/barrier-newcomers-during-reset") {
  barrier gate(2);
  auto party = [&](std::string name) -> coro<> {
    const std::string told = co_await attempt(gate.wait());
    say(name, told);
  };

  std::vector<task<>> tasks;
  tasks.push_back(create_task(party("old")));
  co_await sleep(1s);
  tasks.push_back(create_task(gate.reset()));
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(party(n)));
  co_await gather(tasks);
  say(gate.n_waiting(), gate.broken());
}

SCENARIO("locks/barrier-abort") {
  barrier gate(3);
  auto party = [&](std::string name) -> coro<> {
    const std::string told = co_await attempt(gate.wait());
    say(name, told);
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(party(n)));
  co_await sleep(1s);
  co_await gate.abort();
  say("aborted", gate.n_waiting(), gate.broken());
  co_await party("late");
  co_await gather(tasks);
  co_await gate.reset();
  say("reset", gate.broken());
  co_await gather(party("c"), party("d"), party("e"));
}

SCENARIO("locks/barrier-reset-of-nobody") {
  barrier gate(1);
  co_await gate.reset();
  const bool broken = gate.broken();
  const std::size_t waiting = gate.n_waiting();
  say(broken, waiting, co_await gate.wait());
}

SCENARIO("locks/barrier-more-than-parties") {
  barrier gate(2);
  auto party = [&](std::string name) -> coro<> {
    const std::size_t index = co_await gate.wait();
    say(name, index);
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c", "d", "e"}) tasks.push_back(create_task(party(n)));
  co_await sleep(1s);
  std::vector<bool> done;
  for (const task<>& one : tasks) done.push_back(one.done());
  say(done, gate.n_waiting());
  co_await party("f");
  co_await gather(tasks);
}

SCENARIO("locks/barrier-times-out-as-the-last-comes") {
  barrier gate(2);
  auto party = [&](std::string name) -> coro<> {
    const std::string told = co_await attempt(wait_for(gate.wait(), 1s));
    say(name, told, now());
  };
  auto last = [&]() -> coro<> {
    co_await sleep(1s);
    const std::string told = co_await attempt(wait_for(gate.wait(), 2s));
    say("last", told, now());
  };

  task<> late = create_task(last());
  co_await gather(party("early"), late);
  say(gate.n_waiting(), gate.broken());
}

}  // namespace
}  // namespace conformance
