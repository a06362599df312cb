// gather under cancels: of the gather, of its awaiter, of a child.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("gather/cancel-outer-cancels-children") {
  auto both = gather(work("a", 5s), work("b", 5s));
  co_await sleep(1s);
  say("cancel", both.cancel());
  say("done at once", both.done());
  std::string told = co_await attempt(both);
  say(told, now());
}

SCENARIO("gather/cancel-awaiter-cancels-children") {
  auto parent = []() -> coro<> {
    finally at_end([] { say("parent leaves"); });
    co_await gather(work("a", 5s), work("b", 5s));
  };

  task<> waiting = create_task(parent());
  co_await sleep(1s);
  waiting.cancel();
  std::string told = co_await attempt(waiting);
  say(told, now());
}

SCENARIO("gather/one-child-cancelled") {
  task<> a = create_task(work("a", 2s));
  task<> b = create_task(work("b", 3s));
  auto both = gather(a, b);
  co_await sleep(1s);
  a.cancel();
  std::string told = co_await attempt(both);
  say(told, "cancelled", both.cancelled());
  say("b is", outcome_of(b));
  co_await b;
}

SCENARIO("gather/nested-cancel") {
  auto inner = gather(work("a", 5s));
  auto outer = gather(inner, work("b", 5s));
  co_await sleep(1s);
  outer.cancel();
  say(co_await attempt(outer));
}

SCENARIO("gather/child-swallows-cancel") {
  auto stubborn = []() -> coro<std::string> {
    bool cancelled = false;
    try {
      co_await sleep(5s);
    } catch (const cancelled_error&) {
      say("cleaning");
      cancelled = true;
    }
    if (cancelled) {
      co_await sleep(2s);
      say("cleaned");
    }
    co_return "kept";
  };

  auto all = gather(stubborn());
  co_await sleep(1s);
  all.cancel();
  std::string told = co_await attempt(all);
  say(told, now());
}

SCENARIO("gather/error-while-cancelling") {
  auto bad = []() -> coro<> {
    try {
      co_await sleep(5s);
    } catch (...) {
      throw Boom("in finally");
    }
  };

  auto both = gather(bad(), work("b", 5s));
  co_await sleep(1s);
  both.cancel();
  say(co_await attempt(both));
}

SCENARIO("gather/cancel-when-done") {
  auto one = []() -> coro<int> { co_return 1; };

  auto all = gather(one());
  co_await ticks(3);
  say(outcome_of(all), all.cancel());
}

}  // namespace
}  // namespace conformance
