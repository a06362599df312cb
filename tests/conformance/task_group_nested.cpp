// task_group: groups in groups, cancels from outside, tasks that come late.
#include "scenario.hpp"

namespace conformance {
namespace {

coro<> fail_after(seconds delay, const char* text) {
  if (delay > 0s) co_await sleep(delay);
  throw Boom(text);
}

coro<> clean_up_slowly() {
  outcome<void> slept = co_await as_outcome(sleep(9s));
  co_await sleep(3s);
  say("cleaned", now());
  slept.take();
}

coro<> group_of_one_slow_child() {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(clean_up_slowly());
    co_return;
  };
  co_await with_task_group(body);
}

coro<> group_of_one_that_fails() {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_after(1s, "deep"));
    co_return;
  };
  co_await with_task_group(body);
}

SCENARIO("task_group/parent-cancel-slow-child") {
  task<> parent = create_task(group_of_one_slow_child());
  co_await sleep(1s);
  parent.cancel();
  const std::string told = co_await attempt(parent);
  say(told, now());
}

SCENARIO("task_group/parent-cancelled-twice") {
  task<> parent = create_task(group_of_one_slow_child());
  co_await sleep(1s);
  parent.cancel();
  co_await sleep(1s);
  parent.cancel();
  const std::string told = co_await attempt(parent);
  say(told, now());
}

SCENARIO("task_group/nested") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(work("sibling", 5s));
    group.create_task(group_of_one_that_fails());
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
}

SCENARIO("task_group/nested-lexically") {
  auto body = [](task_group& outer) -> coro<> {
    outer.create_task(work("sibling", 5s));
    co_await group_of_one_that_fails();
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
}

SCENARIO("task_group/nested-caught-inside") {
  auto inner_body = [](task_group& inner) -> coro<> {
    inner.create_task(fail_after(0s, "deep"));
    co_return;
  };
  auto body = [&](task_group& outer) -> coro<> {
    outer.create_task(work("sibling", 2s));
    try {
      co_await with_task_group(inner_body);
    } catch (const exception_group& error) {
      say("inner", group_text(error), now());
    }
  };

  co_await with_task_group(body);
  say("outer fine", now());
}

SCENARIO("task_group/outer-error-through-inner") {
  auto inner_body = [](task_group& inner) -> coro<> {
    inner.create_task(work("inner child", 5s));
    co_return;
  };
  auto body = [&](task_group& outer) -> coro<> {
    outer.create_task(fail_after(1s, "outer child"));
    co_await with_task_group(inner_body);
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now(), current_task().cancelling());
  }
}

coro<> never() {
  say("never");
  co_return;
}

SCENARIO("task_group/create-while-aborting") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_after(0s, "bad"));
    outcome<void> slept = co_await as_outcome(sleep(5s));
    try {
      group.create_task(never());
    } catch (const usage_error&) {
      say("RuntimeError");
    }
    slept.take();
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error));
  }
}

SCENARIO("task_group/child-adds-child") {
  auto spawner = [](task_group& group) -> coro<> {
    co_await sleep(1s);
    group.create_task(work("late", 2s));
    say("spawned", now());
  };
  auto body = [&](task_group& group) -> coro<> {
    group.create_task(spawner(group));
    co_return;
  };

  co_await with_task_group(body);
  say("after", now());
}

coro<> nothing() { co_return; }

SCENARIO("task_group/enter-twice") {
  task_group group;
  co_await with_task_group(group, nothing());
  try {
    co_await with_task_group(group, never());
  } catch (const usage_error&) {
    say("RuntimeError");
  }
}

SCENARIO("task_group/body-raises-cancelled-itself") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(work("child", 5s));
    co_await sleep(1s);
    throw cancelled_error();
  };
  auto parent = [&]() -> coro<> { co_await with_task_group(body); };

  task<> made = create_task(parent());
  const std::string told = co_await attempt(made);
  say(told, made.cancelled(), now());
}

SCENARIO("task_group/body-awaits-cancelled-child") {
  auto body = [](task_group& group) -> coro<> {
    task<> child = group.create_task(work("child", 5s));
    group.create_task(work("other", 5s));
    get_running_loop().call_later(1s, [&] { child.cancel(); });
    co_await child;
  };
  auto parent = [&]() -> coro<> { co_await with_task_group(body); };

  task<> made = create_task(parent());
  const std::string told = co_await attempt(made);
  say(told, made.cancelling(), now());
}

coro<> level(int n) {
  auto body = [&](task_group& group) -> coro<> {
    if (n == 0) {
      co_await sleep(1s);
      throw Boom("deep");
    }
    group.create_task(work("sibling " + std::to_string(n), 5s));
    group.create_task(level(n - 1));
  };
  co_await with_task_group(body);
}

SCENARIO("task_group/three-levels") {
  try {
    co_await level(2);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
}

SCENARIO("task_group/both-levels-fail-in-one-turn") {
  const any_task me = current_task();
  auto inner_body = [](task_group& inner) -> coro<> {
    inner.create_task(fail_after(1s, "inner"));
    co_return;
  };
  auto body = [&](task_group& outer) -> coro<> {
    outer.create_task(fail_after(1s, "outer"));
    try {
      co_await with_task_group(inner_body);
    } catch (const exception_group& error) {
      say("inner", group_text(error), me.cancelling());
    }
    const std::string told = co_await attempt(sleep(5s));
    say("then", told, now());
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say("outer", group_text(error), me.cancelling());
  }
}

SCENARIO("task_group/refused-coroutine-is-closed") {
  coro<> refused = work("refused", 1s);
  auto adder = [&](task_group& group) -> coro<> {
    outcome<void> slept = co_await as_outcome(sleep(9s));
    try {
      group.create_task(std::move(refused));
    } catch (const usage_error&) {
      say("RuntimeError");
    }
    slept.take();
  };
  auto body = [&](task_group& group) -> coro<> {
    group.create_task(adder(group));
    co_await sleep(1s);
    throw Boom("body");
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error));
  }
  say("closed", !refused);
}

SCENARIO("task_group/refused-after-end-is-closed") {
  task_group group;
  auto offer = [&](const char* step) {
    coro<> refused = work(step, 1s);
    try {
      group.create_task(std::move(refused));
    } catch (const usage_error&) {
      say(step, !refused);
    }
  };

  offer("early");
  co_await with_task_group(group, nothing());
  offer("late");
}

SCENARIO("task_group/outer-cancel-and-child-error-in-one-turn") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(fail_after(1s, "bad"));
    co_await sleep(5s);
  };
  auto parent = [&]() -> coro<> {
    const any_task me = current_task();
    try {
      co_await with_task_group(body);
    } catch (const exception_group& error) {
      say(group_text(error), me.cancelling());
    }
    say("then", co_await attempt(sleep(1s)));
  };

  task<> made = create_task(parent());
  co_await ticks(2);
  get_running_loop().call_later(1s, [made] { made.cancel(); });
  const std::string told = co_await attempt(made);
  say(told, now(), made.cancelling());
}

SCENARIO("task_group/timeout-around") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(work("child", 5s));
    co_return;
  };

  try {
    co_await with_timeout(1s, with_task_group(body));
  } catch (const timeout_error&) {
    say("TimeoutError", now(), current_task().cancelling());
  }
}

SCENARIO("task_group/timeout-and-child-error") {
  auto worse = []() -> coro<> {
    try {
      co_await sleep(5s);
    } catch (...) {
      throw Boom("worse");
    }
  };
  auto body = [&](task_group& group) -> coro<> {
    group.create_task(worse());
    co_return;
  };

  timeout_scope scope(1s);
  try {
    co_await with_timeout(scope, with_task_group(body));
  } catch (const exception_group& error) {
    say(group_text(error), now(), scope.expired(), current_task().cancelling());
  }
  co_await sleep(1s);
  say("goes on", now());
}

SCENARIO("task_group/cancelled-before-it-waits") {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(work("child", 5s));
    current_task().cancel("own");
    say("body goes on");
    co_return;
  };
  auto parent = [&]() -> coro<> { co_await with_task_group(body); };

  say(co_await attempt(create_task(parent())));
}

SCENARIO("task_group/eager-child-done-at-once") {
  task<int> child;
  auto quick = []() -> coro<int> {
    say("quick");
    co_return 7;
  };
  auto body = [&](task_group& group) -> coro<> {
    child = group.create_task(eager_start, quick());
    say(outcome_of(child));
    co_return;
  };

  co_await with_task_group(body);
  say("after", child.result());
}

SCENARIO("task_group/eager-child-error-comes-later") {
  auto bad = []() -> coro<> {
    throw Boom("eager");
    co_return;
  };
  any_task me = current_task();
  auto body = [&](task_group& group) -> coro<> {
    task<> child = group.create_task(eager_start, bad());
    say(outcome_of(child), me.cancelling());
    group.create_task(work("sibling", 1s));
    say("body goes on");
    co_await sleep(1s);
    say("never");
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    say(group_text(error), now());
  }
}

}  // namespace
}  // namespace conformance
