#include <weft/flow/wait.hpp>

#include <memory>
#include <optional>
#include <set>
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

coro<> fails_after(duration d) {
  co_await sleep(d);
  throw std::runtime_error("no");
}

coro<std::unique_ptr<int>> unique_after(duration d, int value) {
  co_await sleep(d);
  co_return std::make_unique<int>(value);
}

/// Waits, and says how that ended.
coro<std::string> waited(std::vector<task<int>> tasks) {
  auto [done, pending] = co_await wait(tasks);
  co_return std::to_string(done.size()) + " done, " + std::to_string(pending.size()) + " pending";
}

}  // namespace

VIRTUAL_TEST(wait, gives_both_parts_in_the_order_of_the_arguments) {
  std::vector<task<int>> tasks;
  for (int i = 0; i < 6; ++i) tasks.push_back(create_task(after(1s * (6 - i), i)));
  auto [done, pending] = co_await wait(tasks, 3s + 1ms);
  EXPECT_EQ(done, (std::vector<task<int>>{tasks[3], tasks[4], tasks[5]}));
  EXPECT_EQ(pending, (std::vector<task<int>>{tasks[0], tasks[1], tasks[2]}));
  EXPECT_EQ(virtual_now(), 3s + 1ms);
  co_await wait(pending);
}

VIRTUAL_TEST(wait, takes_tasks_and_futures_of_several_types) {
  task<int> number = create_task(after(1s, 1));
  task<> failing = create_task(fails_after(2s));
  future<std::string> text = make_future<std::string>();
  get_running_loop().call_later(3s, [text] { text.set_result("x"); });
  std::vector<any_future> all{number, failing, text};
  auto by_list = co_await wait(all);
  EXPECT_EQ(by_list.done.size(), 3u);
  EXPECT_EQ(virtual_now(), 3s);
  EXPECT_NE(failing.exception(), nullptr);
  std::vector<any_task> tasks{number, failing};
  auto [done, pending] = co_await wait(tasks);
  EXPECT_EQ(done[0].get_name(), number.get_name());
}

VIRTUAL_TEST(wait, takes_a_list_of_handles) {
  task<int> a = create_task(after(1s, 1));
  task<int> b = create_task(after(2s, 2));
  task<> c = create_task(sleep(3s));
  auto one_type = wait({a, b}, return_when::first_completed);
  auto first = co_await std::move(one_type);
  EXPECT_EQ(first.done, std::vector<task<int>>{a});
  auto types = wait({a, c}, 5s);
  auto all = co_await std::move(types);
  EXPECT_EQ(all.done.size(), 2u);
  EXPECT_TRUE(all.done[1] == c);
  co_await b;
}

VIRTUAL_TEST(wait, counts_what_is_given_twice_once) {
  task<int> t = create_task(after(1s, 1));
  future<int> same = t;
  std::vector<any_future> twice{t, same, t};
  auto [done, pending] = co_await wait(twice);
  EXPECT_EQ(done.size(), 1u);
  EXPECT_EQ(pending.size(), 0u);
}

VIRTUAL_TEST(wait, throws_value_error_for_nothing_and_only_when_awaited) {
  auto nothing = wait(std::vector<any_task>());
  bool thrown = false;
  try {
    co_await std::move(nothing);
  } catch (const value_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
}

VIRTUAL_TEST(wait, throws_usage_error_for_a_handle_that_stands_for_nothing) {
  std::vector<any_task> empty(1);
  bool thrown = false;
  try {
    co_await wait(empty);
  } catch (const usage_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
}

VIRTUAL_TEST(wait, of_tasks_that_are_done_takes_two_turns) {
  task<int> t = create_task(after(0s, 1));
  co_await t;
  int turns = 0;
  auto count = [](int* n) -> coro<> {
    for (;;) {
      co_await sleep(0s);
      ++*n;
    }
  };
  task<> counter = create_task(count, &turns);
  co_await sleep(0s);
  const int before = turns;
  std::vector<any_task> tasks{t};
  co_await wait(tasks);
  EXPECT_EQ(turns - before, 2);
  counter.cancel();
  co_await gather(return_exceptions, counter);
}

VIRTUAL_TEST(wait, with_no_time_left_still_sees_what_is_done) {
  task<int> a = create_task(after(0s, 1));
  task<int> b = create_task(after(1s, 2));
  co_await a;
  std::vector<any_task> tasks{a, b};
  auto [done, pending] = co_await wait(tasks, 0s);
  EXPECT_EQ(done, std::vector<any_task>{a});
  EXPECT_EQ(virtual_now(), 0s);
  auto late = co_await wait(tasks, -1s);
  EXPECT_EQ(late.pending, std::vector<any_task>{b});
  co_await b;
}

VIRTUAL_TEST(wait, takes_an_optional_limit) {
  std::optional<duration> limit;
  std::vector<any_task> tasks{create_task(after(5s, 1))};
  co_await wait(tasks, limit);
  EXPECT_EQ(virtual_now(), 5s);
  co_await wait(tasks, std::nullopt, return_when::first_completed);
  limit = 1s;
  tasks = {create_task(after(5s, 1))};
  auto [done, pending] = co_await wait(tasks, limit);
  EXPECT_EQ(virtual_now(), 6s);
  co_await wait(pending);
}

VIRTUAL_TEST(wait, until_the_first_exception_counts_it_as_read) {
  std::vector<any_task> tasks{create_task(fails_after(1s)), create_task(after(2s, 1))};
  auto [done, pending] = co_await wait(tasks, return_when::first_exception);
  EXPECT_EQ(done.size(), 1u);
  EXPECT_EQ(virtual_now(), 1s);
  tasks.clear();
  done.clear();  // with it goes the task, and nothing is reported
  co_await wait(pending);
}

VIRTUAL_TEST(wait, leaves_errors_to_who_asks_for_them) {
  {
    std::vector<any_task> tasks{create_task(fails_after(1s))};
    co_await wait(tasks);
  }
  const std::vector<std::string> reports = test::take_reports();
  EXPECT_EQ(reports.size(), 1u);
}

VIRTUAL_TEST(wait, that_is_cancelled_cancels_none_of_its_tasks) {
  std::vector<task<int>> tasks{create_task(after(2s, 1)), create_task(after(3s, 2))};
  task<std::string> waiter = create_task(waited(tasks));
  co_await sleep(1s);
  EXPECT_EQ(waiter.waiting_on(), "wait");
  waiter.cancel("enough");
  const outcome<std::string> o = co_await as_outcome(waiter);
  EXPECT_TRUE(o.cancelled());
  EXPECT_EQ(virtual_now(), 1s);
  const int sum = co_await tasks[0] + co_await tasks[1];
  EXPECT_EQ(sum, 3);
  EXPECT_EQ(virtual_now(), 3s);
}

VIRTUAL_TEST(wait, that_is_cancelled_in_the_turn_of_its_end_is_cancelled) {
  future<int> f = make_future<int>();
  auto waits = [](future<int> x) -> coro<std::size_t> {
    std::vector<any_future> one{x};
    auto [done, pending] = co_await wait(one);
    co_return done.size();
  };
  task<std::size_t> waiter = create_task(waits, f);
  co_await sleep(1s);
  f.set_result(1);
  co_await sleep(0s);  // the wait has ended now, its task has not run
  waiter.cancel();
  const outcome<std::size_t> o = co_await as_outcome(waiter);
  EXPECT_TRUE(o.cancelled());
}

VIRTUAL_TEST(wait, keeps_the_result_when_its_task_is_done_before_the_cancel_comes) {
  future<int> f = make_future<int>();
  auto waits = [](future<int> x) -> coro<std::size_t> {
    std::vector<any_future> one{x};
    auto [done, pending] = co_await wait(one);
    co_return done.size();
  };
  task<std::size_t> waiter = create_task(waits, f);
  co_await sleep(1s);
  f.set_result(1);
  co_await sleep(0s);
  co_await sleep(0s);
  EXPECT_FALSE(waiter.cancel());
  const std::size_t done = co_await waiter;
  EXPECT_EQ(done, 1u);
}

VIRTUAL_TEST(wait, sees_all_that_ended_before_its_task_ran) {
  std::vector<future<int>> futures;
  for (int i = 0; i < 4; ++i) futures.push_back(make_future<int>());
  get_running_loop().call_later(1s, [futures] {
    futures[1].set_result(1);
    get_running_loop().call_soon([futures] { futures[3].set_result(3); });
  });
  auto [done, pending] = co_await wait(futures, return_when::first_completed);
  EXPECT_EQ(done, (std::vector<future<int>>{futures[1], futures[3]}));
}

VIRTUAL_TEST(wait, at_a_tie_with_its_limit_has_what_ended_in_that_turn) {
  std::vector<future<int>> one{make_future<int>()};
  get_running_loop().call_later(1s, [f = one[0]] { f.set_result(1); });
  auto [done, pending] = co_await wait(one, 1s);
  EXPECT_EQ(done.size(), 1u);
  EXPECT_EQ(virtual_now(), 1s);
}

VIRTUAL_TEST(wait, keeps_its_futures_alive) {
  std::size_t done = 0;
  auto waits = [](std::size_t* n) -> coro<> {
    auto forgotten = wait(std::vector<future<int>>{make_future<int>()}, 1s);
    auto result = co_await std::move(forgotten);
    *n = result.pending.size();
  };
  co_await create_task(waits, &done);
  EXPECT_EQ(done, 1u);
}

VIRTUAL_TEST(wait, leaves_move_only_results_where_they_are) {
  std::vector<task<std::unique_ptr<int>>> tasks;
  tasks.push_back(create_task(unique_after(1s, 7)));
  auto [done, pending] = co_await wait(tasks);
  const std::unique_ptr<int> seven = co_await std::move(done[0]);
  EXPECT_EQ(*seven, 7);
}

VIRTUAL_TEST(wait, that_many_wait_on_one_task_wakes_them_in_order) {
  task<int> t = create_task(after(1s, 1));
  std::string order;
  auto waits = [](task<int> x, std::string* out, char name) -> coro<> {
    std::vector<any_task> one{x};
    co_await wait(one);
    *out += name;
  };
  std::vector<any_task> waiters;
  for (char name : {'a', 'b', 'c'}) waiters.push_back(create_task(waits, t, &order, name));
  co_await wait(waiters);
  EXPECT_EQ(order, "abc");
}

VIRTUAL_TEST(wait, that_is_not_awaited_does_nothing) {
  std::vector<any_task> one{create_task(after(1s, 1))};
  auto unused = wait(one);
  co_await wait(one);
}

VIRTUAL_TEST(wait, can_be_a_task_and_have_a_timeout) {
  std::vector<task<int>> tasks{create_task(after(5s, 1))};
  auto whole = create_task(wait(tasks));
  bool late = false;
  try {
    co_await wait_for(wait(tasks), 1s);
  } catch (const timeout_error&) {
    late = true;
  }
  EXPECT_TRUE(late);
  auto [done, pending] = co_await whole;
  EXPECT_EQ(done.size(), 1u);
}

TEST(wait, is_taken_down_with_its_loop) {
  future<int> outlives;
  {
    virtual_time bubble;
    bubble.get_loop().set_exception_handler([](const exception_context&) {});
    auto main = [](future<int>* out) -> coro<> {
      *out = make_future<int>();
      auto waits = [](future<int> f, task<int> t) -> coro<> {
        std::vector<any_future> both{f, t};
        co_await wait(both, 1h);
      };
      task<int> slow = create_task(after(1h, 1));
      task<> waiter = create_task(waits, *out, slow);
      co_await sleep(1s);
    };
    event_loop& loop = bubble.get_loop();
    loop.run_until_complete(main(&outlives));
    loop.close();
  }
  EXPECT_FALSE(outlives.done());
}
