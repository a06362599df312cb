// timeout() inside timeout(), and deadlines that move.
#include <optional>

#include "scenario.hpp"

namespace conformance {
namespace {

template <class Rep, class Period>
coro<> only_sleep(std::chrono::duration<Rep, Period> delay) {
  co_await sleep(delay);
}

/// Whole seconds since the start, of a deadline that is there.
long in_seconds(std::optional<time_point> when) {
  return std::chrono::floor<std::chrono::seconds>(when.value()).time_since_epoch().count();
}

SCENARIO("wait_for_timeout/nested-blocks-inner-first") {
  timeout_scope outer(5s);
  timeout_scope inner(1s);
  auto body = [&]() -> coro<> {
    try {
      co_await with_timeout(inner, only_sleep(9s));
    } catch (const timeout_error&) {
      say("inner TimeoutError", now());
    }
    co_await sleep(1s);
  };

  co_await with_timeout(outer, body());
  say(inner.expired(), outer.expired(), now());
}

SCENARIO("wait_for_timeout/nested-blocks-same-deadline") {
  timeout_scope outer(at(3s));
  timeout_scope inner(at(3s));
  auto body = [&]() -> coro<> {
    try {
      co_await with_timeout(inner, only_sleep(9s));
    } catch (const timeout_error&) {
      say("inner: TimeoutError");
    } catch (const cancelled_error&) {
      say("inner: CancelledError");
      throw;
    }
  };

  try {
    co_await with_timeout(outer, body());
  } catch (const timeout_error&) {
    say("outer: TimeoutError");
  }
  say(inner.expired(), outer.expired(), now());
}

SCENARIO("wait_for_timeout/three-blocks-middle-expires") {
  timeout_scope outer(9s);
  timeout_scope middle(2s);
  timeout_scope inner(5s);
  auto innermost = [&]() -> coro<> { co_await with_timeout(inner, only_sleep(8s)); };
  auto body = [&]() -> coro<> {
    try {
      co_await with_timeout(middle, innermost());
    } catch (const timeout_error&) {
      say("TimeoutError", now());
    }
  };

  co_await with_timeout(outer, body());
  say(outer.expired(), middle.expired(), inner.expired());
}

SCENARIO("wait_for_timeout/wait-for-in-block") {
  auto body = [](timeout_scope& scope, seconds limit) -> coro<> {
    try {
      co_await wait_for(sleep(9s), limit);
    } catch (const timeout_error&) {
      say("inside: TimeoutError", scope.expired());
    } catch (const cancelled_error&) {
      say("inside: CancelledError", scope.expired());
      throw;
    }
  };

  const std::pair<seconds, seconds> both[] = {{1s, 5s}, {5s, 1s}};
  for (const auto& [limit, deadline] : both) {
    timeout_scope scope(deadline);
    try {
      co_await with_timeout(scope, body(scope, limit));
    } catch (const timeout_error&) {
      say("outside: TimeoutError");
    }
  }
}

SCENARIO("wait_for_timeout/reschedule-later") {
  event_loop& loop = get_running_loop();
  timeout_scope scope(1s);
  auto body = [&]() -> coro<> {
    scope.reschedule(loop.time() + 5s);
    co_await sleep(3s);
  };

  co_await with_timeout(scope, body());
  say("expired", scope.expired(), now());
}

SCENARIO("wait_for_timeout/reschedule-sooner") {
  event_loop& loop = get_running_loop();
  auto body = [&](timeout_scope& scope) -> coro<> {
    scope.reschedule(loop.time() + 1s);
    co_await sleep(5s);
  };

  try {
    co_await with_timeout(10s, body);
  } catch (const timeout_error&) {
    say("TimeoutError", now());
  }
}

SCENARIO("wait_for_timeout/reschedule-none") {
  timeout_scope scope(1s);
  auto body = [&]() -> coro<> {
    scope.reschedule(std::nullopt);
    co_await sleep(3s);
  };

  co_await with_timeout(scope, body());
  if (scope.when()) {
    say(in_seconds(scope.when()), scope.expired(), now());
  } else {
    say(none, scope.expired(), now());
  }
}

SCENARIO("wait_for_timeout/reschedule-set-from-none") {
  event_loop& loop = get_running_loop();
  auto body = [&](timeout_scope& scope) -> coro<> {
    co_await sleep(2s);
    scope.reschedule(loop.time() + 1s);
    co_await sleep(5s);
  };

  try {
    co_await with_timeout(std::nullopt, body);
  } catch (const timeout_error&) {
    say("TimeoutError", now());
  }
}

coro<> nothing() { co_return; }

SCENARIO("wait_for_timeout/reschedule-after-exit") {
  timeout_scope scope(1s);
  co_await with_timeout(scope, nothing());
  try {
    scope.reschedule(at(5s));
  } catch (const usage_error&) {
    say("RuntimeError");
  }
}

SCENARIO("wait_for_timeout/reschedule-before-enter") {
  timeout_scope scope(5s);
  try {
    scope.reschedule(at(1s));
  } catch (const usage_error&) {
    say("RuntimeError");
  }
  auto body = [&]() -> coro<> {
    say("when", in_seconds(scope.when()));
    co_return;
  };
  co_await with_timeout(scope, body());
}

SCENARIO("wait_for_timeout/when") {
  auto tell = [](timeout_scope& scope) -> coro<> {
    say(in_seconds(scope.when()));
    co_return;
  };
  auto tell_moved = [](timeout_scope& scope) -> coro<> {
    say(in_seconds(scope.when()));
    scope.reschedule(at(11s));
    say(in_seconds(scope.when()));
    co_return;
  };

  co_await sleep(2s);
  co_await with_timeout(3s, tell);
  co_await with_timeout_at(at(9s), tell_moved);
}

SCENARIO("wait_for_timeout/reschedule-past-after-suspension") {
  timeout_scope scope(9s);
  auto body = [&]() -> coro<> {
    co_await sleep(2s);
    scope.reschedule(at(1s));
    say("still here", scope.expired());
    co_await sleep(0s);
    say("never");
  };

  try {
    co_await with_timeout(scope, body());
  } catch (const timeout_error&) {
    say("TimeoutError", now(), scope.expired());
  }
}

SCENARIO("wait_for_timeout/entered-twice") {
  timeout_scope scope(5s);
  co_await with_timeout(scope, nothing());
  auto again = []() -> coro<> {
    say("never");
    co_return;
  };
  try {
    co_await with_timeout(scope, again());
  } catch (const usage_error&) {
    say("RuntimeError");
  }
}

SCENARIO("wait_for_timeout/reschedule-when-expired") {
  auto body = [](timeout_scope& scope) -> coro<> {
    finally at_end([&] {
      try {
        scope.reschedule(at(9s));
      } catch (const usage_error&) {
        say("RuntimeError", scope.expired());
      }
    });
    co_await sleep(5s);
  };

  try {
    co_await with_timeout(1s, body);
  } catch (const timeout_error&) {
    say("TimeoutError", now());
  }
}

}  // namespace
}  // namespace conformance
