#include <weft/sync/lock.hpp>

#include <string>
#include <vector>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

namespace {

coro<> hold(lock& l, std::string& log, char name, duration how_long) {
  auto held = co_await l.scoped();
  log += name;
  co_await sleep(how_long);
}

}  // namespace

VIRTUAL_TEST(lock, is_granted_in_order_of_arrival) {
  lock l;
  std::string order;
  std::vector<task<>> tasks;
  for (char name : {'a', 'b', 'c'}) {
    tasks.push_back(create_task(hold, std::ref(l), std::ref(order), name, 1s));
  }
  co_await gather(tasks);
  EXPECT_EQ(order, "abc");
  EXPECT_EQ(virtual_now(), 3s);
  EXPECT_FALSE(l.locked());
}

VIRTUAL_TEST(lock, that_is_free_is_taken_without_a_turn) {
  lock l;
  co_await l.acquire();
  EXPECT_TRUE(l.locked());
  l.release();
  EXPECT_FALSE(l.locked());
}

VIRTUAL_TEST(lock, refuses_to_be_released_when_it_is_free) {
  lock l;
  EXPECT_THROW(l.release(), usage_error);
  co_return;
}

VIRTUAL_TEST(lock, passes_the_wake_up_on_when_its_receiver_is_cancelled) {
  lock l;
  std::string order;
  co_await l.acquire();
  task<> a = create_task(hold, std::ref(l), std::ref(order), 'a', 1s);
  task<> b = create_task(hold, std::ref(l), std::ref(order), 'b', 1s);
  co_await sleep(1s);
  l.release();  // wakes a
  a.cancel();   // before it runs
  const outcome<void> o = co_await as_outcome(a);
  EXPECT_TRUE(o.cancelled());
  co_await b;
  EXPECT_EQ(order, "b");
}

VIRTUAL_TEST(lock, is_not_taken_past_the_line) {
  lock l;
  std::string order;
  co_await l.acquire();
  task<> a = create_task(hold, std::ref(l), std::ref(order), 'a', 1s);
  co_await sleep(1s);
  l.release();
  // a is woken but hasn't run; we come later, and wait.
  co_await hold(l, order, 'm', 0s);
  EXPECT_EQ(order, "am");
  co_await a;
}

VIRTUAL_TEST(lock, guard_moves_and_releases_once) {
  lock l;
  lock_guard first = co_await l.scoped();
  {
    lock_guard second = std::move(first);
    EXPECT_TRUE(l.locked());
  }
  EXPECT_FALSE(l.locked());
}
