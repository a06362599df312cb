// queue: order, limits, join.
#include <optional>

#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("queues/fifo") {
  queue<int> q;
  for (int i : {3, 1, 2}) q.put_nowait(i);
  std::vector<int> got;
  for (int i = 0; i < 3; ++i) got.push_back(q.get_nowait());
  say(got, q.empty());
  co_return;
}

SCENARIO("queues/maxsize-not-positive") {
  for (int size : {0, -3}) {
    queue<int> q(size);
    for (int i = 0; i < 100; ++i) q.put_nowait(i);
    say(q.full(), q.qsize(), q.max_size());
  }
  co_return;
}

SCENARIO("queues/put-no-turn") {
  queue<int> q;
  auto consumer = [&]() -> coro<> {
    for (;;) say("got", co_await q.get());
  };

  task<> consuming = create_task(consumer());
  for (int i = 0; i < 3; ++i) {
    co_await q.put(i);
    say("put", i);
  }
  co_await ticks(2);
  consuming.cancel();
  co_await leave();
}

SCENARIO("queues/getters-fifo") {
  queue<int> q;
  auto getter = [&](std::string name) -> coro<> { say(name, "got", co_await q.get()); };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c"}) tasks.push_back(create_task(getter(n)));
  co_await sleep(0s);
  for (int i = 0; i < 3; ++i) q.put_nowait(i);
  co_await gather(tasks);
}

SCENARIO("queues/putters-fifo") {
  queue<std::string> q(1);
  auto putter = [&](std::string name) -> coro<> {
    co_await q.put(name);
    say(name, "is in");
  };

  q.put_nowait("first");
  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c"}) tasks.push_back(create_task(putter(n)));
  co_await sleep(0s);
  for (int i = 0; i < 4; ++i) {
    say("got", co_await q.get());
    co_await sleep(0s);
  }
  co_await gather(tasks);
}

SCENARIO("queues/maxsize-blocks-putter") {
  queue<int> q(2);
  auto producer = [&]() -> coro<> {
    for (int i = 0; i < 4; ++i) {
      co_await q.put(i);
      say("put", i, now());
    }
  };

  task<> producing = create_task(producer());
  for (int i = 0; i < 4; ++i) {
    co_await sleep(1s);
    const int item = co_await q.get();
    say("got", item, now());
  }
  co_await producing;
}

SCENARIO("queues/stolen-place") {
  queue<std::string> q(1);
  auto putter = [&](std::string name) -> coro<> {
    co_await q.put(name);
    say(name, "is in");
  };

  q.put_nowait("x");
  task<> a = create_task(putter("a"));
  task<> b = create_task(putter("b"));
  co_await sleep(0s);
  say(q.get_nowait());
  q.put_nowait("y");
  co_await sleep(1s);
  for (int i = 0; i < 3; ++i) {
    say(co_await q.get());
    co_await ticks(2);
  }
  co_await gather(a, b);
}

SCENARIO("queues/join") {
  queue<int> q;
  auto worker = [&]() -> coro<> {
    for (;;) {
      const int item = co_await q.get();
      co_await sleep(seconds(item));
      say("done", item, now());
      q.task_done();
    }
  };

  for (int i : {1, 2}) q.put_nowait(i);
  task<> working = create_task(worker());
  co_await q.join();
  say("joined", now());
  working.cancel();
  co_await leave();
}

SCENARIO("queues/join-not-by-get") {
  queue<int> q;
  q.put_nowait(1);
  q.get_nowait();
  const std::string told = co_await attempt(wait_for(q.join(), 1s));
  say(told, q.empty());
}

SCENARIO("queues/task-done-too-often") {
  queue<int> q;
  q.put_nowait(1);
  q.get_nowait();
  q.task_done();
  try {
    q.task_done();
  } catch (const value_error&) {
    say("ValueError");
  }
  co_return;
}

SCENARIO("queues/join-many") {
  queue<int> q;
  auto joiner = [&](std::string name) -> coro<> {
    co_await q.join();
    say(name);
  };

  q.put_nowait(1);
  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(joiner(n)));
  co_await sleep(0s);
  q.get_nowait();
  q.task_done();
  say("marked");
  co_await gather(tasks);
}

SCENARIO("queues/join-count-rises-again") {
  queue<std::string> q;
  auto worker = [&]() -> coro<> {
    for (int i = 0; i < 3; ++i) {
      const std::string item = co_await q.get();
      if (item == "first") q.put_nowait("second");
      co_await sleep(1s);
      say("marks", item);
      q.task_done();
      if (item == "second") co_return;
    }
  };

  q.put_nowait("first");
  task<> working = create_task(worker());
  co_await q.join();
  say("joined", now());
  co_await working;
}

SCENARIO("queues/workers-share") {
  queue<int> q;
  auto worker = [&](std::string name) -> coro<> {
    for (;;) {
      const int delay = co_await q.get();
      co_await sleep(seconds(delay));
      say(name, delay, now());
      q.task_done();
    }
  };

  for (int delay : {3, 1, 1, 2}) q.put_nowait(delay);
  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(worker(n)));
  co_await q.join();
  for (const task<>& one : tasks) one.cancel();
  co_await gather(return_exceptions, tasks);
  say("end", now());
}

SCENARIO("queues/sentinel-shutdown") {
  queue<std::optional<int>> q;
  auto worker = [&](std::string name) -> coro<> {
    for (;;) {
      const std::optional<int> item = co_await q.get();
      if (!item) {
        say(name, "stops");
        co_return;
      }
      say(name, *item);
      co_await sleep(1s);
    }
  };

  for (int item : {1, 2, 3}) q.put_nowait(item);
  for (int i = 0; i < 2; ++i) q.put_nowait(std::nullopt);
  co_await gather(worker("a"), worker("b"));
}

SCENARIO("queues/pipeline") {
  using items = queue<std::optional<int>>;
  auto stage = [](items& source, items& sink, int add) -> coro<> {
    for (;;) {
      std::optional<int> item = co_await source.get();
      if (item) {
        co_await sleep(1s);
        *item += add;
      }
      co_await sink.put(item);
      if (!item) co_return;
    }
  };

  items a(1);
  items b(1);
  items c;
  std::vector<task<>> tasks;
  tasks.push_back(create_task(stage(a, b, 10)));
  tasks.push_back(create_task(stage(b, c, 100)));
  for (int item : {1, 2, 3}) co_await a.put(item);
  co_await a.put(std::nullopt);
  co_await gather(tasks);
  std::vector<std::string> got;
  for (int i = 0; i < 4; ++i) {
    const std::optional<int> item = c.get_nowait();
    got.push_back(item ? word(*item) : word(none));
  }
  say(got, now());
}

SCENARIO("queues/getter-lines-up-anew-at-the-end") {
  queue<std::string> q;
  auto getter = [&](std::string name) -> coro<> { say(name, "got", co_await q.get()); };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(getter(n)));
  co_await sleep(0s);
  q.put_nowait("first");
  say("stolen", q.get_nowait());
  co_await ticks(2);
  for (const char* item : {"second", "third"}) q.put_nowait(item);
  co_await gather(tasks);
}

SCENARIO("queues/nowait-at-the-limits") {
  queue<int> q(1);
  try {
    q.get_nowait();
  } catch (const queue_empty&) {
    say("QueueEmpty");
  }
  q.put_nowait(1);
  try {
    q.put_nowait(2);
  } catch (const queue_full&) {
    say("QueueFull");
  }
  say(q.full(), q.qsize());
  co_return;
}

}  // namespace
}  // namespace conformance
