// Coroutines: lazy start, values, errors, nesting.
#include <weft/core/async_generator.hpp>

#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("coroutines/lazy-start") {
  auto child = []() -> coro<int> {
    say("child runs");
    co_return 7;
  };

  coro<int> made = child();
  say("made");
  say("got", co_await std::move(made));
}

SCENARIO("coroutines/two-awaits-are-sequential") {
  co_await work("a", 1s);
  say(now());
  co_await work("b", 2s);
  say(now());
}

SCENARIO("coroutines/tasks-overlap") {
  task<> a = create_task(work("a", 1s));
  task<> b = create_task(work("b", 2s));
  co_await a;
  co_await b;
  say(now());
}

SCENARIO("coroutines/error-through-frames") {
  auto leaf = []() -> coro<> {
    finally at_end([] { say("leaf finally"); });
    co_await sleep(1s);
    throw Boom("leaf");
  };
  auto middle = [&]() -> coro<> {
    finally at_end([] { say("middle finally"); });
    co_await leaf();
  };

  try {
    co_await middle();
  } catch (const Boom&) {
    say("caught", error_text());
  }
}

SCENARIO("coroutines/catch-and-go-on") {
  auto leaf = []() -> coro<> {
    throw Boom("x");
    co_return;
  };
  auto middle = [&]() -> coro<std::string> {
    try {
      co_await leaf();
    } catch (const Boom&) {
      say("middle caught");
      co_return "fallback";
    }
    co_return "never";
  };

  say(co_await middle());
}

coro<> down(int n) {
  say("down", n);
  if (n > 0) co_await down(n - 1);
  say("up", n);
}

SCENARIO("coroutines/recursion") { co_await down(3); }

SCENARIO("coroutines/await-in-sequence-of-sleep0") {
  auto two = [](std::string name) -> coro<> {
    for (int i = 0; i < 3; ++i) {
      say(name, i);
      co_await sleep(0s);
    }
  };

  task<> a = create_task(two("a"));
  task<> b = create_task(two("b"));
  co_await a;
  co_await b;
}

/// An async scope that swallows: in weft a scope is a function that takes its body.
template <class Body>
coro<> swallowing_scope(Body body) {
  outcome<void> ended = co_await as_outcome(body());
  if (!ended) say("exit sees", error_text(ended.exception()));
}

SCENARIO("coroutines/async-with-swallow") {
  auto body = []() -> coro<> {
    throw Boom("inside");
    co_return;
  };
  co_await swallowing_scope(body);
  say("after");
}

SCENARIO("coroutines/async-generator") {
  auto numbers = []() -> async_generator<int> {
    for (int i = 0; i < 3; ++i) {
      say("yield", i);
      co_yield i;
      co_await sleep(1s);
    }
    say("generator ends");
  };

  async_generator<int> generator = numbers();
  while (const int* i = co_await generator.next()) say("got", *i, now());
  say("done", now());
}

SCENARIO("coroutines/async-generator-aclose") {
  auto numbers = []() -> async_generator<int> {
    std::exception_ptr leaving;
    try {
      co_yield 1;
      co_yield 2;
    } catch (...) {
      leaving = std::current_exception();
    }
    co_await sleep(1s);
    say("cleaned", now());
    if (leaving) std::rethrow_exception(leaving);
  };

  async_generator<int> generator = numbers();
  say("got", *co_await generator.next());
  co_await generator.aclose();
  say("closed");
}

}  // namespace
}  // namespace conformance
