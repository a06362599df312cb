#include <weft/sync/semaphore.hpp>

#include <algorithm>
#include <string>
#include <vector>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

VIRTUAL_TEST(semaphore, lets_at_most_n_in) {
  semaphore limit(3);
  int inside = 0;
  int most = 0;
  auto work = [](semaphore& s, int& now, int& peak) -> coro<> {
    auto place = co_await s.scoped();
    peak = std::max(peak, ++now);
    co_await sleep(1s);
    --now;
  };
  std::vector<task<>> tasks;
  for (int i = 0; i < 10; ++i) {
    tasks.push_back(create_task(work, std::ref(limit), std::ref(inside), std::ref(most)));
  }
  co_await gather(tasks);
  EXPECT_EQ(most, 3);
  EXPECT_EQ(virtual_now(), 4s);
  EXPECT_EQ(limit.value(), 3);
}

VIRTUAL_TEST(semaphore, wakes_in_order_of_arrival) {
  semaphore s(0);
  std::string order;
  auto waiter = [](semaphore& sem, std::string& log, char name) -> coro<> {
    co_await sem.acquire();
    log += name;
  };
  std::vector<task<>> tasks;
  for (char name : {'a', 'b', 'c'}) {
    tasks.push_back(create_task(waiter, std::ref(s), std::ref(order), name));
  }
  co_await sleep(1s);
  EXPECT_TRUE(s.locked());
  s.release();
  s.release();
  s.release();
  co_await gather(tasks);
  EXPECT_EQ(order, "abc");
}

VIRTUAL_TEST(semaphore, gives_the_place_of_a_cancelled_waiter_to_the_next) {
  semaphore s(0);
  bool got = false;
  auto waiter = [](semaphore& sem, bool& flag) -> coro<> {
    co_await sem.acquire();
    flag = true;
  };
  bool first_got = false;
  task<> a = create_task(waiter, std::ref(s), std::ref(first_got));
  task<> b = create_task(waiter, std::ref(s), std::ref(got));
  co_await sleep(1s);
  s.release();  // wakes a
  a.cancel();
  const outcome<void> o = co_await as_outcome(a);
  EXPECT_TRUE(o.cancelled());
  co_await b;
  EXPECT_TRUE(got);
  EXPECT_FALSE(first_got);
  EXPECT_EQ(s.value(), 0);
}

TEST(semaphore, refuses_a_negative_count) { EXPECT_THROW(semaphore(-1), value_error); }
