// Cancellation of tasks: when, where, and who sees it.
#include <weft/core/async_generator.hpp>

#include <algorithm>
#include <map>

#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("cancellation/during-sleep") {
  task<> made = create_task(work("t", 10s));
  co_await sleep(1s);
  made.cancel();
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("cancellation/cancel-a-cancelled-task") {
  task<> made = create_task(work("t", 5s));
  co_await sleep(1s);
  say(made.cancel());
  co_await attempt(made);
  say(made.cancel(), made.cancelled());
}

SCENARIO("cancellation/finally-runs") {
  auto inner = []() -> coro<> {
    finally at_end([] { say("inner finally"); });
    co_await sleep(10s);
  };
  auto outer = [&]() -> coro<> {
    finally at_end([] { say("outer finally"); });
    co_await inner();
  };

  task<> made = create_task(outer());
  co_await sleep(1s);
  made.cancel();
  say(co_await attempt(made));
}

SCENARIO("cancellation/finally-may-await") {
  auto child = []() -> coro<> {
    outcome<int> slept = co_await as_outcome(sleep(10s, 0));
    co_await sleep(2s);
    say("cleaned", now());
    slept.take();
  };

  task<> made = create_task(child());
  co_await sleep(1s);
  made.cancel();
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("cancellation/second-cancel-in-finally") {
  auto child = []() -> coro<> {
    outcome<int> slept = co_await as_outcome(sleep(10s, 0));
    say("cleaning", now());
    {
      finally at_end([] { say("interrupted", now()); });
      co_await sleep(5s);
      say("never");
    }
    slept.take();
  };

  task<> made = create_task(child());
  co_await sleep(1s);
  made.cancel();
  co_await sleep(1s);
  made.cancel();
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("cancellation/swallow-and-sleep-on") {
  auto child = []() -> coro<long> {
    try {
      co_await sleep(10s);
    } catch (const cancelled_error&) {
      say("swallowed", now());
    }
    co_await sleep(3s);
    co_return now();
  };

  task<long> made = create_task(child());
  co_await sleep(1s);
  made.cancel();
  say(co_await made);
}

SCENARIO("cancellation/except-exception-misses-it") {
  auto child = []() -> coro<> {
    try {
      co_await sleep(10s);
    } catch (const std::exception&) {
      say("never");
    } catch (...) {
      say("only the widest catch");
      throw;
    }
  };

  task<> made = create_task(child());
  co_await sleep(1s);
  made.cancel();
  say(co_await attempt(made));
}

coro<> answer_by_error(const char* text) {
  try {
    co_await sleep(10s);
  } catch (const cancelled_error&) {
    throw Boom(text);
  }
}

SCENARIO("cancellation/replaced-by-error") {
  task<> made = create_task(answer_by_error("instead"));
  co_await sleep(1s);
  made.cancel();
  const std::string told = co_await attempt(made);
  say(told, made.cancelled());
}

SCENARIO("cancellation/message") {
  auto child = []() -> coro<> {
    try {
      co_await sleep(10s);
    } catch (const cancelled_error&) {
      say("body sees", error_text());
      throw;
    }
  };

  task<> made = create_task(child());
  co_await sleep(1s);
  made.cancel("enough");
  say(co_await attempt(made));
}

SCENARIO("cancellation/message-before-start") {
  task<> made = create_task(work("t", 1s));
  made.cancel("too early");
  say(co_await attempt(made));
}

SCENARIO("cancellation/between-wake-and-resume") {
  auto f = get_running_loop().create_future<int>();
  auto child = [&]() -> coro<> {
    try {
      say("got", co_await f);
    } catch (const cancelled_error&) {
      say("cancelled though the result is there");
      throw;
    }
  };

  task<> made = create_task(child());
  co_await sleep(0s);
  f.set_result(1);
  made.cancel();
  const std::string told = co_await attempt(made);
  say(told, outcome_of(f));
}

SCENARIO("cancellation/cancel-before-wake") {
  auto f = get_running_loop().create_future<int>();
  auto child = [&]() -> coro<> { co_await f; };

  task<> made = create_task(child());
  co_await sleep(0s);
  made.cancel();
  try {
    f.set_result(1);
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
  say(co_await attempt(made));
}

SCENARIO("cancellation/during-last-step") {
  auto child = []() -> coro<std::string> {
    co_await sleep(0s);
    co_return "done";
  };

  task<std::string> made = create_task(child());
  co_await ticks(2);
  const bool done = made.done();
  const bool cancelled = made.cancel();
  say(done, cancelled, outcome_of(made));
}

SCENARIO("cancellation/async-for-generator") {
  auto numbers = []() -> async_generator<int> {
    finally at_end([] { say("generator finally", now()); });
    for (int i = 0; i < 9; ++i) {
      co_yield i;
      co_await sleep(1s);
    }
  };
  auto consumer = [&]() -> coro<> {
    async_generator<int> generator = numbers();
    while (const int* i = co_await generator.next()) say("got", *i);
  };

  task<> consuming = create_task(consumer());
  co_await sleep(1.5s);
  consuming.cancel();
  say(co_await attempt(consuming));
}

SCENARIO("cancellation/cancel-all-but-me") {
  std::vector<int> ended;
  auto quiet = [&](int n) -> coro<> {
    try {
      co_await sleep(10s);
    } catch (const cancelled_error&) {
      ended.push_back(n);
      throw;
    }
  };

  std::vector<task<>> tasks;
  for (int i = 0; i < 4; ++i) tasks.push_back(create_task(quiet(i)));
  co_await sleep(1s);
  for (const any_task& one : all_tasks()) {
    if (!(one == current_task())) one.cancel();
  }
  const std::vector<outcome<void>> results = co_await gather(return_exceptions, tasks);
  std::vector<std::string> types;
  for (const outcome<void>& one : results) types.push_back(error_text(one.exception()));
  std::sort(ended.begin(), ended.end());
  say(ended, types, now());
}

SCENARIO("cancellation/order-of-cancel-is-order-of-delivery") {
  std::map<std::string, task<>> tasks;
  for (const char* n : {"a", "b", "c"}) tasks[n] = create_task(work(n, 10s));
  co_await sleep(1s);
  for (const char* n : {"c", "a", "b"}) tasks[n].cancel();
  const std::vector<task<>> all{tasks["a"], tasks["b"], tasks["c"]};
  co_await wait_all(all);
}

SCENARIO("cancellation/cancel-sleep0-loop") {
  auto spinner = []() -> coro<> {
    int turns = 0;
    finally at_end([&] { say("turns", turns); });
    for (;;) {
      ++turns;
      co_await sleep(0s);
    }
  };

  task<> made = create_task(spinner());
  co_await ticks(5);
  made.cancel();
  say(co_await attempt(made));
}

SCENARIO("cancellation/blocking-body-not-interrupted") {
  auto busy = []() -> coro<> {
    co_await sleep(1s);
    block(5s);
    say("still here", now());
    co_await sleep(0s);
    say("never");
  };
  task<> made = create_task(busy());
  auto killer = [&]() -> coro<> {
    co_await sleep(1s);
    say("killer", now());
    made.cancel();
  };

  co_await create_task(killer());
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("cancellation/cancelled-task-callbacks") {
  task<> made = create_task(work("t", 10s));
  made.add_done_callback([](const task<>& t) { say("callback", t.cancelled()); });
  co_await sleep(1s);
  made.cancel();
  say(co_await attempt(made));
  co_await sleep(0s);
}

SCENARIO("cancellation/two-messages") {
  task<int> waiting = create_task(sleep(9s, 0));
  co_await sleep(0s);
  task<int> fresh = create_task(sleep(9s, 0));
  for (const task<int>& one : {waiting, fresh}) {
    one.cancel("first");
    one.cancel("second");
  }
  say("waiting", co_await attempt(waiting));
  say("fresh", co_await attempt(fresh));
}

SCENARIO("cancellation/cleanup-with-timeout") {
  auto child = []() -> coro<> {
    outcome<int> slept = co_await as_outcome(sleep(10s, 0));
    try {
      co_await wait_for(sleep(10s, 0), 2s);
    } catch (const timeout_error&) {
      say("cleanup timed out", now());
    }
    slept.take();
  };

  task<> made = create_task(child());
  co_await sleep(1s);
  made.cancel();
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("cancellation/error-is-not-cancelled") {
  task<> made = create_task(answer_by_error("late"));
  co_await sleep(1s);
  made.cancel();
  co_await wait_all(std::vector<task<>>(1, made));
  say(made.done(), made.cancelled(), made.cancelling(), outcome_of(made));
}

SCENARIO("cancellation/hits-that-sleep0") {
  auto child = []() -> coro<> {
    try {
      co_await sleep(0s);
      say("never");
    } catch (const cancelled_error&) {
      say("hit", error_text());
    }
    co_await sleep(0s);
    say("undisturbed");
  };

  task<> made = create_task(child());
  co_await sleep(0s);
  made.cancel("now");
  const std::string told = co_await attempt(made);
  say(told, made.cancelling());
}

SCENARIO("cancellation/timer-due-in-the-same-turn") {
  auto sleeper = []() -> coro<> {
    co_await sleep(1s);
    say("never");
  };

  task<> after;
  task<> before = create_task(sleeper());
  co_await sleep(0s);
  get_running_loop().call_later(1s, [&] {
    before.cancel();
    after.cancel();
  });
  after = create_task(sleeper());
  const std::string first = co_await attempt(before);
  const std::string second = co_await attempt(after);
  say(first, second, now());
}

}  // namespace
}  // namespace conformance
