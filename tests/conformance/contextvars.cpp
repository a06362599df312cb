// Context variables across tasks and callbacks.
#include "scenario.hpp"

namespace conformance {
namespace {

context_var<std::string> var("var", "unset");
context_var<std::string> bare("bare");

SCENARIO("contextvars/task-copies-context") {
  auto child = []() -> coro<> {
    say("child sees", var.get());
    var.set("child");
    co_return;
  };

  var.set("main");
  task<> made = create_task(child());
  var.set("changed");
  co_await made;
  say("main sees", var.get());
}

SCENARIO("contextvars/siblings-are-apart") {
  auto child = [](std::string name) -> coro<> {
    bare.set(name);
    co_await sleep(1s);
    say(name, "sees", bare.get());
  };

  co_await gather(child("a"), child("b"), child("c"));
}

SCENARIO("contextvars/kept-across-awaits") {
  auto child = [](std::string name, int n) -> coro<> {
    for (int i = 0; i < n; ++i) {
      bare.set(name + std::to_string(i));
      co_await sleep(0s);
      say(bare.get());
    }
  };

  co_await gather(child("a", 2), child("b", 2));
}

SCENARIO("contextvars/callback-change-is-private") {
  var.set("main");
  get_running_loop().call_soon([] { var.set("callback"); });
  co_await sleep(0s);
  say(var.get());
}

SCENARIO("contextvars/done-callback-context") {
  auto child = []() -> coro<> {
    var.set("child");
    co_return;
  };

  var.set("main");
  task<> made = create_task(child());
  made.add_done_callback([](const task<>&) { say("callback sees", var.get()); });
  co_await made;
  co_await sleep(0s);
}

SCENARIO("contextvars/reset-token") {
  auto first = var.set("one");
  auto second = var.set("two");
  var.reset(second);
  say(var.get());
  var.reset(first);
  say(var.get());
  co_return;
}

SCENARIO("contextvars/default-and-lookup") {
  try {
    bare.get();
  } catch (const value_error&) {
    say("LookupError");
  }
  say(bare.get("fallback"));
  co_return;
}

SCENARIO("contextvars/executor-drops-context") {
  auto read = [] { return var.get(); };
  var.set("main");
  const std::string seen = co_await run_in_executor(nullptr, read);
  say(seen);
}

SCENARIO("contextvars/to-thread-carries-context") {
  auto job = [] {
    std::string seen = var.get();
    var.set("thread");
    return seen;
  };

  var.set("main");
  const std::string seen = co_await to_thread(job);
  say(seen, var.get());
}

SCENARIO("contextvars/explicit-context") {
  auto child = []() -> coro<> {
    say("task", var.get());
    var.set("set by task");
    co_return;
  };

  context ctx = copy_context();
  ctx.run([] { var.set("given"); });
  get_running_loop().call_soon(ctx, [] { say("callback", var.get()); });
  co_await create_task(task_options().context(ctx), child());
  say("main", var.get(), "ctx", ctx.get(var));
}

SCENARIO("contextvars/entered-further-out") {
  const context outer = copy_context();
  const auto try_again = [&outer] {
    try {
      outer.run([] { say("entered"); });
    } catch (const usage_error&) {
      say("refused");
    }
  };
  const auto eager = [&try_again]() -> coro<> {
    try_again();
    co_return;
  };
  const auto in_outer = [&] {
    copy_context().run(try_again);
    create_task(eager_start, eager());
  };

  outer.run(in_outer);
  get_running_loop().call_soon(outer, in_outer);
  co_await sleep(0s);
  try_again();
}

}  // namespace
}  // namespace conformance
