#include <weft/sync/event.hpp>

#include <string>
#include <vector>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

VIRTUAL_TEST(event, wakes_everybody_in_order_of_arrival) {
  event e;
  std::string order;
  auto waiter = [](event& ev, std::string& log, char name) -> coro<> {
    co_await ev.wait();
    log += name;
  };
  std::vector<task<>> tasks;
  for (char name : {'a', 'b', 'c'}) {
    tasks.push_back(create_task(waiter, std::ref(e), std::ref(order), name));
  }
  co_await sleep(1s);
  EXPECT_EQ(order, "");
  e.set();
  EXPECT_EQ(order, "");  // nobody runs inside set()
  co_await gather(tasks);
  EXPECT_EQ(order, "abc");
}

VIRTUAL_TEST(event, that_is_set_makes_nobody_wait) {
  event e;
  e.set();
  co_await e.wait();
  EXPECT_EQ(virtual_now(), 0s);
  e.clear();
  EXPECT_FALSE(e.is_set());
}

VIRTUAL_TEST(event, cleared_at_once_still_wakes_those_who_waited) {
  event e;
  auto waiter = [](event& ev) -> coro<> { co_await ev.wait(); };
  task<> t = create_task(waiter, std::ref(e));
  co_await sleep(1s);
  e.set();
  e.clear();
  co_await t;
  EXPECT_FALSE(e.is_set());
}

VIRTUAL_TEST(event, forgets_a_waiter_that_was_cancelled) {
  event e;
  auto waiter = [](event& ev) -> coro<> { co_await ev.wait(); };
  task<> t = create_task(waiter, std::ref(e));
  co_await sleep(1s);
  t.cancel();
  const outcome<void> o = co_await as_outcome(t);
  EXPECT_TRUE(o.cancelled());
  e.set();
}
