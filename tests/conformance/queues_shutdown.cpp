// queue: shut down.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("queues/shutdown-get-nowait") {
  queue<int> q;
  for (int i = 0; i < 2; ++i) {
    try {
      q.get_nowait();
    } catch (const queue_empty&) {
      say("QueueEmpty");
    } catch (const queue_shut_down&) {
      say("QueueShutDown");
    }
    q.shutdown();
  }
  co_return;
}

SCENARIO("queues/shutdown-wakes-getters") {
  queue<int> q;
  auto getter = [&](std::string name) -> coro<> {
    const std::string told = co_await attempt(q.get());
    say(name, told, now());
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c"}) tasks.push_back(create_task(getter(n)));
  co_await sleep(1s);
  q.shutdown();
  say("shut down");
  co_await gather(tasks);
}

SCENARIO("queues/shutdown-wakes-putters") {
  queue<std::string> q(1);
  auto putter = [&](std::string name) -> coro<> {
    const std::string told = co_await attempt(q.put(name));
    say(name, told);
  };

  q.put_nowait("x");
  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(putter(n)));
  co_await sleep(1s);
  q.shutdown();
  co_await gather(tasks);
  const std::string first = co_await attempt(q.get());
  const std::string second = co_await attempt(q.get());
  say(first, second);
}

SCENARIO("queues/shutdown-immediate-releases-join") {
  queue<int> q;
  auto joiner = [&]() -> coro<> {
    co_await q.join();
    say("joined", now());
  };

  for (int i = 0; i < 3; ++i) q.put_nowait(i);
  task<> joining = create_task(joiner());
  co_await sleep(1s);
  q.shutdown(true);
  co_await joining;
}

SCENARIO("queues/shutdown-immediate-item-in-work") {
  queue<int> q;
  auto worker = [&]() -> coro<> {
    say("takes", co_await q.get());
    co_await sleep(3s);
    q.task_done();
  };

  for (int i = 0; i < 3; ++i) q.put_nowait(i);
  task<> working = create_task(worker());
  co_await sleep(1s);
  q.shutdown(true);
  co_await q.join();
  say("joined", now());
  co_await working;
}

SCENARIO("queues/shutdown-join-waits") {
  queue<int> q;
  auto worker = [&]() -> coro<> {
    try {
      for (;;) {
        const int item = co_await q.get();
        co_await sleep(1s);
        say("done", item);
        q.task_done();
      }
    } catch (const queue_shut_down&) {
      say("worker ends", now());
    }
  };

  for (int i = 0; i < 2; ++i) q.put_nowait(i);
  q.shutdown();
  task<> working = create_task(worker());
  co_await q.join();
  say("joined", now());
  co_await working;
}

SCENARIO("queues/shutdown-twice") {
  queue<int> q;
  q.put_nowait(1);
  q.shutdown();
  say(q.qsize());
  q.shutdown(true);
  say(q.qsize());
  q.shutdown();
  q.shutdown(true);
  const std::string told = co_await attempt(q.get());
  say(told);
}

SCENARIO("queues/shutdown-woken-getter-has-item") {
  queue<std::string> q;
  auto getter = [&](std::string name) -> coro<> {
    const std::string told = co_await attempt(q.get());
    say(name, told);
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(getter(n)));
  co_await sleep(0s);
  q.put_nowait("x");
  q.shutdown();
  co_await gather(tasks);
}

SCENARIO("queues/shutdown-woken-putter-too-late") {
  queue<std::string> q(1);
  q.put_nowait("x");
  task<> putting = create_task(q.put("y"));
  co_await sleep(0s);
  say(q.get_nowait());
  q.shutdown();
  const std::string told = co_await attempt(putting);
  say(told, q.qsize());
}

SCENARIO("queues/shutdown-ends-workers") {
  queue<int> q(1);
  auto worker = [&](std::string name) -> coro<> {
    try {
      for (;;) {
        const int item = co_await q.get();
        say(name, item, now());
        co_await sleep(1s);
      }
    } catch (const queue_shut_down&) {
      say(name, "ends", now());
    }
  };

  auto body = [&](task_group& group) -> coro<> {
    for (const char* name : {"a", "b"}) group.create_task(worker(name));
    for (int i = 0; i < 3; ++i) co_await q.put(i);
    q.shutdown();
  };
  co_await with_task_group(body);
}

SCENARIO("queues/shutdown-then-cancel") {
  queue<std::string> empty;
  queue<std::string> full(1);
  full.put_nowait("x");
  task<std::string> getter = create_task(empty.get());
  task<> putter = create_task(full.put("y"));
  task<std::string> other_getter = create_task(empty.get());
  task<> other_putter = create_task(full.put("z"));
  co_await sleep(0s);
  empty.shutdown();
  full.shutdown();
  getter.cancel("late");
  putter.cancel("late");
  const std::string getter_told = co_await attempt(getter);
  const std::string putter_told = co_await attempt(putter);
  say(getter_told, putter_told);
  const std::string first = co_await attempt(other_getter);
  const std::string second = co_await attempt(other_putter);
  say(std::vector<std::string>{first, second}, full.qsize());
}

SCENARIO("queues/shutdown-order-of-wake-ups") {
  queue<std::string> q(1);
  auto putter = [&]() -> coro<> {
    try {
      co_await q.put("y");
      say("putter");
    } catch (const queue_shut_down&) {
      say("putter", "shut down");
    }
  };
  auto joiner = [&]() -> coro<> {
    try {
      co_await q.join();
      say("joiner");
    } catch (const queue_shut_down&) {
      say("joiner", "shut down");
    }
  };

  q.put_nowait("x");
  task<> putting = create_task(putter());
  task<> joining = create_task(joiner());
  co_await sleep(0s);
  q.shutdown(true);
  say(q.empty(), q.full(), q.qsize());
  co_await gather(putting, joining);
}

SCENARIO("queues/shutdown-immediate-robs-woken-getter") {
  queue<std::string> q;
  task<std::string> getting = create_task(q.get());
  co_await sleep(0s);
  q.put_nowait("x");
  q.shutdown(true);
  const std::string told = co_await attempt(getting);
  say(told, q.qsize());
  co_await q.join();
  say("joined");
}

SCENARIO("queues/shutdown-nowait-errors") {
  queue<std::string> q(1);
  q.put_nowait("x");
  q.shutdown();
  for (int i = 0; i < 2; ++i) {
    try {
      q.put_nowait("y");
    } catch (const queue_shut_down&) {
      say("QueueShutDown", q.full());
    } catch (const queue_full&) {
      say("QueueFull");
    }
    try {
      say(q.get_nowait());
    } catch (const queue_shut_down&) {
      say("QueueShutDown");
    }
  }
  co_return;
}

SCENARIO("queues/shutdown-task-done") {
  queue<int> q;
  for (int i = 0; i < 3; ++i) q.put_nowait(i);
  q.get_nowait();
  q.shutdown(true);
  q.task_done();
  try {
    q.task_done();
  } catch (const value_error&) {
    say("ValueError");
  }
  co_await q.join();
  say("joined");
}

SCENARIO("queues/shutdown-lets-consumers-drain") {
  queue<std::string> q(2);
  auto producer = [&](std::string name) -> coro<> {
    for (int i = 0; i < 3; ++i) {
      try {
        co_await q.put(name + std::to_string(i));
      } catch (const queue_shut_down&) {
        say(name, "fails at", i, now());
        co_return;
      }
    }
  };
  auto consumer = [&]() -> coro<> {
    for (;;) {
      co_await sleep(1s);
      try {
        const std::string got = co_await q.get();
        say("got", got, now());
      } catch (const queue_shut_down&) {
        say("drained", now());
        co_return;
      }
    }
  };

  std::vector<task<>> tasks;
  tasks.push_back(create_task(producer("a")));
  tasks.push_back(create_task(producer("b")));
  tasks.push_back(create_task(consumer()));
  co_await sleep(1.5s);
  q.shutdown();
  co_await gather(tasks);
}

}  // namespace
}  // namespace conformance
