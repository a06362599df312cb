#include <weft/sync/queue.hpp>

#include <memory>
#include <string>
#include <vector>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

VIRTUAL_TEST(queue, gives_items_in_the_order_of_their_coming) {
  queue<int> q;
  for (int i = 0; i < 100; ++i) q.put_nowait(i);
  EXPECT_EQ(q.qsize(), 100u);
  for (int i = 0; i < 100; ++i) {
    const int got = co_await q.get();
    EXPECT_EQ(got, i);
  }
  EXPECT_TRUE(q.empty());
}

VIRTUAL_TEST(queue, makes_getters_wait_in_line) {
  queue<int> q;
  std::string order;
  auto getter = [](queue<int>& from, std::string& log, char name) -> coro<> {
    const int item = co_await from.get();
    log += name + std::to_string(item);
  };
  std::vector<task<>> tasks;
  for (char name : {'a', 'b', 'c'}) {
    tasks.push_back(create_task(getter, std::ref(q), std::ref(order), name));
  }
  co_await sleep(1s);
  for (int i = 0; i < 3; ++i) q.put_nowait(i);
  EXPECT_EQ(order, "");
  co_await gather(tasks);
  EXPECT_EQ(order, "a0b1c2");
}

VIRTUAL_TEST(queue, that_is_full_makes_putters_wait) {
  queue<int> q(1);
  q.put_nowait(1);
  EXPECT_TRUE(q.full());
  EXPECT_THROW(q.put_nowait(2), queue_full);
  auto putter = [](queue<int>& to) -> coro<> { co_await to.put(2); };
  task<> t = create_task(putter, std::ref(q));
  co_await sleep(1s);
  EXPECT_FALSE(t.done());
  EXPECT_EQ(q.get_nowait(), 1);
  co_await t;
  EXPECT_EQ(q.get_nowait(), 2);
  EXPECT_THROW(q.get_nowait(), queue_empty);
}

VIRTUAL_TEST(queue, loses_no_item_to_a_getter_that_is_cancelled) {
  queue<int> q;
  auto getter = [](queue<int>& from) -> coro<int> { co_return co_await from.get(); };
  task<int> a = create_task(getter, std::ref(q));
  task<int> b = create_task(getter, std::ref(q));
  co_await sleep(1s);
  q.put_nowait(7);  // wakes a
  a.cancel();
  const outcome<int> o = co_await as_outcome(a);
  EXPECT_TRUE(o.cancelled());
  const int seven = co_await b;
  EXPECT_EQ(seven, 7);
}

VIRTUAL_TEST(queue, has_put_nothing_when_the_put_is_cancelled) {
  queue<int> q(1);
  q.put_nowait(1);
  auto putter = [](queue<int>& to) -> coro<> { co_await to.put(2); };
  task<> t = create_task(putter, std::ref(q));
  co_await sleep(1s);
  t.cancel();
  const outcome<void> o = co_await as_outcome(t);
  EXPECT_TRUE(o.cancelled());
  EXPECT_EQ(q.get_nowait(), 1);
  EXPECT_TRUE(q.empty());
}

VIRTUAL_TEST(queue, joins_when_every_item_is_finished) {
  queue<int> q;
  for (int i = 0; i < 3; ++i) q.put_nowait(i);
  auto worker = [](queue<int>& from) -> coro<> {
    for (int i = 0; i < 3; ++i) {
      const int item = co_await from.get();
      co_await sleep(1s);
      EXPECT_EQ(item, i);
      from.task_done();
    }
  };
  task<> t = create_task(worker, std::ref(q));
  co_await q.join();
  EXPECT_EQ(virtual_now(), 3s);
  co_await t;
  EXPECT_THROW(q.task_done(), value_error);
}

VIRTUAL_TEST(queue, carries_what_cannot_be_copied) {
  queue<std::unique_ptr<int>> q(1);
  auto put_two = [](queue<std::unique_ptr<int>>& to) -> coro<> {
    auto one = std::make_unique<int>(1);
    co_await to.put(std::move(one));
    auto two = std::make_unique<int>(2);
    co_await to.put(std::move(two));
  };
  task<> t = create_task(put_two, std::ref(q));
  auto one = co_await q.get();
  auto two = co_await q.get();
  EXPECT_EQ(*one + *two, 3);
  co_await t;
}
