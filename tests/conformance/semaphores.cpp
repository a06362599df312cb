// semaphore and bounded_semaphore.
#include <algorithm>

#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("locks/semaphore-limits") {
  semaphore places(2);
  auto child = [&](std::string name) -> coro<> {
    auto place = co_await places.scoped();
    say(name, "in", now());
    co_await sleep(1s);
  };

  co_await gather(child("a"), child("b"), child("c"), child("d"), child("e"));
}

SCENARIO("locks/semaphore-value-zero") {
  semaphore places(0);
  get_running_loop().call_later(1s, [&] { places.release(); });
  say(places.locked());
  co_await places.acquire();
  say(now());
}

SCENARIO("locks/semaphore-negative") {
  try {
    semaphore places(-1);
  } catch (const value_error&) {
    say("ValueError");
  }
  co_return;
}

SCENARIO("locks/semaphore-over-release") {
  semaphore places(1);
  places.release();
  co_await places.acquire();
  say(places.locked());
  co_await places.acquire();
  say(places.locked());
}

SCENARIO("locks/semaphore-two-releases") {
  semaphore places(0);
  auto child = [&](std::string name) -> coro<> {
    co_await places.acquire();
    say(name);
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c"}) tasks.push_back(create_task(child(n)));
  co_await sleep(0s);
  places.release();
  places.release();
  co_await ticks(3);
  std::vector<bool> done;
  for (const task<>& one : tasks) done.push_back(one.done());
  say(done);
  co_await leave();
}

SCENARIO("locks/semaphore-fair-rotation") {
  semaphore places(1);
  auto child = [&](std::string name) -> coro<> {
    for (int i = 0; i < 3; ++i) {
      auto place = co_await places.scoped();
      say(name, i);
      co_await sleep(0s);
    }
  };

  co_await gather(child("a"), child("b"));
}

SCENARIO("locks/semaphore-peak") {
  semaphore places(3);
  std::size_t inside = 0;
  std::vector<std::size_t> peaks;
  auto child = [&](int n) -> coro<> {
    auto place = co_await places.scoped();
    peaks.push_back(++inside);
    co_await sleep(seconds(n % 3 + 1));
    --inside;
  };

  std::vector<coro<>> children;
  for (int n = 0; n < 12; ++n) children.push_back(child(n));
  co_await gather(children);
  say("peak", *std::max_element(peaks.begin(), peaks.end()), "end", now());
}

SCENARIO("locks/bounded-over-release") {
  bounded_semaphore places(1);
  co_await places.acquire();
  places.release();
  try {
    places.release();
  } catch (const value_error&) {
    say("ValueError");
  }
  say(places.locked());
}

SCENARIO("locks/bounded-as-limit") {
  bounded_semaphore places(2);
  auto child = [&](std::string name, seconds delay) -> coro<> {
    auto place = co_await places.scoped();
    say(name, "in", now());
    co_await sleep(delay);
  };

  co_await gather(child("a", 3s), child("b", 1s), child("c", 1s), child("d", 1s));
}

SCENARIO("locks/semaphore-two-waiters-cancelled") {
  semaphore places(0);
  auto child = [&](std::string name) -> coro<> {
    co_await places.acquire();
    say(name, "in");
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c", "d"}) tasks.push_back(create_task(child(n)));
  co_await sleep(0s);
  tasks[0].cancel();
  tasks[1].cancel();
  places.release();
  co_await ticks(3);
  say(outcomes_of(tasks));
  co_await leave();
}

SCENARIO("locks/semaphore-holder-cancelled") {
  semaphore places(1);
  auto child = [&](std::string name) -> coro<> {
    auto place = co_await places.scoped();
    say(name, "in", now());
    co_await sleep(5s);
  };

  task<> a = create_task(child("a"));
  task<> b = create_task(child("b"));
  co_await sleep(2s);
  a.cancel();
  co_await b;
  say(outcome_of(a), now(), places.locked());
}

SCENARIO("locks/semaphore-all-waiters-cancelled") {
  semaphore places(0);
  std::vector<task<bool>> tasks;
  for (int i = 0; i < 3; ++i) tasks.push_back(create_task(places.acquire()));
  co_await sleep(0s);
  for (const task<bool>& one : tasks) one.cancel();
  places.release();
  co_await wait_all(tasks);
  say(outcomes_of(tasks), places.locked());
}

SCENARIO("locks/semaphore-several-wake-in-one-turn") {
  semaphore places(0);
  auto taker = [&](std::string name) -> coro<> {
    co_await places.acquire();
    say(name);
    get_running_loop().call_soon([name] { say("turn after", name); });
  };

  std::vector<task<>> tasks;
  tasks.push_back(create_task(taker("chosen")));
  co_await sleep(0s);
  for (const char* n : {"a", "b", "c"}) tasks.push_back(create_task(taker(n)));
  for (int i = 0; i < 4; ++i) places.release();
  co_await gather(tasks);
  co_await sleep(0s);
}

SCENARIO("locks/semaphore-cancel-woken-hands-on") {
  semaphore places(0);
  auto child = [&](std::string name) -> coro<> {
    co_await places.acquire();
    say(name, "in");
  };

  task<> a = create_task(child("a"));
  task<> b = create_task(child("b"));
  co_await sleep(0s);
  places.release();
  say(places.locked());
  a.cancel();
  const std::vector<task<>> both{a, b};
  co_await wait_all(both);
  say(outcome_of(a), outcome_of(b), places.locked());
}

SCENARIO("locks/semaphore-newcomer-queues") {
  semaphore places(0);
  auto child = [&](std::string name) -> coro<> {
    co_await places.acquire();
    say(name, "in");
  };

  task<> a = create_task(child("a"));
  co_await sleep(0s);
  places.release();
  places.release();
  say(places.locked());
  co_await child("newcomer");
}

SCENARIO("locks/semaphore-timed-out-as-it-is-freed") {
  semaphore places(0);
  auto waiter = [&](std::string name, seconds limit) -> coro<> {
    try {
      co_await wait_for(places.acquire(), limit);
      say(name, "in", now());
    } catch (const timeout_error&) {
      say(name, "timed out", now());
    }
  };

  get_running_loop().call_later(1s, [&] { places.release(); });
  co_await gather(waiter("a", 1s), waiter("b", 9s));
  say(places.locked());
}

SCENARIO("locks/semaphore-release-in-a-callback") {
  semaphore places(0);
  auto taker = [&](std::string name) -> coro<> {
    co_await places.acquire();
    say(name, places.locked());
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(taker(n)));
  co_await sleep(0s);
  for (int i = 0; i < 3; ++i) get_running_loop().call_soon([&] { places.release(); });
  tasks.push_back(create_task(taker("c")));
  co_await gather(tasks);
  say(places.locked());
}

}  // namespace
}  // namespace conformance
