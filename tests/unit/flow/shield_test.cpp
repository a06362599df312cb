#include <weft/flow/shield.hpp>

#include <memory>
#include <stdexcept>
#include <string>

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
  throw std::runtime_error("late");
}

coro<std::unique_ptr<int>> unique(int value) {
  co_await sleep(1s);
  co_return std::make_unique<int>(value);
}

coro<> awaits_shield(task<int> inner) { co_await shield(inner); }

}  // namespace

VIRTUAL_TEST(shield, gives_what_the_inner_one_gives) {
  const int one = co_await shield(after(1s, 1));
  EXPECT_EQ(one, 1);
  EXPECT_EQ(virtual_now(), 1s);
  std::string what;
  try {
    co_await shield(fails_after(1s));
  } catch (const std::runtime_error& e) {
    what = e.what();
  }
  EXPECT_EQ(what, "late");
  co_await shield(sleep(1s));
  EXPECT_EQ(virtual_now(), 3s);
}

VIRTUAL_TEST(shield, of_what_is_done_is_that_itself) {
  task<int> t = create_task(after(1s, 1));
  co_await t;
  future<int> same = shield(t);
  EXPECT_TRUE(same == t);
  future<int> f = make_future<int>();
  future<int> other = shield(f);
  EXPECT_FALSE(other == f);
  f.set_result(2);
  EXPECT_FALSE(other.done());
  co_await sleep(0s);
  EXPECT_TRUE(other.done());
  EXPECT_EQ(other.result(), 2);
}

VIRTUAL_TEST(shield, that_is_cancelled_leaves_the_inner_one_running) {
  task<int> inner = create_task(after(3s, 5));
  future<int> outer = shield(inner);
  co_await sleep(1s);
  EXPECT_TRUE(outer.cancel("for this one"));
  EXPECT_FALSE(outer.cancel());
  EXPECT_TRUE(outer.cancelled());
  std::string message;
  try {
    co_await outer;
  } catch (const cancelled_error& e) {
    message = e.message();
  }
  EXPECT_EQ(message, "for this one");
  const int five = co_await inner;
  EXPECT_EQ(five, 5);
  EXPECT_EQ(inner.cancelling(), 0u);
}

VIRTUAL_TEST(shield, of_a_coro_runs_it_though_the_future_is_dropped) {
  int ran = 0;
  auto count = [](int* n) -> coro<> {
    co_await sleep(1s);
    ++*n;
  };
  shield(count(&ran));
  co_await sleep(2s);
  EXPECT_EQ(ran, 1);
}

VIRTUAL_TEST(shield, moves_results_that_cannot_be_copied) {
  const std::unique_ptr<int> three = co_await shield(unique(3));
  EXPECT_EQ(*three, 3);
}

VIRTUAL_TEST(shield, leaves_a_result_to_those_who_hold_the_inner_one) {
  auto text = []() -> coro<std::string> {
    co_await sleep(1s);
    co_return std::string(100, 'x');
  };
  task<std::string> inner = create_task(text);
  const std::string a = co_await shield(inner);
  const std::string b = co_await inner;
  EXPECT_EQ(a, b);
  EXPECT_EQ(b.size(), 100u);
}

VIRTUAL_TEST(shield, passes_references_and_void_on) {
  static int place = 1;
  auto reference = []() -> coro<int&> {
    co_await sleep(1s);
    co_return place;
  };
  int& same = co_await shield(reference());
  EXPECT_EQ(&same, &place);
  auto nothing = []() -> coro<> { co_await sleep(1s); };
  co_await shield(nothing());
}

VIRTUAL_TEST(shield, tells_the_handler_of_a_late_error_once) {
  task<int> inner = create_task(fails_after(2s));
  task<> a = create_task(awaits_shield(inner));
  task<> b = create_task(awaits_shield(inner));
  co_await sleep(1s);
  a.cancel();
  co_await sleep(0s);
  b.cancel();
  co_await gather(return_exceptions, a);
  co_await gather(return_exceptions, b);
  co_await sleep(2s);
  const std::vector<std::string> reports = test::take_reports();
  EXPECT_EQ(reports.size(), 1u);
  if (!reports.empty()) {
    EXPECT_EQ(reports[0],
              "exception in shielded task '" + inner.get_name() + "' | std::runtime_error: late");
  }
}

VIRTUAL_TEST(shield, reports_no_late_value_and_no_late_cancel) {
  task<int> ends = create_task(after(2s, 1));
  task<int> cancelled = create_task(after(9s, 1));
  future<int> a = shield(ends);
  future<int> b = shield(cancelled);
  co_await sleep(1s);
  a.cancel();
  b.cancel();
  co_await sleep(2s);
  cancelled.cancel();
  co_await gather(return_exceptions, cancelled);
  EXPECT_TRUE(test::take_reports().empty());
}

VIRTUAL_TEST(shield, that_nobody_awaits_leaves_an_error_unread) {
  {
    future<int> outer = shield(fails_after(1s));
    co_await sleep(2s);
    EXPECT_TRUE(outer.done());
  }
  const std::vector<std::string> reports = test::take_reports();
  EXPECT_EQ(reports.size(), 1u);
  if (!reports.empty()) {
    EXPECT_NE(reports[0].find("never retrieved"), std::string::npos);
  }
}

VIRTUAL_TEST(shield, of_a_future_that_nobody_sets_goes_with_its_handles) {
  auto inner = std::make_unique<future<std::shared_ptr<int>>>(make_future<std::shared_ptr<int>>());
  future<std::shared_ptr<int>> outer = shield(*inner);
  inner.reset();
  EXPECT_FALSE(outer.done());
  outer.cancel();
  co_await sleep(0s);
  outer = {};
  co_await sleep(0s);
}

VIRTUAL_TEST(shield, that_is_dropped_lets_the_inner_one_end) {
  future<int> inner = make_future<int>();
  shield(inner);
  future<int> in_the_turn_of_its_end = shield(inner);
  inner.set_result(1);
  in_the_turn_of_its_end = {};
  co_await sleep(0s);
  EXPECT_EQ(inner.result(), 1);
}

VIRTUAL_TEST(shield, whose_inner_value_was_taken_throws) {
  future<std::unique_ptr<int>> inner = make_future<std::unique_ptr<int>>();
  future<std::unique_ptr<int>> outer = shield(inner);
  inner.set_result(std::make_unique<int>(1));
  const std::unique_ptr<int> taken = std::move(inner).result();
  bool thrown = false;
  try {
    co_await std::move(outer);
  } catch (const invalid_state_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
}

VIRTUAL_TEST(shield, of_nothing_throws) {
  bool thrown = false;
  try {
    shield(future<int>());
  } catch (const usage_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
  co_return;
}

VIRTUAL_TEST(shield, of_a_shield_keeps_both_inner_ones) {
  task<int> inner = create_task(after(2s, 1));
  future<int> middle = shield(inner);
  future<int> outer = shield(middle);
  outer.cancel();
  const int one = co_await middle;
  EXPECT_EQ(one, 1);
}

TEST(shield, is_taken_down_with_its_loop) {
  future<int> outlives;
  {
    virtual_time bubble;
    bubble.get_loop().set_exception_handler([](const exception_context&) {});
    auto main = [](future<int>* out) -> coro<> {
      task<int> slow = create_task(after(1h, 1));
      *out = shield(slow);
      future<int> cancelled = shield(slow);
      task<> waiter = create_task(awaits_shield(slow));
      co_await sleep(1s);
      cancelled.cancel();
    };
    event_loop& loop = bubble.get_loop();
    loop.run_until_complete(main(&outlives));
    loop.close();
  }
  EXPECT_FALSE(outlives.done());
}
