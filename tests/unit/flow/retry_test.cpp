#include <weft/flow/retry.hpp>

#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>
#include <type_traits>
#include <vector>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

namespace {

// What is held beside a `co_await` must be so for g++ 12.
static_assert(std::is_trivially_destructible_v<retry_policy>);

/// Fails this often, then succeeds.
struct service {
  explicit service(int n) : failures(n) {}
  int failures;
  int calls = 0;
  std::vector<duration> times;

  coro<int> ask(std::string name) {
    times.push_back(virtual_now());
    const int call = ++calls;
    co_await sleep(1s);
    if (call <= failures) throw std::runtime_error(name + " " + std::to_string(call));
    co_return call;
  }
};

coro<int> ask(service* s, std::string name) { return s->ask(std::move(name)); }

retry_policy exact() { return retry_policy().jitter(0).delays(1s, 4s); }

template <class T>
coro<std::string> told(coro<T> c) {
  const outcome<T> o = co_await as_outcome(std::move(c));
  if constexpr (std::is_void_v<T>) {
    co_return o ? "done" : describe(o.exception());
  } else {
    co_return o ? std::to_string(o.value()) : describe(o.exception());
  }
}

}  // namespace

VIRTUAL_TEST(retry, that_succeeds_at_once_costs_no_time) {
  service s(0);
  const int calls = co_await retry(exact(), ask, &s, "x");
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(virtual_now(), 1s);
}

VIRTUAL_TEST(retry, waits_longer_each_time_up_to_the_longest) {
  service s(5);
  const int calls = co_await retry(exact().attempts(9), ask, &s, "x");
  EXPECT_EQ(calls, 6);
  EXPECT_EQ(s.times, (std::vector<duration>{0s, 2s, 5s, 10s, 15s, 20s}));
}

VIRTUAL_TEST(retry, throws_the_last_error_and_reports_the_earlier_ones) {
  service s(9);
  const std::string what = co_await told(retry(exact(), ask, &s, "no"));
  EXPECT_EQ(what, "std::runtime_error: no 3");
  EXPECT_EQ(s.calls, 3);
  const std::vector<std::string> reports = test::take_reports();
  EXPECT_EQ(reports, (std::vector<std::string>{
                         "attempt 1 of 3 failed, and so did the last | std::runtime_error: no 1",
                         "attempt 2 of 3 failed, and so did the last | std::runtime_error: no 2"}));
}

VIRTUAL_TEST(retry, puts_all_errors_into_a_log) {
  service s(9);
  retry_log log;
  co_await told(retry(exact().log(log), ask, &s, "no"));
  std::string errors;
  for (const std::exception_ptr& one : log.errors) errors += describe(one) + "; ";
  EXPECT_EQ(errors,
            "std::runtime_error: no 1; std::runtime_error: no 2; std::runtime_error: no 3; ");
  s = service(1);
  co_await told(retry(exact().log(log), ask, &s, "no"));
  EXPECT_EQ(log.errors.size(), 1u);
}

VIRTUAL_TEST(retry, tries_again_only_after_errors_of_the_given_types) {
  service s(9);
  const retry_policy policy = exact().on<std::system_error, std::logic_error>();
  const std::string what = co_await told(retry(policy, ask, &s, "no"));
  EXPECT_EQ(what, "std::runtime_error: no 1");
  EXPECT_EQ(s.calls, 1);
  s = service(2);
  const std::string again =
      co_await told(retry(exact().on<std::system_error, std::runtime_error>(), ask, &s, "no"));
  EXPECT_EQ(again, "3");
}

VIRTUAL_TEST(retry, asks_a_test_of_ones_own) {
  service s(9);
  const auto first_only = [](const std::exception_ptr& error) {
    return describe(error).ends_with("1");
  };
  const std::string what = co_await told(retry(exact().when(first_only), ask, &s, "no"));
  EXPECT_EQ(what, "std::runtime_error: no 2");
  EXPECT_EQ(test::take_reports().size(), 1u);
}

VIRTUAL_TEST(retry, begins_no_attempt_after_its_limit) {
  service s(99);
  retry_log log;
  const retry_policy policy = exact().attempts_without_end().within(9s).log(log);
  co_await told(retry(policy, ask, &s, "no"));
  EXPECT_EQ(s.times, (std::vector<duration>{0s, 2s, 5s}));  // the next would be at 10s
  EXPECT_EQ(virtual_now(), 6s);                             // and is not waited for
}

VIRTUAL_TEST(retry, cuts_delays_by_the_same_random_parts_for_one_seed) {
  std::vector<std::vector<duration>> runs;
  for (int seed : {1, 1, 2}) {
    service s(3);
    const duration start = virtual_now();
    const retry_policy policy =
        retry_policy().delays(8s, 8s).jitter(0.25).attempts(4).seed(static_cast<unsigned>(seed));
    co_await retry(policy, ask, &s, "x");
    for (duration& t : s.times) t -= start;
    runs.push_back(s.times);
  }
  EXPECT_EQ(runs[0], runs[1]);
  EXPECT_NE(runs[0], runs[2]);
  for (const std::vector<duration>& times : runs) {
    for (std::size_t i = 1; i < times.size(); ++i) {
      const duration waited = times[i] - times[i - 1] - 1s;
      EXPECT_GT(waited, 6s - 1ms);
      EXPECT_LE(waited, 8s);
    }
  }
}

VIRTUAL_TEST(retry, without_a_seed_differs_from_task_to_task) {
  std::vector<service> services(3, service(1));
  std::vector<task<int>> tasks;
  for (service& s : services) tasks.push_back(create_task(retry(retry_policy(), ask, &s, "x")));
  co_await gather(tasks);
  EXPECT_NE(services[0].times[1], services[1].times[1]);
  EXPECT_NE(services[1].times[1], services[2].times[1]);
}

VIRTUAL_TEST(retry, is_ended_by_a_cancel_in_an_attempt_and_between_two) {
  service s(9);
  task<int> in_attempt = create_task(retry(exact(), ask, &s, "x"));
  co_await sleep(500ms);
  in_attempt.cancel();
  co_await gather(return_exceptions, in_attempt);
  EXPECT_TRUE(in_attempt.cancelled());
  EXPECT_EQ(s.calls, 1);
  task<int> between = create_task(retry(exact(), ask, &s, "x"));
  co_await sleep(1500ms);
  EXPECT_EQ(between.waiting_on(), "sleep");
  between.cancel();
  co_await gather(return_exceptions, between);
  EXPECT_TRUE(between.cancelled());
  EXPECT_EQ(s.calls, 2);
}

VIRTUAL_TEST(retry, does_not_try_again_what_was_cancelled_elsewhere) {
  int calls = 0;
  auto awaits_cancelled = [](int* n) -> coro<> {
    ++*n;
    future<> f = make_future<>();
    f.cancel();
    co_await f;
  };
  const outcome<void> o = co_await as_outcome(retry(exact(), awaits_cancelled, &calls));
  EXPECT_TRUE(o.cancelled());
  EXPECT_EQ(calls, 1);
}

VIRTUAL_TEST(retry, keeps_its_callable_and_arguments) {
  int calls = 0;
  auto second_time = [](std::shared_ptr<int> n, const std::string& text) -> coro<std::string> {
    co_await sleep(1s);
    if (++*n == 1) throw std::runtime_error("once");
    co_return text;
  };
  coro<std::string> r =
      retry(exact(), second_time, std::make_shared<int>(calls), std::string(100, 'x'));
  const std::string text = co_await std::move(r);
  EXPECT_EQ(text.size(), 100u);
}

VIRTUAL_TEST(retry, calls_functions_that_give_other_awaitables) {
  queue<int> q;
  q.put_nowait(1);
  const int one = co_await retry(exact(), &queue<int>::get, &q);
  EXPECT_EQ(one, 1);
}

VIRTUAL_TEST(retry, takes_what_the_call_itself_throws_for_the_attempts_error) {
  int calls = 0;
  auto refuses = [](int* n) -> coro<int> {
    if (++*n < 3) throw std::runtime_error("refused");
    return []() -> coro<int> { co_return 7; }();
  };
  const int seven = co_await retry(exact(), refuses, &calls);
  EXPECT_EQ(seven, 7);
}

VIRTUAL_TEST(retry, has_a_limit_for_each_attempt_by_wait_for) {
  int calls = 0;
  auto hangs_once = [](int* n) -> coro<int> {
    if (++*n == 1) co_await sleep(1h);
    co_return 1;
  };
  auto limited = [&](int* n) { return wait_for(hangs_once(n), 2s); };
  const int one = co_await retry(exact().on<timeout_error>(), limited, &calls);
  EXPECT_EQ(one, 1);
  EXPECT_EQ(virtual_now(), 3s);
}

TEST(retry_policy, refuses_what_makes_no_sense) {
  EXPECT_THROW(retry_policy().attempts(0), value_error);
  EXPECT_THROW(retry_policy().delays(-1s, 1s), value_error);
  EXPECT_THROW(retry_policy().delays(1s, 2s, 0.5), value_error);
  EXPECT_THROW(retry_policy().jitter(1.5), value_error);
  EXPECT_THROW(retry_policy().jitter(-0.1), value_error);
}
