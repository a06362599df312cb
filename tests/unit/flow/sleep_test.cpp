#include <weft/flow/sleep.hpp>

#include <string>
#include <vector>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

VIRTUAL_TEST(sleep, ends_at_its_deadline_and_not_before) {
  co_await sleep(1500ms);
  EXPECT_EQ(virtual_now(), 1500ms);
  co_await sleep(0.25s);
  EXPECT_EQ(virtual_now(), 1750ms);
}

VIRTUAL_TEST(sleep, of_zero_or_less_gives_the_others_one_turn) {
  std::string order;
  auto other = [](std::string& log) -> coro<> {
    log += 'o';
    co_return;
  };
  task<> t = create_task(other, std::ref(order));
  co_await sleep(-1s);
  order += 'm';
  EXPECT_EQ(order, "om");
  EXPECT_EQ(virtual_now(), 0s);
  co_await t;
}

VIRTUAL_TEST(sleep, gives_the_value_it_was_given) {
  const int seven = co_await sleep(1s, 7);
  EXPECT_EQ(seven, 7);
}

VIRTUAL_TEST(sleep, that_is_cancelled_ends_at_once) {
  auto sleeper = []() -> coro<> { co_await sleep(1h); };
  task<> t = create_task(sleeper);
  co_await sleep(1s);
  EXPECT_EQ(t.waiting_on(), "sleep");
  t.cancel("enough");
  const outcome<void> o = co_await as_outcome(t);
  EXPECT_TRUE(o.cancelled());
  EXPECT_TRUE(t.cancelled());
  EXPECT_EQ(virtual_now(), 1s);
}

VIRTUAL_TEST(sleep, of_zero_throws_the_cancel_that_came_during_its_turn) {
  bool thrown = false;
  auto sleeper = [](bool& seen) -> coro<> {
    try {
      co_await sleep(0s);
    } catch (const cancelled_error&) {
      seen = true;
      throw;
    }
  };
  task<> t = create_task(sleeper, std::ref(thrown));
  co_await sleep(0s);
  t.cancel();
  const outcome<void> o = co_await as_outcome(t);
  EXPECT_TRUE(o.cancelled());
  EXPECT_TRUE(thrown);
}

VIRTUAL_TEST(sleep, of_equal_deadlines_ends_in_the_order_of_the_calls) {
  std::vector<int> order;
  auto sleeper = [](std::vector<int>& log, int number) -> coro<> {
    co_await sleep(1s);
    log.push_back(number);
  };
  std::vector<task<>> tasks;
  for (int i = 0; i < 20; ++i) tasks.push_back(create_task(sleeper, std::ref(order), i));
  co_await gather(tasks);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(order[static_cast<std::size_t>(i)], i);
}

VIRTUAL_TEST(sleep, of_many_tasks_that_cancel_each_other_when_due_is_not_quadratic) {
  // All are due in one turn; the first to resume cancels all the others, whose timers are queued.
  std::vector<task<>> tasks;
  auto sleeper = [](std::vector<task<>>& all) -> coro<> {
    co_await sleep(1s);
    if (all.front().done()) co_return;
    for (task<>& t : all) t.cancel();
  };
  for (int i = 0; i < 20'000; ++i) tasks.push_back(create_task(sleeper, std::ref(tasks)));
  auto outcomes = co_await gather(return_exceptions, tasks);
  EXPECT_EQ(outcomes.size(), 20'000u);
}
