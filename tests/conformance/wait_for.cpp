// wait_for: a limit on one await.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("wait_for_timeout/result-in-time") {
  const int result = co_await wait_for(work("a", 1s, 5), 2s);
  say(result, now());
}

SCENARIO("wait_for_timeout/too-late") {
  const std::string told = co_await attempt(wait_for(work("a", 5s), 2s));
  say(told, now());
}

SCENARIO("wait_for_timeout/zero-never-starts") {
  const std::string told = co_await attempt(wait_for(work("a", 1s), 0s));
  say(told, now());
}

SCENARIO("wait_for_timeout/negative") {
  const std::string told = co_await attempt(wait_for(work("a", 1s), -1s));
  say(told, now());
}

SCENARIO("wait_for_timeout/zero-cancels-pending-future") {
  auto f = get_running_loop().create_future<int>();
  say(co_await attempt(wait_for(f, 0s)));
  say(outcome_of(f));
}

SCENARIO("wait_for_timeout/inner-error") {
  auto bad = []() -> coro<> {
    co_await sleep(1s);
    throw Boom("inner");
  };

  const std::string told = co_await attempt(wait_for(bad(), 5s));
  say(told, now());
}

SCENARIO("wait_for_timeout/waits-for-slow-cancel") {
  auto slow = []() -> coro<> {
    outcome<int> slept = co_await as_outcome(sleep(10s, 0));
    say("cleaning", now());
    co_await sleep(3s);
    say("cleaned", now());
    slept.take();
  };

  const std::string told = co_await attempt(wait_for(slow(), 1s));
  say(told, now());
}

SCENARIO("wait_for_timeout/inner-swallows-cancel") {
  auto stubborn = []() -> coro<std::string> {
    try {
      co_await sleep(10s);
    } catch (const cancelled_error&) {
      co_return "kept";
    }
    co_return "never";
  };

  const std::string told = co_await attempt(wait_for(stubborn(), 1s));
  say(told, now());
}

SCENARIO("wait_for_timeout/error-during-cancel") {
  auto bad = []() -> coro<> {
    try {
      co_await sleep(10s);
    } catch (...) {
      throw Boom("cleanup");
    }
  };

  const std::string told = co_await attempt(wait_for(bad(), 1s));
  say(told, now());
}

SCENARIO("wait_for_timeout/outer-cancel") {
  task<> made = create_task(wait_for(work("a", 10s), 5s));
  co_await sleep(1s);
  made.cancel();
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("wait_for_timeout/task-is-cancelled-on-timeout") {
  task<> made = create_task(work("t", 5s));
  say(co_await attempt(wait_for(made, 1s)));
  say(outcome_of(made));
}

SCENARIO("wait_for_timeout/late-result-of-future-ignored") {
  auto f = get_running_loop().create_future<int>();
  say(co_await attempt(wait_for(f, 1s)));
  try {
    f.set_result(1);
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
}

SCENARIO("wait_for_timeout/blocked-past-deadline") {
  auto blocker = []() -> coro<> {
    co_await sleep(1s);
    block(5s);
    say("unblocked", now());
  };

  task<> made = create_task(blocker());
  const std::string told = co_await attempt(wait_for(work("a", 20s), 2s));
  say(told, now());
  co_await made;
}

SCENARIO("wait_for_timeout/nested-inner-first") {
  auto body = []() -> coro<std::string> {
    const std::string told = co_await attempt(wait_for(work("a", 9s), 1s));
    say("inner", told, now());
    co_await sleep(1s);
    co_return "body ends";
  };

  const std::string told = co_await attempt(wait_for(body(), 5s));
  say(told, now());
}

SCENARIO("wait_for_timeout/nested-outer-first") {
  auto body = []() -> coro<> {
    try {
      co_await wait_for(work("a", 9s), 5s);
    } catch (const cancelled_error&) {
      say("inner sees CancelledError", now());
      throw;
    }
  };

  const std::string told = co_await attempt(wait_for(body(), 1s));
  say(told, now());
}

SCENARIO("wait_for_timeout/queue-get-leaves-item") {
  queue<std::string> q;
  say(co_await attempt(wait_for(q.get(), 1s)));
  q.put_nowait("x");
  const std::size_t size = q.qsize();
  const std::string item = co_await wait_for(q.get(), 1s);
  say(size, item);
}

SCENARIO("wait_for_timeout/result-and-deadline-tie") {
  event_loop& loop = get_running_loop();
  auto f = loop.create_future<std::string>();
  loop.call_at(at(1s), [f] { f.set_result("r"); });
  const std::string told = co_await attempt(wait_for(f, 1s));
  say(told, now());
  say(outcome_of(f));
}

SCENARIO("wait_for_timeout/runs-in-callers-task") {
  const any_task me = current_task();
  auto inner = [&]() -> coro<bool> { co_return current_task() == me; };

  say("same task", co_await wait_for(inner(), 1s));
}

SCENARIO("wait_for_timeout/zero-with-done-future") {
  event_loop& loop = get_running_loop();
  auto f = loop.create_future<std::string>();
  f.set_result("there");
  loop.call_soon([] { say("a turn"); });
  say(co_await wait_for(f, 0s));
  co_await sleep(0s);
}

SCENARIO("wait_for_timeout/zero-inner-swallows") {
  auto stubborn = []() -> coro<std::string> {
    outcome<void> slept = co_await as_outcome(sleep(5s));
    if (slept.cancelled()) co_await sleep(1s);
    co_return "kept";
  };

  task<std::string> made = create_task(stubborn());
  co_await sleep(0s);
  const std::string told = co_await attempt(wait_for(made, 0s));
  say(told, now());
}

SCENARIO("wait_for_timeout/task-swallows-and-waiter") {
  auto stubborn = []() -> coro<std::string> {
    outcome<void> slept = co_await as_outcome(sleep(5s));
    co_return slept.cancelled() ? "kept" : "never";
  };

  task<std::string> made = create_task(stubborn());
  const std::string told = co_await attempt(wait_for(made, 1s));
  say(told, now(), made.cancelling());
  say("count", current_task().cancelling());
}

SCENARIO("wait_for_timeout/task-ends-at-deadline") {
  task<std::string> made = create_task(work("t", 1s, "r"));
  co_await sleep(0s);
  const std::string told = co_await attempt(wait_for(shield(made), 1s));
  say(told, now());
  co_await sleep(0s);
  say(outcome_of(made));
}

SCENARIO("wait_for_timeout/inner-cancelled-by-others") {
  task<> made = create_task(work("t", 5s));
  get_running_loop().call_later(1s, [made] { made.cancel("others"); });
  const std::string told = co_await attempt(wait_for(made, 2s));
  say(told, now());
}

SCENARIO("wait_for_timeout/no-time-leaves-the-result") {
  auto quick = []() -> coro<std::string> { co_return "quick"; };
  auto stubborn = []() -> coro<std::string> {
    outcome<void> slept = co_await as_outcome(sleep(5s));
    co_return slept.cancelled() ? "kept" : "never";
  };

  task<std::string> made = create_task(quick());
  co_await sleep(0s);
  std::string told = co_await wait_for(made, 0s);
  say(told);
  told = co_await wait_for(made, 0s);
  const std::string again = co_await made;
  say(told, again);
  task<std::string> other = create_task(stubborn());
  co_await sleep(0s);
  told = co_await wait_for(other, 0s);
  say(told);
  told = co_await other;
  say(told, made.result());
}

SCENARIO("wait_for_timeout/no-time-takes-the-message") {
  auto child = []() -> coro<> { co_await sleep(5s); };

  task<> made;
  get_running_loop().call_soon([&made] { made.cancel("message"); });
  made = create_task(child());
  say(co_await attempt(wait_for(made, 0s)));
  const std::string told = co_await attempt(made);
  say(told, made.cancelling());
}

}  // namespace
}  // namespace conformance
