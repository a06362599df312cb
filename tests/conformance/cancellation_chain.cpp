// Cancellation along a chain: tasks that await tasks, futures, generators; children and parents.
#include "scenario.hpp"

namespace conformance {
namespace {

template <class Future>
coro<> await_it(Future what) {
  co_await what;
}

SCENARIO("cancellation/awaiting-task-cancels-awaited") {
  task<> inner = create_task(work("inner", 10s));
  task<> outer = create_task(await_it(inner));
  co_await sleep(1s);
  outer.cancel();
  say(co_await attempt(outer));
  say(outcome_of(inner));
}

SCENARIO("cancellation/awaited-future-is-cancelled") {
  auto f = get_running_loop().create_future<int>();
  task<> outer = create_task(await_it(f));
  co_await sleep(0s);
  outer.cancel();
  say(outcome_of(f), outcome_of(outer));
  co_await attempt(outer);
  say(outcome_of(outer));
}

SCENARIO("cancellation/one-of-two-awaiters") {
  task<> inner = create_task(work("inner", 10s));
  task<> a = create_task(await_it(inner));
  task<> b = create_task(await_it(inner));
  co_await sleep(1s);
  a.cancel();
  const std::vector<task<>> both{a, b};
  co_await wait_all(both);
  say(outcome_of(inner), outcome_of(a), outcome_of(b));
  say(a.cancelling(), b.cancelling());
}

SCENARIO("cancellation/awaited-swallows") {
  auto stubborn = []() -> coro<std::string> {
    try {
      co_await sleep(10s);
    } catch (const cancelled_error&) {
      co_return "kept";
    }
    co_return "never";
  };
  auto outer = [&]() -> coro<std::string> { co_return co_await create_task(stubborn()); };

  task<std::string> made = create_task(outer());
  co_await sleep(1s);
  made.cancel();
  const std::string told = co_await attempt(made);
  say(told, made.cancelling());
}

coro<> link(int n) {
  finally at_end([&] { say("link", n, "ends"); });
  if (n > 0) {
    co_await create_task(link(n - 1));
  } else {
    co_await sleep(10s);
  }
}

SCENARIO("cancellation/deep-chain") {
  task<> made = create_task(link(3));
  co_await sleep(1s);
  made.cancel();
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("cancellation/error-and-cancel-in-one-turn") {
  auto child = []() -> coro<> {
    co_await sleep(1s);
    throw Boom("child");
  };

  task<> inner = create_task(child());
  task<> outer = create_task(await_it(inner));
  inner.add_done_callback([&](const task<>&) { outer.cancel(); });
  const std::string told = co_await attempt(outer);
  say(told, outcome_of(inner));
}

SCENARIO("cancellation/cancel-from-own-child") {
  auto child = [](any_task parent) -> coro<> {
    co_await sleep(1s);
    parent.cancel();
    say("child goes on to its await");
    finally at_end([] { say("child cancelled", now()); });
    co_await sleep(5s);
  };
  auto parent = [&]() -> coro<> { co_await create_task(child(current_task())); };

  task<> made = create_task(parent());
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("cancellation/future-and-task-in-one-turn") {
  auto f = get_running_loop().create_future();
  auto child = [&]() -> coro<std::string> {
    try {
      co_await f;
    } catch (const cancelled_error&) {
      say("sees", error_text());
    }
    co_await sleep(1s);
    co_return "goes on";
  };

  task<std::string> made = create_task(child());
  co_await sleep(0s);
  f.cancel("future");
  say(made.cancel("task"));
  const std::string told = co_await attempt(made);
  say(told, made.cancelling());
}

SCENARIO("cancellation/self-cancel-before-future") {
  auto f = get_running_loop().create_future();
  auto child = [&]() -> coro<> {
    current_task().cancel("own");
    co_await f;
  };

  say(co_await attempt(create_task(child())));
  const std::string told = co_await attempt(f);
  say(outcome_of(f), told);
}

SCENARIO("cancellation/self-cancel-before-task") {
  auto child = []() -> coro<> {
    task<> inner = create_task(work("never", 1s));
    current_task().cancel();
    finally at_end([&] { say(outcome_of(inner)); });
    co_await inner;
  };

  say(co_await attempt(create_task(child())));
}

SCENARIO("cancellation/error-then-cancel") {
  auto f = get_running_loop().create_future();
  task<> made = create_task(await_it(f));
  co_await sleep(0s);
  f.set_exception(Boom("first"));
  made.cancel("second");
  const std::string told = co_await attempt(made);
  say(told, outcome_of(f));
}

SCENARIO("cancellation/last-message-wins-for-a-woken-task") {
  auto f = get_running_loop().create_future<int>();
  task<> made = create_task(await_it(f));
  co_await sleep(0s);
  f.set_result(1);
  made.cancel("first");
  made.cancel("second");
  const std::string told = co_await attempt(made);
  say(told, made.cancelling());
}

}  // namespace
}  // namespace conformance
