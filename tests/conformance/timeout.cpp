// timeout(): a limit on a block. In weft the block is a function; who wants to ask its scope after
// the end makes the scope first.
#include "scenario.hpp"

namespace conformance {
namespace {

/// A sleep that ends by the block's cancel, as the block sees it.
template <class Rep, class Period>
coro<> only_sleep(std::chrono::duration<Rep, Period> delay) {
  co_await sleep(delay);
}

SCENARIO("wait_for_timeout/block-in-time") {
  timeout_scope scope(5s);
  co_await with_timeout(scope, work("a", 1s));
  say("expired", scope.expired(), now());
}

SCENARIO("wait_for_timeout/block-expires") {
  timeout_scope scope(1s);
  try {
    co_await with_timeout(scope, work("a", 5s));
  } catch (const timeout_error&) {
    say("TimeoutError", now(), "expired", scope.expired());
  }
  say("cancelling", current_task().cancelling());
}

SCENARIO("wait_for_timeout/block-body-swallows") {
  auto body = []() -> coro<> {
    try {
      co_await sleep(5s);
    } catch (const cancelled_error&) {
      say("swallowed", now());
    }
    co_await sleep(1s);
    say("goes on", now());
  };

  timeout_scope scope(1s);
  co_await with_timeout(scope, body());
  say("after", scope.expired(), current_task().cancelling());
}

SCENARIO("wait_for_timeout/block-body-other-error") {
  auto body = []() -> coro<> {
    try {
      co_await sleep(5s);
    } catch (...) {
      throw Boom("cleanup");
    }
  };

  timeout_scope scope(1s);
  try {
    co_await with_timeout(scope, body());
  } catch (const Boom&) {
    say(error_text(), scope.expired(), current_task().cancelling());
  }
}

SCENARIO("wait_for_timeout/block-past-deadline") {
  auto body = []() -> coro<> {
    say("body runs");
    co_await sleep(0s);
    say("one turn later");
    co_await sleep(0s);
    say("never");
  };

  event_loop& loop = get_running_loop();
  co_await sleep(10s);
  timeout_scope scope(loop.time() - 5s);
  try {
    co_await with_timeout(scope, body());
  } catch (const timeout_error&) {
    say("TimeoutError", now(), scope.expired());
  }
}

SCENARIO("wait_for_timeout/block-past-without-await") {
  auto body = []() -> coro<> {
    say("body");
    co_return;
  };

  timeout_scope scope(-1s);
  co_await with_timeout(scope, body());
  say("expired", scope.expired());
  co_await sleep(1s);
  say("no late cancel", current_task().cancelling());
}

SCENARIO("wait_for_timeout/block-outer-cancel-in-cleanup") {
  auto limited = []() -> coro<> {
    outcome<void> slept = co_await as_outcome(sleep(9s));
    say("cleaning", now());
    co_await sleep(5s);
    say("never");
    slept.take();
  };
  auto body = [&]() -> coro<> { co_await with_timeout(1s, limited()); };

  task<> made = create_task(body());
  co_await sleep(2s);
  made.cancel();
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("wait_for_timeout/block-expiry-then-outer-cancel") {
  auto body = []() -> coro<> {
    timeout_scope scope(1s);
    finally at_end(
        [&] { say("expired", scope.expired(), "cancelling", current_task().cancelling()); });
    co_await with_timeout(scope, only_sleep(9s));
  };

  task<> made = create_task(body());
  get_running_loop().call_later(1s, [made] { made.cancel(); });
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("wait_for_timeout/block-deadline-tie-with-result") {
  event_loop& loop = get_running_loop();
  auto f = loop.create_future<std::string>();
  auto body = [&]() -> coro<> { say(co_await f); };

  loop.call_at(at(1s), [f] { f.set_result("ready"); });
  try {
    co_await with_timeout_at(at(1s), body());
  } catch (const timeout_error&) {
    say("TimeoutError", outcome_of(f));
  }
}

SCENARIO("wait_for_timeout/own-timeout-error-passes") {
  auto body = []() -> coro<> {
    throw timeout_error("own");
    co_return;
  };

  timeout_scope scope(5s);
  try {
    co_await with_timeout(scope, body());
  } catch (const timeout_error&) {
    say(error_text(), scope.expired());
  }
}

SCENARIO("wait_for_timeout/block-around-gather") {
  auto body = []() -> coro<> { co_await gather(work("a", 1s), work("b", 5s), work("c", 6s)); };

  try {
    co_await with_timeout(2s, body());
  } catch (const timeout_error&) {
    say("TimeoutError", now());
  }
}

SCENARIO("wait_for_timeout/sequence-of-blocks") {
  auto body = [](int delay) -> coro<> {
    co_await sleep(seconds(delay));
    say(delay, "in time", now());
  };

  for (int delay : {1, 3, 2, 5}) {
    try {
      co_await with_timeout(2.5s, body(delay));
    } catch (const timeout_error&) {
      say(delay, "TimeoutError", now());
    }
  }
}

SCENARIO("wait_for_timeout/blocked-body-not-interrupted") {
  auto body = []() -> coro<> {
    block(5s);
    say("body done", now());
    co_return;
  };

  timeout_scope scope(1s);
  co_await with_timeout(scope, body());
  say("expired", scope.expired());
}

SCENARIO("wait_for_timeout/blocked-body-then-await") {
  auto body = []() -> coro<> {
    block(5s);
    say("unblocked", now());
    co_await sleep(0s);
    say("first turn");
    co_await sleep(1s);
    say("never");
  };

  try {
    co_await with_timeout(1s, body());
  } catch (const timeout_error&) {
    say("TimeoutError", now());
  }
}

SCENARIO("wait_for_timeout/block-in-each-child") {
  auto limited = [](std::string name) -> coro<> {
    co_await sleep(2s);
    say(name, "in time", now());
  };
  auto child = [&](std::string name, seconds limit) -> coro<> {
    try {
      co_await with_timeout(limit, limited(name));
    } catch (const timeout_error&) {
      say(name, "TimeoutError", now());
    }
  };

  co_await gather(child("a", 1s), child("b", 3s));
}

SCENARIO("wait_for_timeout/block-after-unanswered-cancel") {
  auto child = []() -> coro<> {
    try {
      co_await sleep(10s);
    } catch (const cancelled_error&) {
      say("count", current_task().cancelling());
    }
    try {
      co_await with_timeout(1s, only_sleep(10s));
    } catch (const timeout_error&) {
      say("TimeoutError", now(), current_task().cancelling());
    }
  };

  task<> made = create_task(child());
  co_await sleep(1s);
  made.cancel();
  say(co_await attempt(made));
}

SCENARIO("wait_for_timeout/count-restored") {
  const any_task me = current_task();
  auto body = [&]() -> coro<> {
    finally at_end([&] { say("inside", me.cancelling()); });
    co_await sleep(5s);
  };

  ends_with_cancelling(1);
  me.cancel();
  co_await attempt(sleep(1s));
  say("before", me.cancelling());
  try {
    co_await with_timeout(1s, body());
  } catch (const timeout_error&) {
    say("after", me.cancelling());
  }
}

}  // namespace
}  // namespace conformance
