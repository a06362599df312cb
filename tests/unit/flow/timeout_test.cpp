#include <weft/flow/timeout.hpp>

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

}  // namespace

VIRTUAL_TEST(with_timeout, gives_the_body_s_result_in_time) {
  const int five = co_await with_timeout(2s, after(1s, 5));
  EXPECT_EQ(five, 5);
  EXPECT_EQ(virtual_now(), 1s);
}

VIRTUAL_TEST(with_timeout, throws_when_the_deadline_has_passed) {
  bool timed_out = false;
  try {
    co_await with_timeout(1s, after(1h, 5));
  } catch (const timeout_error&) {
    timed_out = true;
  }
  EXPECT_TRUE(timed_out);
  EXPECT_EQ(virtual_now(), 1s);
  EXPECT_EQ(current_task().cancelling(), 0u);
}

VIRTUAL_TEST(with_timeout, is_rescheduled_from_inside) {
  const int ten = co_await with_timeout(1s, [&](timeout_scope& scope) -> coro<int> {
    scope.reschedule(5s);
    EXPECT_EQ(scope.when(), time_point(5s));
    co_await sleep(3s);
    EXPECT_FALSE(scope.expired());
    co_return 10;
  });
  EXPECT_EQ(ten, 10);
}

VIRTUAL_TEST(with_timeout, without_a_deadline_waits_for_ever) {
  co_await with_timeout(std::nullopt, [&](timeout_scope& scope) -> coro<> {
    EXPECT_FALSE(scope.when().has_value());
    co_await sleep(1000h);
  });
  EXPECT_EQ(virtual_now(), 1000h);
}

VIRTUAL_TEST(with_timeout, lets_an_outer_cancel_win) {
  auto body = []() -> coro<> { co_await with_timeout(1s, after(1h, 1)); };
  task<> t = create_task(body);
  co_await sleep(500ms);
  t.cancel();
  const outcome<void> o = co_await as_outcome(t);
  EXPECT_TRUE(o.cancelled());
}

VIRTUAL_TEST(with_timeout, nests_and_the_one_that_fired_throws) {
  std::string which;
  try {
    co_await with_timeout(1s, [&](timeout_scope&) -> coro<> {
      try {
        co_await with_timeout(2s, after(1h, 1));
      } catch (const timeout_error&) {
        which += "inner";
      }
    });
  } catch (const timeout_error&) {
    which += "outer";
  }
  EXPECT_EQ(which, "outer");
}

VIRTUAL_TEST(with_timeout, expires_without_an_error_when_the_body_swallows_the_cancel) {
  bool expired = false;
  co_await with_timeout(1s, [&](timeout_scope& scope) -> coro<> {
    const outcome<int> o = co_await as_outcome(after(1h, 1));
    EXPECT_TRUE(o.cancelled());
    expired = scope.expired();
  });
  EXPECT_TRUE(expired);
}

VIRTUAL_TEST(with_timeout, whose_deadline_has_passed_fires_at_the_first_suspension) {
  bool timed_out = false;
  try {
    co_await with_timeout_at(time_point(-1s), after(1s, 1));
  } catch (const timeout_error&) {
    timed_out = true;
  }
  EXPECT_TRUE(timed_out);
  EXPECT_EQ(virtual_now(), 0s);
  const int one = co_await with_timeout_at(time_point(10s), after(1s, 1));
  EXPECT_EQ(one, 1);
}

VIRTUAL_TEST(wait_for, cancels_the_task_and_waits_for_its_end) {
  bool ended = false;
  auto stubborn = [](bool& flag) -> coro<> {
    const outcome<int> o = co_await as_outcome(after(1h, 1));
    co_await sleep(2s);
    flag = true;
    outcome<int> copy = o;
    copy.value();
  };
  task<> t = create_task(stubborn, std::ref(ended));
  bool timed_out = false;
  try {
    co_await wait_for(t, 1s);
  } catch (const timeout_error&) {
    timed_out = true;
  }
  EXPECT_TRUE(timed_out);
  EXPECT_TRUE(ended);
  EXPECT_EQ(virtual_now(), 3s);
}

VIRTUAL_TEST(wait_for, with_no_time_left_gives_what_is_done_already) {
  task<int> t = create_task(after(1s, 9));
  co_await sleep(2s);
  const int nine = co_await wait_for(t, 0s);
  EXPECT_EQ(nine, 9);
  bool timed_out = false;
  try {
    co_await wait_for(after(1s, 1), -1s);
  } catch (const timeout_error&) {
    timed_out = true;
  }
  EXPECT_TRUE(timed_out);
}
