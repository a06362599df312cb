// shield: the inner future outlives the outer's cancel.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("shield/plain-result") {
  const int result = co_await shield(work("inner", 1s, 5));
  say(result, now());
}

SCENARIO("shield/cancel-outer-keeps-inner") {
  auto outer = [](task<int> inner) -> coro<> { co_await shield(inner); };

  task<int> inner = create_task(work("inner", 2s, 5));
  task<> t = create_task(outer(inner));
  co_await sleep(1s);
  t.cancel();
  const std::string told = co_await attempt(t);
  say(told, now());
  const int result = co_await inner;
  say(result, now());
}

SCENARIO("shield/inner-cancelled-cancels-outer") {
  task<> inner = create_task(work("inner", 5s));
  future<> outer = shield(inner);
  get_running_loop().call_later(1s, [inner] { inner.cancel(); });
  const std::string told = co_await attempt(outer);
  say(told, outer.cancelled(), now());
}

SCENARIO("shield/cancel-twice") {
  auto outer = [](task<int> inner) -> coro<> {
    try {
      co_await shield(inner);
    } catch (const cancelled_error&) {
      say("first cancel");
    }
    co_await shield(inner);
  };

  task<int> inner = create_task(work("inner", 3s, 5));
  task<> t = create_task(outer(inner));
  co_await sleep(1s);
  t.cancel();
  co_await sleep(1s);
  t.cancel();
  const std::string told = co_await attempt(t);
  say(told, now());
  say(outcome_of(inner));
  co_await inner;
}

SCENARIO("shield/wait-for-over-shield") {
  task<int> inner = create_task(work("inner", 3s, 5));
  const std::string told = co_await attempt(wait_for(shield(inner), 1s));
  say(told, now());
  const int result = co_await inner;
  say(result, now());
}

SCENARIO("shield/gather-of-shields") {
  std::vector<task<std::string>> inner;
  std::vector<future<std::string>> shields;
  for (const char* n : {"a", "b"}) inner.push_back(create_task(work(n, 2s, n)));
  for (const task<std::string>& t : inner) shields.push_back(shield(t));
  auto gathered = gather(shields);
  co_await sleep(1s);
  gathered.cancel();
  const std::string told = co_await attempt(gathered);
  say(told, now());
  const std::vector<std::string> results = co_await gather(inner);
  say(results, now());
}

SCENARIO("shield/finish-critical-section") {
  auto outer = []() -> coro<> {
    task<> part = create_task(work("commit", 2s));
    std::exception_ptr cancel;
    try {
      co_await shield(part);
    } catch (const cancelled_error&) {
      say("cancel seen", now());
      cancel = std::current_exception();
    }
    if (cancel) {
      co_await part;
      std::rethrow_exception(cancel);
    }
  };

  task<> t = create_task(outer());
  co_await sleep(1s);
  t.cancel();
  const std::string told = co_await attempt(t);
  say(told, now());
}

SCENARIO("shield/timeout-block-over-shield") {
  auto block = [](task<int> inner) -> coro<> { co_await shield(inner); };

  task<int> inner = create_task(work("inner", 3s, 5));
  try {
    co_await with_timeout(1s, block(inner));
  } catch (const timeout_error&) {
    say("TimeoutError", now(), outcome_of(inner));
  }
  const int result = co_await inner;
  say(result, now());
}

SCENARIO("shield/late-error-to-handler") {
  auto bad = []() -> coro<> {
    co_await sleep(2s);
    throw Boom("late");
  };
  auto outer = [](task<> inner) -> coro<> { co_await shield(inner); };

  get_running_loop().set_exception_handler(
      [](const exception_context& report) { say("handler", error_text(report.exception), now()); });
  task<> inner = create_task(bad());
  task<> t = create_task(outer(inner));
  co_await sleep(1s);
  t.cancel();
  say(co_await attempt(t));
  co_await sleep(2s);
  say(outcome_of(inner));
}

SCENARIO("shield/done-is-given-back") {
  task<int> t = create_task(work("t", 1s, 5));
  co_await t;
  auto f = get_running_loop().create_future<int>();
  say(shield(t) == t, shield(f) == f);
}

coro<int> awaits_shield(future<int> inner) { co_return co_await shield(inner); }

SCENARIO("shield/cancel-in-turn-of-inner-end") {
  auto inner = get_running_loop().create_future<int>();
  task<int> t = create_task(awaits_shield(inner));
  co_await sleep(1s);
  inner.set_result(5);
  say("cancel", t.cancel());
  const std::string told = co_await attempt(t);
  say(told, outcome_of(inner));
}

SCENARIO("shield/cancel-turn-after-inner-end") {
  auto inner = get_running_loop().create_future<int>();
  task<int> t = create_task(awaits_shield(inner));
  co_await sleep(1s);
  inner.set_result(5);
  co_await sleep(0s);
  say("cancel", t.cancel());
  const std::string told = co_await attempt(t);
  say(told, outcome_of(inner));
}

void say_reports() {
  get_running_loop().set_exception_handler(
      [](const exception_context& report) { say("handler", error_text(report.exception)); });
}

SCENARIO("shield/error-in-turn-of-cancel") {
  say_reports();
  auto inner = get_running_loop().create_future<int>();
  future<int> outer = shield(inner);
  co_await sleep(1s);
  outer.cancel();
  inner.set_exception(Boom("now"));
  co_await ticks(3);
  say(outcome_of(outer), outcome_of(inner));
}

SCENARIO("shield/error-turn-after-cancel") {
  say_reports();
  auto inner = get_running_loop().create_future<int>();
  future<int> outer = shield(inner);
  co_await sleep(1s);
  outer.cancel();
  co_await sleep(0s);
  inner.set_exception(Boom("later"));
  co_await ticks(3);
  say(outcome_of(outer), outcome_of(inner));
}

SCENARIO("shield/late-error-told-once") {
  auto bad = []() -> coro<> {
    co_await sleep(2s);
    throw Boom("late");
  };

  say_reports();
  task<> inner = create_task(bad());
  std::vector<future<>> shields;
  for (int i = 0; i < 3; ++i) shields.push_back(shield(inner));
  co_await sleep(1s);
  for (const future<>& one : shields) one.cancel();
  co_await sleep(2s);
  std::vector<std::string> outcomes;
  for (const future<>& one : shields) outcomes.push_back(outcome_of(one));
  say(outcomes, outcome_of(inner));
}

SCENARIO("shield/callbacks-in-order") {
  auto inner = get_running_loop().create_future<int>();
  future<int> outer;
  inner.add_done_callback([&](const future<int>&) { say("inner, before", outer.done()); });
  outer = shield(inner);
  outer.add_done_callback([](const future<int>&) { say("outer"); });
  inner.add_done_callback([&](const future<int>&) { say("inner, after", outer.done()); });
  inner.set_result(1);
  for (int turn = 0; turn < 3; ++turn) {
    say("turn", turn);
    co_await sleep(0s);
  }
}

SCENARIO("shield/message-of-cancel") {
  auto first = get_running_loop().create_future<int>();
  auto second = get_running_loop().create_future<int>();
  future<int> outer = shield(first);
  future<int> passed = shield(second);
  outer.cancel("outer");
  second.cancel("inner");
  say(co_await attempt(outer));
  say(co_await attempt(passed));
}

}  // namespace
}  // namespace conformance
