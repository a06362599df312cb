// lock and event.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("locks/lock-fifo") {
  lock mutex;
  auto child = [&](std::string name) -> coro<> {
    {
      auto held = co_await mutex.scoped();
      say(name, "in", now());
      co_await sleep(1s);
    }
    say(name, "out", now());
  };

  co_await gather(child("a"), child("b"), child("c"));
}

SCENARIO("locks/lock-uncontended-no-turn") {
  lock mutex;
  get_running_loop().call_soon([] { say("other"); });
  co_await mutex.acquire();
  say("acquired", mutex.locked());
  mutex.release();
  say("released", mutex.locked());
  co_await sleep(0s);
}

SCENARIO("locks/lock-release-unlocked") {
  lock mutex;
  try {
    mutex.release();
  } catch (const usage_error&) {
    say("RuntimeError");
  }
  co_return;
}

SCENARIO("locks/lock-no-barging") {
  lock mutex;
  auto greedy = [&]() -> coro<> {
    for (int i = 0; i < 2; ++i) {
      auto held = co_await mutex.scoped();
      say("greedy", i);
      co_await sleep(0s);
    }
  };
  auto other = [&]() -> coro<> {
    auto held = co_await mutex.scoped();
    say("other");
  };

  co_await gather(greedy(), other());
}

SCENARIO("locks/lock-cancel-waiter") {
  lock mutex;
  auto child = [&](std::string name) -> coro<> {
    auto held = co_await mutex.scoped();
    say(name, "in", now());
  };

  co_await mutex.acquire();
  task<> a = create_task(child("a"));
  task<> b = create_task(child("b"));
  co_await sleep(1s);
  a.cancel();
  co_await sleep(1s);
  mutex.release();
  co_await b;
  say(outcome_of(a), mutex.locked());
}

SCENARIO("locks/lock-cancel-woken-waiter") {
  lock mutex;
  auto child = [&](std::string name) -> coro<> {
    auto held = co_await mutex.scoped();
    say(name, "in");
  };

  co_await mutex.acquire();
  task<> a = create_task(child("a"));
  task<> b = create_task(child("b"));
  co_await sleep(0s);
  mutex.release();
  a.cancel();
  const std::vector<task<>> both{a, b};
  co_await wait_all(both);
  say(outcome_of(a), mutex.locked());
}

SCENARIO("locks/lock-error-in-body") {
  lock mutex;
  try {
    auto held = co_await mutex.scoped();
    throw Boom("body");
  } catch (const Boom&) {
    say("locked", mutex.locked());
  }
}

SCENARIO("locks/lock-not-reentrant") {
  lock mutex;
  {
    auto held = co_await mutex.scoped();
    const std::string told = co_await attempt(wait_for(mutex.acquire(), 1s));
    say(told, now());
  }
  say(mutex.locked());
}

SCENARIO("locks/lock-release-by-another-task") {
  lock mutex;
  auto releaser = [&]() -> coro<> {
    co_await sleep(1s);
    mutex.release();
  };

  co_await mutex.acquire();
  task<> made = create_task(releaser());
  co_await mutex.acquire();
  say("acquired again", now());
  co_await made;
}

SCENARIO("locks/lock-three-cancel-middle") {
  lock mutex;
  auto child = [&](std::string name) -> coro<> {
    auto held = co_await mutex.scoped();
    say(name, "in", now());
    co_await sleep(1s);
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c", "d"}) tasks.push_back(create_task(child(n)));
  co_await sleep(0.5s);
  tasks[2].cancel();
  co_await wait_all(tasks);
  std::vector<bool> cancelled;
  for (const task<>& one : tasks) cancelled.push_back(one.cancelled());
  say(cancelled, now());
}

SCENARIO("locks/event-clear-blocks-again") {
  event flag;
  flag.set();
  co_await flag.wait();
  flag.clear();
  get_running_loop().call_later(2s, [&] { flag.set(); });
  co_await flag.wait();
  say(now(), flag.is_set());
}

SCENARIO("locks/event-cancel-waiter") {
  event flag;
  auto child = [&](std::string name) -> coro<> {
    co_await flag.wait();
    say(name);
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c"}) tasks.push_back(create_task(child(n)));
  co_await sleep(0s);
  tasks[1].cancel();
  flag.set();
  co_await wait_all(tasks);
  say(outcomes_of(tasks));
}

SCENARIO("locks/event-set-twice") {
  event flag;
  auto child = [&](std::string name) -> coro<> {
    co_await flag.wait();
    say(name);
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(child(n)));
  co_await sleep(0s);
  flag.set();
  flag.set();
  co_await gather(tasks);
  say(flag.is_set());
}

SCENARIO("locks/lock-newcomer-behind-woken") {
  lock mutex;
  auto child = [&](std::string name) -> coro<> {
    auto held = co_await mutex.scoped();
    say(name, "in");
  };

  co_await mutex.acquire();
  task<> a = create_task(child("a"));
  co_await sleep(0s);
  mutex.release();
  say("free", !mutex.locked());
  co_await child("newcomer");
  say(outcome_of(a));
}

SCENARIO("locks/lock-all-waiters-cancelled") {
  lock mutex;
  co_await mutex.acquire();
  std::vector<task<bool>> tasks;
  for (int i = 0; i < 2; ++i) tasks.push_back(create_task(mutex.acquire()));
  co_await sleep(0s);
  for (const task<bool>& one : tasks) one.cancel();
  mutex.release();
  get_running_loop().call_soon([] { say("a turn"); });
  co_await mutex.acquire();
  say("had at once");
  co_await wait_all(tasks);
  const std::vector<bool> cancelled{tasks[0].cancelled(), tasks[1].cancelled()};
  say(cancelled, mutex.locked());
}

SCENARIO("locks/event-set-and-clear") {
  event flag;
  auto child = [&](std::string name) -> coro<> {
    co_await flag.wait();
    say(name, flag.is_set());
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(child(n)));
  co_await sleep(0s);
  flag.set();
  flag.clear();
  co_await gather(tasks);
}

SCENARIO("locks/event-woken-then-cancelled") {
  event flag;
  task<bool> waiting = create_task(flag.wait());
  co_await sleep(0s);
  flag.set();
  waiting.cancel("late");
  const std::string told = co_await attempt(waiting);
  say(told, flag.is_set());
}

SCENARIO("locks/lock-timed-out-as-it-is-freed") {
  lock mutex;
  auto waiter = [&](std::string name, seconds limit) -> coro<> {
    try {
      co_await wait_for(mutex.acquire(), limit);
      say(name, "has it", now());
    } catch (const timeout_error&) {
      say(name, "timed out", now());
    }
  };
  auto holder = [&]() -> coro<> {
    co_await mutex.acquire();
    co_await sleep(1s);
    mutex.release();
  };

  task<> hold = create_task(holder());
  co_await sleep(0s);
  task<> a = create_task(waiter("a", 1s));
  task<> b = create_task(waiter("b", 9s));
  co_await gather(hold, a, b);
  say(mutex.locked());
}

SCENARIO("locks/event-timed-out-as-it-is-set") {
  event flag;
  auto waiter = [&](std::string name, seconds limit) -> coro<> {
    try {
      co_await wait_for(flag.wait(), limit);
      say(name, "woken", now());
    } catch (const timeout_error&) {
      say(name, "timed out", now());
    }
  };

  get_running_loop().call_later(1s, [&] { flag.set(); });
  co_await gather(waiter("a", 1s), waiter("b", 9s));
}

SCENARIO("locks/lock-cancel-swallowed-waits-again") {
  lock mutex;
  auto stubborn = [&]() -> coro<> {
    bool cancelled = false;
    try {
      co_await mutex.acquire();
    } catch (const cancelled_error&) {
      say("swallowed", now());
      cancelled = true;
    }
    if (cancelled) co_await mutex.acquire();
    say("stubborn has it", now());
    mutex.release();
  };
  auto other = [&]() -> coro<> {
    auto held = co_await mutex.scoped();
    say("other has it", now());
    co_await sleep(1s);
  };

  co_await mutex.acquire();
  task<> a = create_task(stubborn());
  task<> b = create_task(other());
  co_await sleep(1s);
  a.cancel();
  co_await sleep(1s);
  mutex.release();
  co_await gather(a, b);
}

}  // namespace
}  // namespace conformance
