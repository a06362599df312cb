// task_group: its end, its errors. In weft the block is a function that takes its group.
#include "scenario.hpp"

namespace conformance {
namespace {

coro<> fail_after(seconds delay, const char* text) {
  if (delay > 0s) co_await sleep(delay);
  throw Boom(text);
}

/// Answers its cancel by an error.
coro<> fail_when_cancelled(const char* text) {
  try {
    co_await sleep(5s);
  } catch (...) {
    throw value_error(text);
  }
}

SCENARIO("task_group/waits-for-all") {
  task<int> a;
  task<int> b;
  auto body = [&](task_group& group) -> coro<> {
    a = group.create_task(work("a", 2s, 1));
    b = group.create_task(work("b", 1s, 2));
    say("body ends");
    co_return;
  };

  co_await with_task_group(body);
  say("after", now(), a.result(), b.result());
}

SCENARIO("task_group/empty") {
  auto body = [](task_group&) -> coro<> {
    say("body");
    co_return;
  };

  co_await with_task_group(body);
  say("after", now());
}

SCENARIO("task_group/child-error-cancels-siblings") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(work("sibling", 5s));
    group.create_task(fail_after(1s, "bad"));
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
}

SCENARIO("task_group/child-error-cancels-body") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_after(1s, "bad"));
    co_await work("body", 5s);
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
  say("cancelling", current_task().cancelling());
}

SCENARIO("task_group/body-goes-on-after-group") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_after(0s, "bad"));
    co_await sleep(5s);
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group&) {
    say("caught", now());
  }
  co_await sleep(1s);
  say("goes on", now());
}

SCENARIO("task_group/body-error") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(work("child", 5s));
    co_await sleep(1s);
    throw Boom("body");
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
}

SCENARIO("task_group/body-error-child-never-started") {
  task<> child;
  auto body = [&](task_group& group) -> coro<> {
    child = group.create_task(work("child", 5s));
    throw Boom("body");
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), outcome_of(child));
  }
}

SCENARIO("task_group/two-child-errors") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_after(1s, "a"));
    group.create_task(fail_after(1s, "b"));
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
}

SCENARIO("task_group/error-during-cancel-is-added") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_when_cancelled("second"));
    group.create_task(fail_after(1s, "first"));
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
}

SCENARIO("task_group/body-and-child-errors") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_when_cancelled("child"));
    co_await sleep(1s);
    throw Boom("body");
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error));
  }
}

SCENARIO("task_group/body-error-on-group-cancel") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_after(1s, "child"));
    try {
      co_await sleep(5s);
    } catch (const cancelled_error&) {
      throw value_error("body");
    }
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error));
  }
}

SCENARIO("task_group/body-swallows-group-cancel") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_after(1s, "child"));
    try {
      co_await sleep(5s);
    } catch (const cancelled_error&) {
      say("swallowed");
    }
    co_await sleep(1s);
    say("body ends", now());
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), current_task().cancelling());
  }
}

SCENARIO("task_group/error-after-parent-done-waiting") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_after(3s, "late"));
    say("body ends", now());
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
}

SCENARIO("task_group/timeout-inside-child") {
  auto child = []() -> coro<> { co_await wait_for(sleep(5s), 1s); };
  auto body = [&](task_group& group) -> coro<> {
    group.create_task(work("sibling", 5s));
    group.create_task(child());
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
}

SCENARIO("task_group/split-by-type") {
  auto bad = [](std::exception_ptr error) -> coro<> {
    std::rethrow_exception(error);
    co_return;
  };
  auto body = [&](task_group& group) -> coro<> {
    group.create_task(bad(std::make_exception_ptr(value_error("v"))));
    group.create_task(bad(std::make_exception_ptr(key_error("k"))));
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    const auto [values, others] = error.split<value_error>();
    if (!values.empty()) say("values", group_text(values));
    const auto [keys, rest] = others.split<key_error>();
    if (!keys.empty()) say("keys", group_text(keys));
    if (!rest.empty()) throw rest;
  }
}

SCENARIO("task_group/child-awaits-sibling") {
  auto watcher = [](task<> watched) -> coro<> {
    try {
      co_await watched;
    } catch (...) {
      say("watcher sees", error_text());
      throw;
    }
  };
  auto body = [&](task_group& group) -> coro<> {
    task<> bad = group.create_task(fail_after(1s, "bad"));
    group.create_task(watcher(bad));
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error));
  }
}

SCENARIO("task_group/body-awaits-failing-child") {
  auto body = [](task_group& group) -> coro<> {
    task<> bad = group.create_task(fail_after(1s, "bad"));
    try {
      co_await bad;
    } catch (const Boom&) {
      say("body saw Boom");
      throw;
    } catch (const cancelled_error&) {
      say("body saw CancelledError");
      throw;
    }
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error));
  }
}

SCENARIO("task_group/one-after-another") {
  auto maybe = [](int n) -> coro<> {
    co_await sleep(1s);
    if (n % 2 != 0) throw Boom(n);
  };

  for (int n = 0; n < 3; ++n) {
    auto body = [&](task_group& group) -> coro<> {
      group.create_task(maybe(n));
      co_return;
    };
    try {
      co_await with_task_group(body);
      say("fine", n, now());
    } catch (const exception_group& error) {
      say(group_text(error), now());
    }
  }
}

SCENARIO("task_group/return-from-body") {
  auto body = [](task_group& group) -> coro<std::string> {
    group.create_task(work("child", 2s));
    co_return "value";
  };
  auto parent = [&]() -> coro<std::string> { co_return co_await with_task_group(body); };

  const std::string value = co_await parent();
  say(value, now());
}

SCENARIO("task_group/fails-while-waiting-count") {
  const any_task me = current_task();
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_after(1s, "bad"));
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), me.cancelling());
  }
  co_await sleep(1s);
  say("goes on", now());
}

SCENARIO("task_group/child-cancelled-alone") {
  task<> child;
  auto body = [&](task_group& group) -> coro<> {
    child = group.create_task(work("a", 5s));
    group.create_task(work("b", 2s));
    co_await sleep(1s);
    child.cancel();
  };

  co_await with_task_group(body);
  say(outcome_of(child), now());
}

SCENARIO("task_group/awaits-in-the-last-turn") {
  auto quick = []() -> coro<> { co_await sleep(0s); };
  auto watcher = [](task<> watched) -> coro<> {
    co_await watched;
    say("watcher");
  };
  task<> other;
  auto body = [&](task_group& group) -> coro<> {
    task<> child = group.create_task(quick());
    other = create_task(watcher(child));
    co_return;
  };

  co_await with_task_group(body);
  say("after the group");
  co_await other;
}

}  // namespace
}  // namespace conformance
