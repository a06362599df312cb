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

SCENARIO("gather/same-task-twice-cancel") {
  task<> made = create_task(work("t", 5s));
  auto both = gather(made, made);
  co_await sleep(1s);
  const bool cancelled = both.cancel();
  say("cancel", cancelled, made.cancelling());
  say(co_await attempt(both));
}

SCENARIO("gather/cancel-children-done-already") {
  auto f = get_running_loop().create_future<int>();
  auto all = gather(f);
  f.set_result(1);
  const bool cancelled = all.cancel();
  say("cancel", cancelled, outcome_of(all));
  say(co_await attempt(all));
}

SCENARIO("gather/cancel-one-child-done") {
  auto quick = []() -> coro<int> { co_return 1; };

  auto both = gather(quick(), work("b", 5s));
  co_await sleep(1s);
  say("cancel", both.cancel("enough"));
  const std::string told = co_await attempt(both);
  say(told, both.cancelled());
}

SCENARIO("gather/cancel-with-return-exceptions") {
  auto both = gather(return_exceptions, work("a", 5s), work("b", 5s));
  co_await sleep(1s);
  both.cancel();
  std::string told;
  try {
    co_await both;
  } catch (const cancelled_error&) {
    told = "raised " + error_text();
  }
  say(told, both.cancelled(), now());
}

SCENARIO("gather/cancel-message-of-the-last") {
  auto slow = []() -> coro<> {
    outcome<void> slept = co_await as_outcome(sleep(5s));
    co_await sleep(1s);
    slept.take();
  };
  auto answers = []() -> coro<> {
    try {
      co_await sleep(5s);
    } catch (const cancelled_error&) {
      throw cancelled_error("answer");
    }
  };
  auto told = []<class Future>(Future both) -> coro<> {
    co_await sleep(1s);
    both.cancel("enough");
    try {
      co_await both;
    } catch (const cancelled_error&) {
      say("raised", error_text(), now());
    }
  };

  co_await told(gather(return_exceptions, slow(), answers()));
  co_await told(gather(return_exceptions, answers(), slow()));
}

SCENARIO("gather/cancel-swallowed-by-all") {
  auto stubborn = []() -> coro<std::string> {
    try {
      co_await sleep(5s);
    } catch (const cancelled_error&) {
      co_return "kept";
    }
    co_return "never";
  };

  auto both = gather(stubborn(), stubborn());
  co_await sleep(1s);
  both.cancel("enough");
  const std::string told = co_await attempt(both);
  say(told, both.cancelled());
}

SCENARIO("gather/cancel-after-failure") {
  auto bad = []() -> coro<> {
    throw Boom("bad");
    co_return;
  };

  task<> made = create_task(work("t", 2s));
  auto both = gather(bad(), made);
  say(co_await attempt(both));
  say("cancel", both.cancel());
  co_await made;
}

SCENARIO("gather/awaiter-cancelled-when-done") {
  auto f = get_running_loop().create_future<int>();
  auto all = gather(f);
  auto parent = [&]() -> coro<> { co_await all; };
  task<> waiting;

  all.add_done_callback([&](const auto&) { waiting.cancel(); });
  waiting = create_task(parent());
  co_await sleep(0s);
  f.set_result(1);
  const std::string told = co_await attempt(waiting);
  say(told, outcome_of(all));
}

}  // namespace
}  // namespace conformance
