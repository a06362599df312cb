#include <weft/flow/as_completed.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

namespace {

coro<int> after(duration d, int value) {
  co_await sleep(d);
  co_return value;
}

coro<int> fails_after(duration d) {
  co_await sleep(d);
  throw std::runtime_error("no");
}

coro<std::unique_ptr<int>> unique_after(duration d, int value) {
  co_await sleep(d);
  co_return std::make_unique<int>(value);
}

/// 3, 1, 2 after as many seconds.
std::vector<coro<int>> three() {
  std::vector<coro<int>> coros;
  for (int n : {3, 1, 2}) coros.push_back(after(1s * n, n));
  return coros;
}

}  // namespace

VIRTUAL_TEST(as_completed, gives_results_in_the_order_of_their_ends) {
  std::vector<int> results;
  for (coro<int> next : as_completed(three())) {
    const int n = co_await std::move(next);
    results.push_back(n);
    EXPECT_EQ(virtual_now(), 1s * n);
  }
  EXPECT_EQ(results, (std::vector<int>{1, 2, 3}));
}

VIRTUAL_TEST(as_completed, gives_the_tasks_themselves) {
  std::vector<task<int>> tasks{create_task(after(2s, 2)), create_task(after(1s, 1))};
  auto ends = as_completed(tasks);
  task<int> first = co_await ends.next();
  EXPECT_TRUE(first == tasks[1]);
  task<int> second = co_await ends.next();
  EXPECT_TRUE(second == tasks[0]);
  task<int> none = co_await ends.next();
  EXPECT_FALSE(none);
}

VIRTUAL_TEST(as_completed, of_nothing_is_empty) {
  auto ends = as_completed(std::vector<task<int>>(), 1s);
  EXPECT_TRUE(ends.begin() == ends.end());
  task<int> none = co_await ends.next();
  EXPECT_FALSE(none);
}

VIRTUAL_TEST(as_completed, throws_an_error_from_its_step_and_goes_on) {
  std::vector<coro<int>> coros;
  coros.push_back(after(2s, 2));
  coros.push_back(fails_after(1s));
  std::string told;
  for (coro<int> next : as_completed(std::move(coros))) {
    const outcome<int> o = co_await as_outcome(std::move(next));
    told += o ? std::to_string(o.value()) : describe(o.exception()) + " ";
  }
  EXPECT_EQ(told, "std::runtime_error: no 2");
}

VIRTUAL_TEST(as_completed, throws_timeout_error_from_each_step_past_the_limit) {
  std::vector<task<int>> tasks{create_task(after(3s, 3)), create_task(after(1s, 1)),
                               create_task(after(9s, 9))};
  auto ends = as_completed(tasks, 2s);
  int values = 0, late = 0;
  for (coro<int> next : ends) {
    const outcome<int> o = co_await as_outcome(std::move(next));
    ++(o ? values : late);
  }
  EXPECT_EQ(values, 1);
  EXPECT_EQ(late, 2);
  EXPECT_EQ(virtual_now(), 2s);
  EXPECT_FALSE(tasks[0].done());
  co_await gather(tasks);
}

VIRTUAL_TEST(as_completed, throws_timeout_error_from_next_too) {
  std::vector<task<int>> tasks{create_task(after(3s, 3))};
  auto ends = as_completed(tasks, 2s);
  bool late = false;
  try {
    co_await ends.next();
  } catch (const timeout_error&) {
    late = true;
  }
  EXPECT_TRUE(late);
  task<int> none = co_await ends.next();
  EXPECT_FALSE(none);
  co_await tasks[0];
}

VIRTUAL_TEST(as_completed, takes_what_ends_in_the_turn_of_the_limit_for_late) {
  future<int> f = make_future<int>();
  std::vector<future<int>> one{f};
  auto ends = as_completed(one, 1s);
  get_running_loop().call_later(1s, [f] { f.set_result(1); });
  const outcome<future<int>> o = co_await as_outcome(ends.next());
  EXPECT_FALSE(o);
  EXPECT_TRUE(f.done());
}

VIRTUAL_TEST(as_completed, leaves_its_tasks_running_when_it_is_dropped) {
  int ran = 0;
  auto count = [](int* n) -> coro<> {
    co_await sleep(1s);
    ++*n;
  };
  {
    std::vector<coro<>> coros;
    for (int i = 0; i < 3; ++i) coros.push_back(count(&ran));
    as_completed(std::move(coros), 10s);
  }
  co_await sleep(2s);
  EXPECT_EQ(ran, 3);
}

VIRTUAL_TEST(as_completed, may_be_dropped_in_the_turn_of_an_end) {
  future<int> f = make_future<int>();
  std::vector<future<int>> one{f};
  {
    auto ends = as_completed(one, 1s);
    f.set_result(1);
  }
  co_await sleep(0s);
}

VIRTUAL_TEST(as_completed, serves_those_who_wait_in_order) {
  auto ends = as_completed(three());
  std::string order;
  auto takes = [](completed_sequence<task<int>> all, std::string* out, char name) -> coro<> {
    task<int> t = co_await all.next();
    *out += name + std::to_string(t.result());
  };
  std::vector<task<>> takers;
  for (char name : {'a', 'b', 'c'}) takers.push_back(create_task(takes, ends, &order, name));
  co_await gather(takers);
  EXPECT_EQ(order, "a1b2c3");
}

VIRTUAL_TEST(as_completed, hands_what_a_cancelled_one_was_to_get_to_the_next) {
  future<int> f = make_future<int>();
  std::vector<future<int>> two{f, make_future<int>()};
  auto ends = as_completed(two);
  auto takes = [](completed_sequence<future<int>> all) -> coro<int> {
    future<int> one = co_await all.next();
    co_return one.result();
  };
  task<int> first = create_task(takes, ends);
  task<int> second = create_task(takes, ends);
  co_await sleep(1s);
  f.set_result(1);
  co_await sleep(0s);  // the first one is woken now, and has not run
  first.cancel();
  const int one = co_await second;
  EXPECT_EQ(one, 1);
  EXPECT_TRUE(first.cancelled());
  two[1].set_result(2);
}

VIRTUAL_TEST(as_completed, is_not_disturbed_by_a_cancelled_step) {
  auto ends = as_completed(three());
  bool late = false;
  try {
    co_await wait_for(ends.next(), 500ms);
  } catch (const timeout_error&) {
    late = true;
  }
  EXPECT_TRUE(late);
  task<int> first = co_await ends.next();
  EXPECT_EQ(first.result(), 1);
  task<int> second = co_await ends.next();
  EXPECT_EQ(second.result(), 2);
  task<int> none = co_await ends.next();  // the cancelled step is used up
  EXPECT_FALSE(none);
  co_await sleep(1s);
}

VIRTUAL_TEST(as_completed, moves_results_that_cannot_be_copied) {
  std::vector<coro<std::unique_ptr<int>>> coros;
  coros.push_back(unique_after(2s, 2));
  coros.push_back(unique_after(1s, 1));
  std::string told;
  for (coro<std::unique_ptr<int>> next : as_completed(std::move(coros))) {
    const std::unique_ptr<int> p = co_await std::move(next);
    told += std::to_string(*p);
  }
  EXPECT_EQ(told, "12");
}

VIRTUAL_TEST(as_completed, leaves_results_to_those_who_hold_the_tasks) {
  auto text = []() -> coro<std::string> {
    co_await sleep(1s);
    co_return std::string(100, 'x');
  };
  std::vector<task<std::string>> tasks{create_task(text)};
  for (coro<std::string> next : as_completed(tasks)) {
    const std::string x = co_await std::move(next);
    EXPECT_EQ(x.size(), 100u);
  }
  const std::string again = co_await tasks[0];
  EXPECT_EQ(again.size(), 100u);
}

VIRTUAL_TEST(as_completed, takes_handles_of_any_type) {
  std::vector<any_task> tasks{create_task(after(2s, 1)), create_task(sleep(1s))};
  auto ends = as_completed(tasks);
  any_task first = co_await ends.next();
  EXPECT_TRUE(first == tasks[1]);
  co_await ends.next();
  task<> t = create_task(sleep(1s));
  auto one = as_completed({t});
  task<> same = co_await one.next();
  EXPECT_TRUE(same == t);
}

VIRTUAL_TEST(as_completed, of_a_handle_that_stands_for_nothing_throws) {
  bool thrown = false;
  try {
    as_completed(std::vector<task<int>>(1));
  } catch (const usage_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
  co_return;
}

TEST(as_completed, is_taken_down_with_its_loop) {
  std::vector<completed_sequence<task<int>>> outlives;
  {
    virtual_time bubble;
    bubble.get_loop().set_exception_handler([](const exception_context&) {});
    auto main = [](std::vector<completed_sequence<task<int>>>* out) -> coro<> {
      out->push_back(as_completed(three(), 1h));
      auto takes = [](completed_sequence<task<int>> all) -> coro<> { co_await all.next(); };
      task<> taker = create_task(takes, out->front());
      co_await sleep(500ms);
    };
    event_loop& loop = bubble.get_loop();
    loop.run_until_complete(main(&outlives));
    loop.close();
  }
}
