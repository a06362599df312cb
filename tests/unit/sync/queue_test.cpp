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

VIRTUAL_TEST(queue, has_no_bound_unless_it_is_positive) {
  queue<int> q(-3);
  for (int i = 0; i < 100; ++i) q.put_nowait(i);
  EXPECT_FALSE(q.full());
  EXPECT_EQ(q.max_size(), -3);
  co_return;
}

VIRTUAL_TEST(queue, that_is_shut_down_gives_what_is_left_then_throws) {
  queue<int> q(2);
  q.put_nowait(1);
  q.shutdown();
  EXPECT_THROW(q.put_nowait(2), queue_shut_down);
  const outcome<void> put = co_await as_outcome(q.put(2));
  EXPECT_THROW(std::rethrow_exception(put.exception()), queue_shut_down);
  const int left = co_await q.get();
  EXPECT_EQ(left, 1);
  EXPECT_THROW(q.get_nowait(), queue_shut_down);
  const outcome<int> got = co_await as_outcome(q.get());
  EXPECT_THROW(std::rethrow_exception(got.exception()), queue_shut_down);
}

VIRTUAL_TEST(queue, that_is_shut_down_wakes_everybody_who_waits) {
  queue<int> empty;
  queue<int> full(1);
  full.put_nowait(1);
  std::vector<task<int>> getters;
  std::vector<task<>> putters;
  for (int i = 0; i < 2; ++i) {
    getters.push_back(create_task(empty.get()));
    putters.push_back(create_task(full.put(i)));
  }
  co_await sleep(1s);
  empty.shutdown();
  full.shutdown();
  co_await gather(return_exceptions, getters);
  co_await gather(return_exceptions, putters);
  for (const task<int>& one : getters) {
    EXPECT_THROW(std::rethrow_exception(one.exception()), queue_shut_down);
  }
  for (const task<>& one : putters) {
    EXPECT_THROW(std::rethrow_exception(one.exception()), queue_shut_down);
  }
  EXPECT_EQ(full.qsize(), 1u);
}

VIRTUAL_TEST(queue, that_is_shut_down_at_once_drops_its_items_and_counts_them_as_finished) {
  queue<std::unique_ptr<int>> q;
  for (int i = 0; i < 3; ++i) q.put_nowait(std::make_unique<int>(i));
  co_await q.get();
  task<> joining = create_task(q.join());
  q.shutdown(true);
  EXPECT_TRUE(q.empty());
  co_await sleep(1s);
  EXPECT_FALSE(joining.done());  // one is being worked on
  q.task_done();
  co_await joining;
}
