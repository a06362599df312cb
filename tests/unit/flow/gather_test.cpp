#include <weft/flow/gather.hpp>

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

coro<> nothing() { co_return; }

coro<int> fails_after(duration d, std::string what) {
  co_await sleep(d);
  throw std::runtime_error(what);
}

coro<std::unique_ptr<int>> unique(int value) {
  co_await sleep(1s);
  co_return std::make_unique<int>(value);
}

}  // namespace

VIRTUAL_TEST(gather, gives_results_in_the_order_of_the_arguments) {
  auto [a, b, c] = co_await gather(after(3s, 1), after(1s, 2), nothing());
  EXPECT_EQ(a, 1);
  EXPECT_EQ(b, 2);
  EXPECT_EQ(c, std::monostate());
  EXPECT_EQ(virtual_now(), 3s);
}

VIRTUAL_TEST(gather, of_a_range_gives_a_vector) {
  std::vector<coro<int>> coros;
  for (int i = 0; i < 100; ++i) coros.push_back(after(1s * (100 - i), i));
  const std::vector<int> results = co_await gather(std::move(coros));
  EXPECT_EQ(results.size(), 100u);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(results[static_cast<std::size_t>(i)], i);
  EXPECT_EQ(virtual_now(), 100s);
}

VIRTUAL_TEST(gather, of_nothing_is_done_at_once) {
  const std::vector<int> none = co_await gather(std::vector<coro<int>>());
  EXPECT_TRUE(none.empty());
  co_await gather();
}

VIRTUAL_TEST(gather, throws_the_first_error_when_it_happens_and_the_others_go_on) {
  task<int> slow = create_task(after(3s, 7));
  std::string what;
  try {
    co_await gather(slow, fails_after(1s, "first"), fails_after(2s, "second"));
  } catch (const std::runtime_error& e) {
    what = e.what();
  }
  EXPECT_EQ(what, "first");
  EXPECT_EQ(virtual_now(), 1s);
  const int seven = co_await slow;
  EXPECT_EQ(seven, 7);
  EXPECT_EQ(virtual_now(), 3s);
}

VIRTUAL_TEST(gather, with_return_exceptions_throws_nothing) {
  auto [a, b] = co_await gather(return_exceptions, after(2s, 5), fails_after(1s, "no"));
  EXPECT_EQ(a.value(), 5);
  EXPECT_FALSE(b.has_value());
  EXPECT_EQ(describe(b.exception()), "std::runtime_error: no");
  EXPECT_EQ(virtual_now(), 2s);
}

VIRTUAL_TEST(gather, that_is_cancelled_cancels_its_children) {
  task<int> a = create_task(after(1h, 1));
  task<int> b = create_task(after(1h, 2));
  auto waits = [](task<int> x, task<int> y) -> coro<> { co_await gather(x, y); };
  task<> t = create_task(waits, a, b);
  co_await sleep(1s);
  t.cancel();
  const outcome<void> o = co_await as_outcome(t);
  EXPECT_TRUE(o.cancelled());
  EXPECT_TRUE(a.cancelled());
  EXPECT_TRUE(b.cancelled());
}

VIRTUAL_TEST(gather, takes_a_cancelled_child_for_an_error) {
  task<int> child = create_task(after(1h, 1));
  auto gathered = gather(child, after(2s, 2));
  co_await sleep(1s);
  child.cancel();
  bool cancelled = false;
  try {
    co_await gathered;
  } catch (const cancelled_error&) {
    cancelled = true;
  }
  EXPECT_TRUE(cancelled);
  EXPECT_FALSE(gathered.cancelled());
  co_await sleep(2s);
}

VIRTUAL_TEST(gather, moves_results_that_cannot_be_copied) {
  auto [a, b] = co_await gather(unique(1), unique(2));
  EXPECT_EQ(*a + *b, 3);
  std::vector<coro<std::unique_ptr<int>>> more;
  more.push_back(unique(4));
  auto pointers = co_await gather(std::move(more));
  EXPECT_EQ(*pointers[0], 4);
}

VIRTUAL_TEST(gather, copies_the_result_of_a_task_that_others_hold) {
  auto text = []() -> coro<std::string> { co_return std::string(100, 'x'); };
  task<std::string> t = create_task(text);
  auto [a, b] = co_await gather(t, t);
  const std::string again = co_await t;
  EXPECT_EQ(a, b);
  EXPECT_EQ(again.size(), 100u);
}

VIRTUAL_TEST(gather, that_is_refused_leaves_its_futures_alone) {
  const future<int> pending = make_future<int>();
  const future<int> none;
  EXPECT_THROW(gather(pending, none), usage_error);
  pending.set_result(1);
  co_await sleep(0s);
  EXPECT_EQ(pending.result(), 1);
}

VIRTUAL_TEST(gather, starts_before_it_is_awaited) {
  auto both = gather(after(1s, 1), after(1s, 2));
  co_await sleep(5s);
  EXPECT_TRUE(both.done());
  auto [a, b] = co_await both;
  EXPECT_EQ(a + b, 3);
  EXPECT_EQ(virtual_now(), 5s);
}

VIRTUAL_TEST(gather, of_children_that_are_done_is_done_at_once) {
  task<int> t = create_task(after(1s, 1));
  co_await t;
  auto gathered = gather(t, t);
  EXPECT_TRUE(gathered.done());
  co_await gathered;
}
