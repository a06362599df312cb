// condition: who is woken, and when.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("locks/condition-notify-one") {
  condition cond;
  auto child = [&](std::string name) -> coro<> {
    auto held = co_await cond.scoped();
    co_await cond.wait();
    say(name, "woken", now());
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(child(n)));
  co_await sleep(1s);
  for (int i = 0; i < 2; ++i) {
    auto held = co_await cond.scoped();
    cond.notify();
    say("notified");
    co_await sleep(1s);
  }
  co_await gather(tasks);
}

SCENARIO("locks/condition-notify-n") {
  condition cond;
  auto child = [&](std::string name) -> coro<> {
    auto held = co_await cond.scoped();
    co_await cond.wait();
    say(name);
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c", "d"}) tasks.push_back(create_task(child(n)));
  co_await sleep(0s);
  {
    auto held = co_await cond.scoped();
    cond.notify(2);
  }
  co_await sleep(1s);
  std::vector<bool> done;
  for (const task<>& one : tasks) done.push_back(one.done());
  say("two woken", done);
  {
    auto held = co_await cond.scoped();
    cond.notify(9);
  }
  co_await gather(tasks);
}

SCENARIO("locks/condition-notify-all") {
  condition cond;
  auto child = [&](std::string name) -> coro<> {
    auto held = co_await cond.scoped();
    co_await cond.wait();
    say(name, "in", now());
    co_await sleep(1s);
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c"}) tasks.push_back(create_task(child(n)));
  co_await sleep(0s);
  {
    auto held = co_await cond.scoped();
    cond.notify_all();
  }
  co_await gather(tasks);
}

SCENARIO("locks/condition-without-lock") {
  condition cond;
  try {
    co_await cond.wait();
  } catch (const usage_error&) {
    say("wait: RuntimeError");
  }
  try {
    cond.notify();
  } catch (const usage_error&) {
    say("notify: RuntimeError");
  }
}

SCENARIO("locks/condition-wait-releases-lock") {
  condition cond;
  auto child = [&]() -> coro<> {
    auto held = co_await cond.scoped();
    co_await cond.wait();
    say("child holds", cond.locked());
  };

  task<> waiting = create_task(child());
  co_await sleep(0s);
  say("while waiting", cond.locked());
  {
    auto held = co_await cond.scoped();
    cond.notify();
  }
  co_await waiting;
  say("after", cond.locked());
}

SCENARIO("locks/condition-notify-nobody") {
  condition cond;
  {
    auto held = co_await cond.scoped();
    cond.notify();
  }
  {
    auto held = co_await cond.scoped();
    const std::string told = co_await attempt(wait_for(cond.wait(), 1s));
    say(told, cond.locked());
  }
}

SCENARIO("locks/condition-wait-for-value") {
  condition cond;
  std::vector<int> items;
  auto enough = [&]() -> std::size_t {
    say("asked", items.size());
    return items.size() > 1 ? items.size() : 0;
  };
  auto consumer = [&]() -> coro<> {
    auto held = co_await cond.scoped();
    const std::size_t got = co_await cond.wait_for(enough);
    say("got", got, now());
    say("again", co_await cond.wait_for(enough));
  };

  task<> consuming = create_task(consumer());
  for (int i = 0; i < 3; ++i) {
    co_await sleep(1s);
    auto held = co_await cond.scoped();
    items.push_back(i);
    cond.notify();
  }
  co_await consuming;
}

SCENARIO("locks/condition-predicate-raises") {
  condition cond;
  bool ready = false;
  auto predicate = [&]() -> bool {
    if (ready) throw Boom("predicate");
    return false;
  };
  auto waiter = [&]() -> coro<> {
    auto held = co_await cond.scoped();
    finally at_end([&] { say("locked", cond.locked()); });
    co_await cond.wait_for(predicate);
  };

  task<> waiting = create_task(waiter());
  co_await sleep(1s);
  {
    auto held = co_await cond.scoped();
    ready = true;
    cond.notify();
  }
  const std::string told = co_await attempt(waiting);
  say(told, cond.locked());
}

SCENARIO("locks/condition-two-on-one-lock") {
  lock mutex;
  condition first(mutex);
  condition second(mutex);
  auto waiter = [](condition& cond, std::string name) -> coro<> {
    {
      auto held = co_await cond.scoped();
      co_await cond.wait();
      say(name, "in", now());
      co_await sleep(1s);
    }
    say(name, "out", now());
  };

  std::vector<task<>> tasks;
  tasks.push_back(create_task(waiter(first, "a")));
  tasks.push_back(create_task(waiter(second, "b")));
  tasks.push_back(create_task(waiter(first, "c")));
  co_await sleep(1s);
  {
    auto held = co_await second.scoped();
    second.notify_all();
    first.notify();
    say("notified", mutex.locked(), first.locked());
  }
  co_await sleep(5s);
  std::vector<bool> done;
  for (const task<>& one : tasks) done.push_back(one.done());
  say(done);
  {
    auto held = co_await mutex.scoped();
    first.notify_all();
  }
  co_await gather(tasks);
}

SCENARIO("locks/condition-notify-none") {
  condition cond;
  auto waiter = [&](std::string name) -> coro<> {
    auto held = co_await cond.scoped();
    co_await cond.wait();
    say(name);
  };
  auto notify = [&](std::size_t n) -> coro<> {
    auto held = co_await cond.scoped();
    cond.notify(n);
  };

  task<> a = create_task(waiter("a"));
  co_await sleep(1s);
  co_await notify(0);
  co_await sleep(1s);
  say(a.done());
  co_await notify(5);
  co_await a;
  task<> b = create_task(waiter("b"));
  co_await sleep(1s);
  say(b.done());
  co_await notify(1);
  co_await b;
}

}  // namespace
}  // namespace conformance
