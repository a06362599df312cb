// queue: those who wait and are cancelled, or run out of time.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("queues/cancel-woken-getter") {
  queue<int> q;
  auto getter = [&](std::string name) -> coro<> { say(name, "got", co_await q.get()); };

  task<> a = create_task(getter("a"));
  task<> b = create_task(getter("b"));
  co_await sleep(0s);
  q.put_nowait(1);
  a.cancel();
  const std::vector<task<>> both{a, b};
  co_await wait_all(both);
  say(outcome_of(a), q.qsize());
}

SCENARIO("queues/cancel-putter") {
  queue<std::string> q(1);
  q.put_nowait("x");
  task<> a = create_task(q.put("a"));
  task<> b = create_task(q.put("b"));
  co_await sleep(0s);
  a.cancel();
  say(co_await q.get());
  const std::vector<task<>> both{a, b};
  co_await wait_all(both);
  const std::string item = q.get_nowait();
  say(outcome_of(a), item, q.qsize());
}

SCENARIO("queues/cancel-woken-putter") {
  queue<std::string> q(1);
  q.put_nowait("x");
  task<> a = create_task(q.put("a"));
  task<> b = create_task(q.put("b"));
  co_await sleep(0s);
  say(q.get_nowait());
  a.cancel();
  const std::vector<task<>> both{a, b};
  co_await wait_all(both);
  const std::string item = q.get_nowait();
  say(outcome_of(a), item, q.qsize());
}

SCENARIO("queues/timeout-get-then-next-getter") {
  queue<std::string> q;
  auto getter = [&](std::string name, seconds limit) -> coro<> {
    const std::string told = co_await attempt(wait_for(q.get(), limit));
    say(name, told, now());
  };

  task<> a = create_task(getter("a", 1s));
  task<> b = create_task(getter("b", 9s));
  co_await sleep(2s);
  q.put_nowait("x");
  co_await gather(a, b);
}

SCENARIO("queues/two-items-two-getters-one-cancelled") {
  queue<int> q;
  auto getter = [&](std::string name) -> coro<> { say(name, "got", co_await q.get()); };

  task<> a = create_task(getter("a"));
  task<> b = create_task(getter("b"));
  co_await sleep(0s);
  q.put_nowait(1);
  q.put_nowait(2);
  a.cancel();
  const std::vector<task<>> both{a, b};
  co_await wait_all(both);
  say(outcome_of(a), q.get_nowait());
}

SCENARIO("queues/putter-timeout") {
  queue<std::string> q(1);
  q.put_nowait("x");
  const std::string told = co_await attempt(wait_for(q.put("late"), 1s));
  say(told, now());
  const std::string item = q.get_nowait();
  say(item, q.qsize());
}

SCENARIO("queues/getter-robbed-and-cancelled") {
  queue<std::string> q;
  auto getter = [&](std::string name) -> coro<> { say(name, "got", co_await q.get()); };

  task<> a = create_task(getter("a"));
  task<> b = create_task(getter("b"));
  co_await sleep(0s);
  q.put_nowait("first");
  say("stolen", q.get_nowait());
  a.cancel();
  co_await ticks(3);
  say(outcome_of(a), outcome_of(b));
  q.put_nowait("second");
  co_await b;
}

SCENARIO("queues/put-then-cancel-in-line") {
  queue<int> q;
  auto getter = [&](std::string name) -> coro<> { say(name, "got", co_await q.get()); };

  task<> a = create_task(getter("a"));
  task<> b = create_task(getter("b"));
  co_await sleep(0s);
  a.cancel();
  q.put_nowait(1);
  const std::vector<task<>> both{a, b};
  co_await wait_all(both);
  say(outcome_of(a), outcome_of(b), q.qsize());
}

SCENARIO("queues/get-timed-out-as-an-item-comes") {
  queue<std::string> q;
  auto getter = [&](std::string name, seconds limit) -> coro<> {
    const std::string told = co_await attempt(wait_for(q.get(), limit));
    say(name, told, now());
  };

  get_running_loop().call_later(1s, [&] { q.put_nowait("x"); });
  get_running_loop().call_later(2s, [&] { q.put_nowait("y"); });
  co_await gather(getter("a", 1s), getter("b", 9s));
  const std::size_t left = q.qsize();
  say(left, left > 0 ? word(q.get_nowait()) : word(none));
  co_await leave();
}

SCENARIO("queues/put-timed-out-as-a-place-comes") {
  queue<std::string> q(1);
  auto putter = [&](std::string name, seconds limit) -> coro<> {
    const std::string told = co_await attempt(wait_for(q.put(name), limit));
    say(name, told, now());
  };

  q.put_nowait("x");
  get_running_loop().call_later(1s, [&] { q.get_nowait(); });
  co_await gather(putter("a", 1s), putter("b", 9s));
  const std::size_t left = q.qsize();
  say(left, q.get_nowait());
}

SCENARIO("queues/getter-cancelled-then-served-in-line") {
  queue<int> q;
  auto getter = [&](std::string name) -> coro<> { say(name, co_await q.get()); };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c", "d"}) tasks.push_back(create_task(getter(n)));
  co_await sleep(0s);
  q.put_nowait(1);
  tasks[0].cancel();
  tasks[1].cancel();
  q.put_nowait(2);
  q.put_nowait(3);
  co_await wait_all(tasks);
  std::vector<bool> cancelled;
  for (const task<>& one : tasks) cancelled.push_back(one.cancelled());
  say(cancelled, q.qsize());
}

SCENARIO("queues/join-timed-out") {
  queue<int> q;
  q.put_nowait(1);
  const std::string told = co_await attempt(wait_for(q.join(), 1s));
  say(told, now());
  q.get_nowait();
  get_running_loop().call_later(1s, [&] { q.task_done(); });
  co_await q.join();
  say("joined", now());
}

}  // namespace
}  // namespace conformance
