#include <weft/sync/condition.hpp>

#include <string>
#include <vector>

#include <weft/run/new_event_loop.hpp>
#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

namespace {

coro<> wait_and_log(condition& c, std::string& log, char name) {
  auto held = co_await c.scoped();
  co_await c.wait();
  log += name;
}

}  // namespace

VIRTUAL_TEST(condition, wakes_as_many_as_are_asked_for_in_order_of_arrival) {
  condition c;
  std::string order;
  std::vector<task<>> tasks;
  for (char name : {'a', 'b', 'c'}) {
    tasks.push_back(create_task(wait_and_log, std::ref(c), std::ref(order), name));
  }
  co_await sleep(1s);
  co_await c.acquire();
  c.notify(2);
  c.release();
  co_await sleep(1s);
  EXPECT_EQ(order, "ab");
  co_await c.acquire();
  c.notify_all();
  c.release();
  co_await gather(tasks);
  EXPECT_EQ(order, "abc");
  EXPECT_FALSE(c.locked());
}

VIRTUAL_TEST(condition, of_a_shared_lock_frees_it_while_it_waits) {
  lock l;
  condition c(l);
  std::string order;
  task<> a = create_task(wait_and_log, std::ref(c), std::ref(order), 'a');
  co_await sleep(1s);
  EXPECT_FALSE(l.locked());
  co_await l.acquire();
  c.notify();
  l.release();
  co_await a;
  EXPECT_EQ(order, "a");
}

VIRTUAL_TEST(condition, waits_for_what_is_true_and_gives_it) {
  condition c;
  int items = 0;
  auto adder = [&]() -> coro<> {
    for (int i = 0; i < 3; ++i) {
      co_await sleep(1s);
      auto held = co_await c.scoped();
      ++items;
      c.notify();
    }
  };
  task<> adding = create_task(adder());
  auto held = co_await c.scoped();
  auto enough = [&] { return items >= 2 ? items : 0; };
  const int had = co_await c.wait_for(enough);
  EXPECT_EQ(had, 2);
  EXPECT_EQ(virtual_now(), 2s);
  EXPECT_TRUE(c.locked());
  const int at_once = co_await c.wait_for(enough);
  EXPECT_EQ(at_once, 2);
  c.release();
  co_await adding;
  co_await c.acquire();
}

VIRTUAL_TEST(condition, keeps_its_predicate_for_the_wait) {
  condition c;
  auto held = co_await c.scoped();
  coro<bool> waiting = [&c] {
    std::string wanted(100, 'x');  // dies here, while a copy waits
    auto test = [&c, wanted = std::move(wanted)] { return c.locked() && wanted.size() == 100; };
    return c.wait_for(test);
  }();
  const bool answer = co_await std::move(waiting);
  EXPECT_TRUE(answer);
}

VIRTUAL_TEST(condition, refuses_what_needs_the_lock_without_it) {
  condition c;
  EXPECT_THROW(c.notify(), usage_error);
  EXPECT_THROW(c.notify_all(), usage_error);
  const outcome<bool> o = co_await as_outcome(c.wait());
  EXPECT_THROW(std::rethrow_exception(o.exception()), usage_error);
}

VIRTUAL_TEST(condition, has_the_lock_again_when_it_throws_a_cancel_and_it_is_the_last) {
  condition c;
  bool had_lock = false;
  auto waiter = [&]() -> coro<> {
    auto held = co_await c.scoped();
    try {
      co_await c.wait();
    } catch (const cancelled_error& e) {
      had_lock = c.locked();
      EXPECT_EQ(e.message(), "second");
      throw;
    }
  };
  task<> waiting = create_task(waiter());
  co_await sleep(1s);
  co_await c.acquire();
  waiting.cancel("first");
  co_await sleep(1s);
  EXPECT_FALSE(waiting.done());
  waiting.cancel("second");
  co_await sleep(1s);
  EXPECT_FALSE(waiting.done());
  c.release();
  const outcome<void> o = co_await as_outcome(waiting);
  EXPECT_TRUE(o.cancelled());
  EXPECT_TRUE(had_lock);
  EXPECT_FALSE(c.locked());
}

VIRTUAL_TEST(condition, hands_a_notification_on_when_its_receiver_is_cancelled) {
  condition c;
  std::string order;
  task<> a = create_task(wait_and_log, std::ref(c), std::ref(order), 'a');
  task<> b = create_task(wait_and_log, std::ref(c), std::ref(order), 'b');
  co_await sleep(1s);
  co_await c.acquire();
  c.notify();
  a.cancel();  // woken, and hasn't run
  c.release();
  co_await b;
  EXPECT_EQ(order, "b");
  EXPECT_TRUE(a.cancelled());
}

TEST(condition, that_tasks_wait_for_may_go_with_its_loop) {
  condition c;
  std::string order;
  auto loop = new_event_loop();
  loop->set_exception_handler([](const exception_context&) {});
  task<> a = loop->create_task(wait_and_log(c, order, 'a'));
  task<> b = loop->create_task(wait_and_log(c, order, 'b'));
  loop->call_soon([&] { loop->stop(); });
  loop->run_forever();
  loop->close();
  EXPECT_EQ(order, "");
}
