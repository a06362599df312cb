// lifo_queue and priority_queue.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("queues/lifo") {
  lifo_queue<int> q;
  for (int i : {3, 1, 2}) q.put_nowait(i);
  std::vector<int> got;
  for (int i = 0; i < 3; ++i) got.push_back(q.get_nowait());
  say(got);
  co_return;
}

SCENARIO("queues/lifo-with-maxsize") {
  lifo_queue<std::string> q(2);
  q.put_nowait("a");
  q.put_nowait("b");
  task<> putting = create_task(q.put("c"));
  co_await sleep(0s);
  say(co_await q.get());
  co_await putting;
  const std::string first = q.get_nowait();
  const std::string second = q.get_nowait();
  say(first, second);
}

SCENARIO("queues/priority-pairs") {
  using item = std::pair<int, std::string>;
  priority_queue<item> q;
  const std::vector<item> items{{2, "b"}, {1, "z"}, {2, "a"}};
  for (const item& one : items) co_await q.put(one);
  for (int i = 0; i < 3; ++i) say(co_await q.get());
}

SCENARIO("queues/priority-waiting-getter") {
  priority_queue<int> q;
  task<int> getting = create_task(q.get());
  co_await sleep(0s);
  for (int i : {5, 2, 9}) q.put_nowait(i);
  const int got = co_await getting;
  say(got, q.qsize());
}

SCENARIO("queues/priority-equal-items") {
  struct item {
    int priority;
    std::string name;
    bool operator<(const item& other) const { return priority < other.priority; }
  };
  priority_queue<item> q;
  auto put = [&](int priority, const char* name) { q.put_nowait(item{priority, name}); };
  auto take = [&](int n) {
    std::vector<std::string> got;
    for (int i = 0; i < n; ++i) got.push_back(q.get_nowait().name);
    return got;
  };

  put(1, "a");
  put(1, "b");
  put(0, "c");
  put(1, "d");
  put(1, "e");
  put(0, "f");
  put(2, "g");
  say(take(4));
  put(1, "h");
  put(0, "i");
  say(take(5));
  co_return;
}

SCENARIO("queues/priority-with-maxsize") {
  priority_queue<int> q(2);
  auto putter = [&](int item) -> coro<> {
    co_await q.put(item);
    say("in", item);
  };

  q.put_nowait(5);
  q.put_nowait(6);
  std::vector<task<>> tasks;
  for (int i : {1, 9}) tasks.push_back(create_task(putter(i)));
  co_await sleep(0s);
  for (int i = 0; i < 4; ++i) {
    say("got", co_await q.get());
    co_await ticks(2);
  }
  co_await gather(tasks);
}

/// One turn of shutdown-of-kin's loop.
template <class Queue>
coro<> shut_down_with_three(Queue& q) {
  for (int i : {2, 1, 3}) q.put_nowait(i);
  q.shutdown();
  const std::string put = co_await attempt(q.put(4));
  const int got = co_await q.get();
  say(put, got, q.qsize());
  q.shutdown(true);
  const std::string none_left = co_await attempt(q.get());
  say(none_left, q.qsize());
}

SCENARIO("queues/shutdown-of-kin") {
  lifo_queue<int> lifo;
  priority_queue<int> priority;
  co_await shut_down_with_three(lifo);
  co_await shut_down_with_three(priority);
}

}  // namespace
}  // namespace conformance
