// condition: those who wait and are cancelled, or run out of time.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("locks/condition-cancel-waiter") {
  condition cond;
  auto child = [&]() -> coro<> {
    auto held = co_await cond.scoped();
    finally at_end([&] { say("child has the lock", cond.locked(), now()); });
    co_await cond.wait();
  };

  task<> waiting = create_task(child());
  co_await sleep(0s);
  {
    auto held = co_await cond.scoped();
    waiting.cancel();
    co_await sleep(2s);
    say("main releases", now());
  }
  const std::string told = co_await attempt(waiting);
  say(told, cond.locked());
}

SCENARIO("locks/condition-cancel-then-notify") {
  condition cond;
  auto child = [&](std::string name) -> coro<> {
    auto held = co_await cond.scoped();
    co_await cond.wait();
    say(name, "woken");
  };

  task<> a = create_task(child("a"));
  task<> b = create_task(child("b"));
  co_await sleep(0s);
  {
    auto held = co_await cond.scoped();
    a.cancel();
    cond.notify();
  }
  const std::vector<task<>> both{a, b};
  co_await wait_all(both);
  say(outcome_of(a), outcome_of(b));
}

SCENARIO("locks/condition-cancel-while-reacquiring") {
  condition cond;
  auto child = [&]() -> coro<> {
    auto held = co_await cond.scoped();
    finally at_end([&] { say("has the lock", cond.locked(), now()); });
    co_await cond.wait();
  };

  task<> waiting = create_task(child());
  co_await sleep(0s);
  {
    auto held = co_await cond.scoped();
    cond.notify();
    co_await sleep(1s);
    waiting.cancel();
    co_await sleep(1s);
    waiting.cancel();
    co_await sleep(1s);
  }
  const std::string told = co_await attempt(waiting);
  say(told, cond.locked());
}

SCENARIO("locks/condition-last-cancel-message") {
  condition cond;
  auto waiter = [&]() -> coro<> {
    auto held = co_await cond.scoped();
    co_await cond.wait();
  };

  task<> waiting = create_task(waiter());
  co_await sleep(1s);
  {
    auto held = co_await cond.scoped();
    waiting.cancel("first");
    co_await sleep(1s);
    waiting.cancel("second");
    co_await sleep(1s);
  }
  const std::string told = co_await attempt(waiting);
  say(told, cond.locked());
}

SCENARIO("locks/condition-timed-out-waiter-hands-on") {
  condition cond;
  auto waiter = [&](std::string name, seconds limit) -> coro<> {
    auto held = co_await cond.scoped();
    const std::string told = co_await attempt(wait_for(cond.wait(), limit));
    say(name, told, now());
  };
  auto notifier = [&]() -> coro<> {
    co_await sleep(2s);
    auto held = co_await cond.scoped();
    cond.notify();
  };

  task<> tell = create_task(notifier());
  co_await sleep(0s);
  task<> a = create_task(waiter("a", 2s));
  task<> b = create_task(waiter("b", 9s));
  co_await gather(tell, a, b);
}

SCENARIO("locks/condition-notified-then-cancelled") {
  condition cond;
  auto waiter = [&](std::string name) -> coro<> {
    auto held = co_await cond.scoped();
    co_await cond.wait();
    say(name, "woken", now());
  };

  task<> a = create_task(waiter("a"));
  task<> b = create_task(waiter("b"));
  task<> c = create_task(waiter("c"));
  co_await sleep(1s);
  {
    auto held = co_await cond.scoped();
    cond.notify();
    a.cancel();
    co_await sleep(1s);
  }
  co_await sleep(1s);
  say(outcome_of(a), outcome_of(b), outcome_of(c), cond.locked());
  {
    auto held = co_await cond.scoped();
    cond.notify();
  }
  co_await c;
}

SCENARIO("locks/condition-cancelled-for-the-lock-hands-on") {
  condition cond;
  auto waiter = [&](std::string name) -> coro<> {
    auto held = co_await cond.scoped();
    bool cancelled = false;
    try {
      co_await cond.wait();
      say(name, "woken", now());
    } catch (const cancelled_error&) {
      say(name, "cancelled", now(), cond.locked());
      cancelled = true;
    }
    if (cancelled) co_await sleep(1s);
  };

  task<> a = create_task(waiter("a"));
  task<> b = create_task(waiter("b"));
  co_await sleep(1s);
  {
    auto held = co_await cond.scoped();
    cond.notify();
    co_await sleep(1s);
    a.cancel();
    co_await sleep(1s);
    say("frees", now());
  }
  co_await gather(a, b);
}

SCENARIO("locks/condition-all-time-out-at-once") {
  condition cond;
  auto waiter = [&](std::string name) -> coro<> {
    auto held = co_await cond.scoped();
    bool late = false;
    try {
      co_await wait_for(cond.wait(), 1s);
    } catch (const timeout_error&) {
      say(name, "timed out", now(), cond.locked());
      late = true;
    }
    if (late) co_await sleep(1s);
  };

  co_await gather(waiter("a"), waiter("b"), waiter("c"));
  say(cond.locked());
}

}  // namespace
}  // namespace conformance
