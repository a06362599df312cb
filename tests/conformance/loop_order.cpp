// The loop: turns first in, first out; timers; blocking.
#include <algorithm>
#include <map>

#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("loop_order/call-soon-fifo") {
  event_loop& loop = get_running_loop();
  for (int i = 0; i < 5; ++i) loop.call_soon([i] { say(i); });
  co_await sleep(0s);
}

SCENARIO("loop_order/call-soon-and-tasks-share-a-queue") {
  auto child = [](int n) -> coro<> {
    say("task", n);
    co_return;
  };

  event_loop& loop = get_running_loop();
  loop.call_soon([] { say("callback", 1); });
  task<> a = create_task(child(2));
  loop.call_soon([] { say("callback", 3); });
  task<> b = create_task(child(4));
  co_await gather(a, b);
}

SCENARIO("loop_order/equal-timers-fifo") {
  event_loop& loop = get_running_loop();
  for (int i = 0; i < 8; ++i) loop.call_later(1s, [i] { say(i); });
  co_await sleep(2s);
}

SCENARIO("loop_order/call-at") {
  event_loop& loop = get_running_loop();
  co_await sleep(1s);
  loop.call_at(at(3s), [] { say("at", now()); });
  loop.call_at(at(2s), [] { say("at", now()); });
  co_await sleep(5s);
}

SCENARIO("loop_order/call-later-zero-vs-call-soon") {
  event_loop& loop = get_running_loop();
  loop.call_later(0s, [] { say("later 0"); });
  loop.call_soon([] { say("soon"); });
  co_await ticks(3);
}

SCENARIO("loop_order/sleep0-vs-short-sleep") {
  auto child = [](std::string name, seconds delay) -> coro<> {
    co_await sleep(delay);
    say(name, now());
  };

  co_await gather(child("sleep 1", 1s), child("sleep 0", 0s));
}

SCENARIO("loop_order/negative-sleep") {
  get_running_loop().call_soon([] { say("other"); });
  co_await sleep(-5s);
  say("after", now());
}

SCENARIO("loop_order/past-deadlines") {
  event_loop& loop = get_running_loop();
  co_await sleep(10s);
  loop.call_at(at(5s), [] { say("five"); });
  loop.call_at(at(3s), [] { say("three"); });
  loop.call_soon([] { say("soon"); });
  co_await ticks(2);
  say(now());
}

SCENARIO("loop_order/cancelled-timer") {
  event_loop& loop = get_running_loop();
  timer_handle a = loop.call_later(1s, [] { say("never"); });
  loop.call_later(2s, [] { say("fires"); });
  a.cancel();
  co_await sleep(3s);
  say(a.cancelled());
}

SCENARIO("loop_order/overdue-timer-before-next-turn-callbacks") {
  event_loop& loop = get_running_loop();
  auto ready = [&] {
    say("ready");
    loop.call_soon([] { say("made by ready"); });
  };

  loop.call_later(1s, [] { say("timer"); });
  block(2s);
  loop.call_soon(ready);
  co_await ticks(3);
}

SCENARIO("loop_order/round-robin") {
  auto child = [](std::string name, int n) -> coro<> {
    for (int i = 0; i < n; ++i) {
      say(name, i);
      co_await sleep(0s);
    }
  };

  co_await gather(child("a", 3), child("b", 1), child("c", 2));
}

coro<> joining_child(std::string name, std::vector<task<>>& made) {
  for (int i = 0; i < 2; ++i) {
    say(name, i);
    if (name == "a" && i == 0) made.push_back(create_task(joining_child("new", made)));
    co_await sleep(0s);
  }
}

SCENARIO("loop_order/new-task-joins-at-the-end") {
  std::vector<task<>> made;
  co_await gather(joining_child("a", made), joining_child("b", made));
  co_await made[0];
}

SCENARIO("loop_order/sleep-chain-accumulates") {
  for (int i = 0; i < 4; ++i) {
    co_await sleep(1s);
    say(now());
  }
}

SCENARIO("loop_order/interleaved-sleeps") {
  auto ticker = [](std::string name, seconds period, int n) -> coro<> {
    for (int i = 0; i < n; ++i) {
      co_await sleep(period);
      say(name, now());
    }
  };

  co_await gather(ticker("a", 2s, 3), ticker("b", 3s, 2));
}

SCENARIO("loop_order/await-task-vs-sleep0") {
  auto quick = []() -> coro<> {
    say("quick");
    co_return;
  };
  auto counter = []() -> coro<> {
    for (int i = 0; i < 4; ++i) {
      say("turn", i);
      co_await sleep(0s);
    }
  };

  task<> ring = create_task(counter());
  co_await create_task(quick());
  say("main resumes");
  co_await ring;
}

SCENARIO("loop_order/gather-adds-a-turn") {
  auto quick = []() -> coro<> { co_await sleep(0s); };
  task<> child = create_task(quick());
  auto plain = [&]() -> coro<> {
    co_await child;
    say("plain awaiter");
  };
  auto gathered = [&]() -> coro<> {
    co_await gather(child);
    say("gather awaiter");
  };

  task<> g = create_task(gathered());
  task<> p = create_task(plain());
  co_await gather(g, p);
}

SCENARIO("loop_order/wakeups-in-order-of-release") {
  event_loop& loop = get_running_loop();
  std::map<std::string, future<>> futures;
  auto waiter = [&](std::string name) -> coro<> {
    co_await futures[name];
    say(name);
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c"}) futures[n] = loop.create_future();
  for (const char* n : {"a", "b", "c"}) tasks.push_back(create_task(waiter(n)));
  co_await sleep(0s);
  for (const char* n : {"b", "c", "a"}) futures[n].set_result();
  co_await gather(tasks);
}

SCENARIO("loop_order/timer-made-by-timer") {
  event_loop& loop = get_running_loop();
  auto first = [&] {
    say("first", now());
    loop.call_later(0s, [] { say("second", now()); });
  };

  loop.call_later(1s, first);
  loop.call_later(1s, [] { say("beside", now()); });
  co_await sleep(2s);
}

SCENARIO("loop_order/many-timers") {
  event_loop& loop = get_running_loop();
  std::vector<int> fired;
  for (int i = 0; i < 100; ++i) {
    const int delay = (i * 37) % 101;
    loop.call_later(seconds(delay + 1), [&fired, delay] { fired.push_back(delay); });
  }
  co_await sleep(200s);
  const std::vector<int> first_four(fired.begin(), fired.begin() + 4);
  say(fired.size(), std::is_sorted(fired.begin(), fired.end()), first_four);
}

SCENARIO("loop_order/many-cancelled-timers") {
  event_loop& loop = get_running_loop();
  std::vector<int> fired;
  std::vector<timer_handle> handles;
  for (int i = 0; i < 200; ++i) {
    handles.push_back(loop.call_later(seconds(i + 1), [&fired, i] { fired.push_back(i); }));
  }
  for (std::size_t i = 0; i < handles.size(); ++i) {
    if (i % 50 != 0) handles[i].cancel();
  }
  co_await sleep(300s);
  say(fired, now());
}

SCENARIO("loop_order/sleep-resumes-a-turn-after-its-timer") {
  event_loop& loop = get_running_loop();
  auto sleeper = []() -> coro<> {
    co_await sleep(1s);
    say("sleeper", now());
  };

  loop.call_later(1s, [&] { loop.call_soon([] { say("callback of a callback"); }); });
  co_await create_task(sleeper());
  say("end", now());
}

SCENARIO("loop_order/sleep-takes-two-turns") {
  event_loop& loop = get_running_loop();
  loop.call_later(1s, [&] { loop.call_soon([] { say("callback"); }); });
  co_await sleep(1s);
  say("sleeper");
}

SCENARIO("loop_order/due-timer-cancelled-by-another") {
  event_loop& loop = get_running_loop();
  timer_handle second;
  loop.call_later(1s, [&] { second.cancel(); });
  second = loop.call_later(1s, [] { say("never"); });
  loop.call_later(1s, [] { say("third"); });
  co_await sleep(2s);
  say(second.cancelled());
}

SCENARIO("loop_order/timer-tells-when") {
  event_loop& loop = get_running_loop();
  auto in_seconds = [](const timer_handle& timer) {
    return std::chrono::round<std::chrono::seconds>(timer.when()).time_since_epoch().count();
  };
  co_await sleep(2s);
  const timer_handle later = loop.call_later(3s, [] { say("never"); });
  say(in_seconds(later), in_seconds(loop.call_at(at(9s), [] { say("never"); })));
}

}  // namespace
}  // namespace conformance
