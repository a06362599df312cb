// Cancels that a task aims at itself, and the count: cancelling() and uncancel().
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("cancellation/self-cancel") {
  auto child = []() -> coro<> {
    current_task().cancel();
    say("still running");
    finally at_end([] { say("cancelled at await", now()); });
    co_await sleep(1s);
  };

  task<> made = create_task(child());
  say(co_await attempt(made));
}

SCENARIO("cancellation/self-cancel-without-await") {
  auto child = []() -> coro<std::string> {
    current_task().cancel();
    co_return "lost";
  };

  task<std::string> made = create_task(child());
  const std::string told = co_await attempt(made);
  say(told, made.cancelled());
}

SCENARIO("cancellation/uncancel-after-the-end") {
  auto child = []() -> coro<> {
    current_task().cancel("message");
    co_return;
  };

  task<> made = create_task(child());
  std::vector<task<>> all{made};
  co_await wait(all);
  const std::uint32_t left = made.uncancel();
  say(left, made.cancelled(), made.cancelling());
  say(co_await attempt(made));
  say(co_await attempt(made));
}

SCENARIO("cancellation/self-cancel-then-error") {
  auto child = []() -> coro<> {
    current_task().cancel();
    throw Boom("wins");
    co_return;
  };

  task<> made = create_task(child());
  const std::string told = co_await attempt(made);
  say(told, made.cancelled());
}

SCENARIO("cancellation/self-cancel-sleep0") {
  auto child = []() -> coro<> {
    current_task().cancel();
    try {
      co_await sleep(0s);
      say("never");
    } catch (const cancelled_error&) {
      say("raised");
      throw;
    }
  };

  say(co_await attempt(create_task(child())));
}

SCENARIO("cancellation/self-cancel-skips-done-await") {
  auto child = []() -> coro<> {
    auto f = get_running_loop().create_future<int>();
    f.set_result(1);
    current_task().cancel();
    say("done future", co_await f);
    co_await sleep(0s);
    say("never");
  };

  say(co_await attempt(create_task(child())));
}

SCENARIO("cancellation/raise-cancelled-error") {
  auto child = []() -> coro<> {
    throw cancelled_error("own");
    co_return;
  };

  task<> made = create_task(child());
  const std::string told = co_await attempt(made);
  say(told, made.cancelled(), made.cancelling());
}

SCENARIO("cancellation/cancelling-count") {
  auto child = []() -> coro<> {
    const any_task me = current_task();
    say("start", me.cancelling());
    for (int i = 0; i < 2; ++i) {
      try {
        co_await sleep(10s);
      } catch (const cancelled_error&) {
        say("count", me.cancelling());
      }
    }
    say("uncancel", me.uncancel());
    say("uncancel", me.uncancel());
    say("uncancel at zero", me.uncancel());
  };

  task<> made = create_task(child());
  for (int i = 0; i < 2; ++i) {
    co_await sleep(1s);
    made.cancel();
  }
  co_await made;
}

SCENARIO("cancellation/count-survives-swallow") {
  auto child = []() -> coro<> {
    const any_task me = current_task();
    try {
      co_await sleep(10s);
    } catch (const cancelled_error&) {
    }
    say("after swallow", me.cancelling());
    me.uncancel();
    say("after uncancel", me.cancelling());
    co_await sleep(1s);
  };

  task<> made = create_task(child());
  co_await sleep(1s);
  made.cancel();
  co_await made;
  say(made.cancelled(), now());
}

SCENARIO("cancellation/main-catches-own-cancel") {
  const any_task me = current_task();
  get_running_loop().call_later(1s, [me] { me.cancel("from timer"); });
  try {
    co_await sleep(10s);
  } catch (const cancelled_error&) {
    const std::uint32_t before = me.cancelling();
    say(error_text(), before, me.uncancel());
  }
  co_await sleep(1s);
  say("goes on", now());
}

SCENARIO("cancellation/retry-after-swallow-is-cancellable") {
  auto child = []() -> coro<> {
    for (;;) {
      try {
        co_await sleep(10s);
      } catch (const cancelled_error&) {
        say("seen", now());
        if (current_task().cancelling() == 2) throw;
      }
    }
  };

  task<> made = create_task(child());
  for (int i = 0; i < 2; ++i) {
    co_await sleep(1s);
    say("cancel", made.cancel());
  }
  say(co_await attempt(made));
}

SCENARIO("cancellation/uncancel-before-start") {
  task<int> made = create_task(work("t", 1s, 5));
  made.cancel();
  say("left", made.uncancel());
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("cancellation/uncancel-one-of-two") {
  task<int> made = create_task(work("t", 1s, 5));
  made.cancel();
  made.cancel();
  say("left", made.uncancel());
  const std::string told = co_await attempt(made);
  say(told, made.cancelling());
}

SCENARIO("cancellation/uncancel-waiting-task") {
  task<> made = create_task(work("t", 5s));
  co_await sleep(1s);
  made.cancel();
  say("left", made.uncancel());
  const std::string told = co_await attempt(made);
  say(told, now(), made.cancelling());
}

SCENARIO("cancellation/self-cancel-taken-back") {
  auto child = []() -> coro<long> {
    const any_task me = current_task();
    me.cancel();
    const std::uint32_t before = me.cancelling();
    say("count", before, me.uncancel());
    co_await sleep(1s);
    co_return now();
  };

  say(co_await attempt(create_task(child())));
}

SCENARIO("cancellation/self-cancel-taken-back-return") {
  auto child = []() -> coro<std::string> {
    current_task().cancel();
    current_task().uncancel();
    co_return "kept";
  };

  say(co_await attempt(create_task(child())));
}

}  // namespace
}  // namespace conformance
