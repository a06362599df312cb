#include <weft/flow/race.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <variant>
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

coro<int> fails_after(duration d, const char* what) {
  co_await sleep(d);
  throw std::runtime_error(what);
}

/// Needs `clean_up` to end after a cancel.
coro<int> slow_to_end(duration clean_up, int* ended) {
  const outcome<void> slept = co_await as_outcome(sleep(1h));
  EXPECT_TRUE(slept.cancelled());
  co_await sleep(clean_up);
  ++*ended;
  throw cancelled_error();
}

coro<int> fails_when_cancelled() {
  const outcome<void> slept = co_await as_outcome(sleep(1h));
  EXPECT_TRUE(slept.cancelled());
  throw std::runtime_error("in the clean-up");
}

coro<std::unique_ptr<int>> unique_after(duration d, int value) {
  co_await sleep(d);
  co_return std::make_unique<int>(value);
}

template <class T>
coro<std::string> told(coro<T> c) {
  const outcome<T> o = co_await as_outcome(std::move(c));
  co_return o ? std::to_string(o.value()) : describe(o.exception());
}

}  // namespace

VIRTUAL_TEST(race, gives_the_first_result_and_cancels_the_others) {
  task<int> slow = create_task(after(3s, 3));
  const int first = co_await race(after(2s, 2), after(1s, 1), slow);
  EXPECT_EQ(first, 1);
  EXPECT_EQ(virtual_now(), 1s);
  EXPECT_TRUE(slow.cancelled());
}

VIRTUAL_TEST(race, of_several_types_gives_a_variant_that_says_who_won) {
  event stop;
  get_running_loop().call_later(2s, [&] { stop.set(); });
  auto first = co_await race(after(3s, 1), stop.wait());
  EXPECT_EQ(first.index(), 1u);
  auto again = co_await race(after(1s, 7), sleep(2s), make_future<std::string>());
  EXPECT_EQ(std::get<0>(again), 7);
  EXPECT_EQ(virtual_now(), 3s);
}

VIRTUAL_TEST(race, of_a_range_gives_the_first_result) {
  std::vector<coro<int>> coros;
  for (int n : {3, 1, 2}) coros.push_back(after(1s * n, n));
  const int first = co_await race(std::move(coros));
  EXPECT_EQ(first, 1);
  std::vector<task<int>> tasks{create_task(after(2s, 2)), create_task(after(1s, 1))};
  const int again = co_await race(tasks);
  EXPECT_EQ(again, 1);
  EXPECT_TRUE(tasks[0].cancelled());
}

VIRTUAL_TEST(race, of_void_gives_nothing) {
  co_await race(sleep(2s), sleep(1s));
  EXPECT_EQ(virtual_now(), 1s);
}

VIRTUAL_TEST(race, throws_the_error_of_the_first_that_ends) {
  const std::string what = co_await told(race(after(2s, 2), fails_after(1s, "first")));
  EXPECT_EQ(what, "std::runtime_error: first");
  EXPECT_EQ(virtual_now(), 1s);
}

VIRTUAL_TEST(race, for_the_first_success_passes_errors_over) {
  const std::string what =
      co_await told(race(first_success, fails_after(1s, "early"), after(2s, 2), after(3s, 3)));
  EXPECT_EQ(what, "2");
  EXPECT_EQ(virtual_now(), 2s);
  const std::vector<std::string> reports = test::take_reports();  // of what nobody has asked for
  EXPECT_EQ(reports.size(), 1u);
  if (!reports.empty()) {
    EXPECT_NE(reports[0].find("early"), std::string::npos);
  }
}

VIRTUAL_TEST(race, for_the_first_success_throws_all_errors_when_nobody_succeeds) {
  std::vector<coro<int>> coros;
  coros.push_back(fails_after(2s, "b"));
  coros.push_back(fails_after(1s, "a"));
  const std::string what = co_await told(race(first_success, std::move(coros)));
  EXPECT_EQ(what, "nobody has won the race (std::runtime_error: a; std::runtime_error: b)");
}

VIRTUAL_TEST(race, returns_when_the_losers_have_ended) {
  int ended = 0;
  const int first = co_await race(slow_to_end(5s, &ended), after(1s, 1), slow_to_end(2s, &ended));
  EXPECT_EQ(first, 1);
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(virtual_now(), 6s);
}

VIRTUAL_TEST(race, that_is_cancelled_cancels_all_and_waits_for_them) {
  int ended = 0;
  task<int> t = create_task(race(slow_to_end(5s, &ended), slow_to_end(2s, &ended)));
  co_await sleep(1s);
  t.cancel("enough");
  std::string message;
  try {
    co_await t;
  } catch (const cancelled_error& e) {
    message = e.message();
  }
  EXPECT_EQ(message, "enough");
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(virtual_now(), 6s);
}

VIRTUAL_TEST(race, that_is_cancelled_while_its_losers_end_lets_them_end) {
  int ended = 0;
  task<int> t = create_task(race(after(1s, 1), slow_to_end(5s, &ended)));
  co_await sleep(3s);
  t.cancel();
  co_await gather(return_exceptions, t);
  EXPECT_TRUE(t.cancelled());
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(virtual_now(), 6s);
}

VIRTUAL_TEST(race, reports_the_error_of_a_loser) {
  const int first = co_await race(after(1s, 1), fails_when_cancelled());
  EXPECT_EQ(first, 1);
  const std::vector<std::string> reports = test::take_reports();
  EXPECT_EQ(reports.size(), 1u);
  if (!reports.empty()) {
    EXPECT_NE(reports[0].find("in the clean-up"), std::string::npos);
  }
}

VIRTUAL_TEST(race, leaves_the_error_of_a_loser_to_who_asks_for_it) {
  task<int> loser = create_task(fails_when_cancelled());
  co_await race(after(1s, 1), loser);
  EXPECT_EQ(describe(loser.exception()), "std::runtime_error: in the clean-up");
}

VIRTUAL_TEST(race, is_won_by_who_ended_first_within_a_turn) {
  future<int> a = make_future<int>();
  future<int> b = make_future<int>();
  get_running_loop().call_later(1s, [a, b] {
    b.set_result(2);
    a.set_result(1);
  });
  const int first = co_await race(a, b);
  EXPECT_EQ(first, 2);
}

VIRTUAL_TEST(race, is_won_by_what_was_done_before) {
  task<int> done = create_task(after(0s, 5));
  co_await done;
  const int first = co_await race(after(1s, 1), done);
  EXPECT_EQ(first, 5);
  EXPECT_EQ(virtual_now(), 0s);
  const int still_there = co_await done;
  EXPECT_EQ(still_there, 5);
}

VIRTUAL_TEST(race, that_a_cancelled_contestant_ends_throws_its_cancel) {
  task<int> t = create_task(after(1h, 1));
  get_running_loop().call_later(1s, [t] { t.cancel(); });
  const outcome<int> o = co_await as_outcome(race(t, after(2h, 2)));
  EXPECT_TRUE(o.cancelled());
  EXPECT_EQ(current_task().cancelling(), 0u);
}

VIRTUAL_TEST(race, moves_results_that_cannot_be_copied) {
  const std::unique_ptr<int> one = co_await race(unique_after(2s, 2), unique_after(1s, 1));
  EXPECT_EQ(*one, 1);
  auto either = co_await race(unique_after(1s, 3), sleep(2s));
  EXPECT_EQ(*std::get<0>(either), 3);
}

VIRTUAL_TEST(race, of_one_is_that_one) {
  const int one = co_await race(after(1s, 1));
  EXPECT_EQ(one, 1);
}

VIRTUAL_TEST(race, may_be_given_the_same_task_twice) {
  task<int> t = create_task(after(1s, 1));
  const int one = co_await race(t, t);
  EXPECT_EQ(one, 1);
}

VIRTUAL_TEST(race, of_nothing_or_of_an_empty_handle_is_refused) {
  const std::string none = co_await told(race(std::vector<task<int>>()));
  EXPECT_EQ(none.rfind("weft::value_error", 0), 0u);
  const std::string empty = co_await told(race(after(1s, 1), task<int>()));
  EXPECT_EQ(empty.rfind("weft::usage_error", 0), 0u);
  const std::vector<std::string> reports = test::take_reports();
  EXPECT_EQ(reports.size(), 1u);  // the coro that never ran
}

VIRTUAL_TEST(race, has_a_timeout_like_everything_else) {
  int ended = 0;
  bool late = false;
  try {
    co_await wait_for(race(after(1h, 1), slow_to_end(2s, &ended)), 1s);
  } catch (const timeout_error&) {
    late = true;
  }
  EXPECT_TRUE(late);
  EXPECT_EQ(ended, 1);
  EXPECT_EQ(virtual_now(), 3s);
}
