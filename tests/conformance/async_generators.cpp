// Async generators: their turns, their end, cancellation. A `finally` around a `co_yield` that
// awaits is written: keep what is thrown, leave the catch block, clean up, throw it on.
#include <weft/core/async_generator.hpp>

#include "scenario.hpp"

namespace conformance {
namespace {

/// The end of a generator as an error, as Python's anext gives it.
class stop_async_iteration : public std::exception {};

template <class T>
coro<T> anext(async_generator<T>& generator) {
  T* value = co_await generator.next();
  if (!value) throw stop_async_iteration();
  co_return *value;
}
template <class T>
coro<std::string> anext(async_generator<T>& generator, const char* at_end) {
  T* value = co_await generator.next();
  co_return value ? word(*value) : at_end;
}

SCENARIO("async_generators/break-keeps-it-open") {
  auto numbers = []() -> async_generator<int> {
    finally at_end([] { say("closed"); });
    for (int i = 0; i < 9; ++i) co_yield i;
  };

  async_generator<int> generator = numbers();
  while (const int* i = co_await generator.next()) {
    if (*i == 2) break;
  }
  say("left", co_await anext(generator));
  co_await generator.aclose();
  say("end");
}

SCENARIO("async_generators/aclose-unstarted") {
  auto numbers = []() -> async_generator<int> {
    finally at_end([] { say("never"); });
    co_yield 1;
  };

  async_generator<int> generator = numbers();
  co_await generator.aclose();
  say(co_await anext(generator, "spent"));
}

SCENARIO("async_generators/aclose-may-await") {
  auto numbers = []() -> async_generator<int> {
    std::exception_ptr leaving;
    try {
      co_yield 1;
    } catch (...) {
      leaving = std::current_exception();
    }
    co_await sleep(2s);
    say("cleaned", now());
    if (leaving) std::rethrow_exception(leaving);
  };

  async_generator<int> generator = numbers();
  say(co_await anext(generator));
  co_await generator.aclose();
  say("closed", now());
}

SCENARIO("async_generators/cancelled-inside") {
  auto ticker = []() -> async_generator<long> {
    finally at_end([] { say("ticker finally", now()); });
    for (;;) {
      co_yield now();
      co_await sleep(1s);
    }
  };
  async_generator<long> generator = ticker();
  auto consumer = [&]() -> coro<> {
    while (const long* t = co_await generator.next()) say("tick", *t);
  };

  task<> consuming = create_task(consumer());
  co_await sleep(2.5s);
  consuming.cancel();
  const std::string told = co_await attempt(consuming);
  const std::string next = co_await anext(generator, "ended");
  say(told, next);
}

SCENARIO("async_generators/aclose-in-finally-at-cancel") {
  auto numbers = []() -> async_generator<int> {
    std::exception_ptr leaving;
    try {
      co_yield 1;
    } catch (...) {
      leaving = std::current_exception();
    }
    co_await sleep(1s);
    say("generator cleaned", now());
    if (leaving) std::rethrow_exception(leaving);
  };
  auto consumer = [&]() -> coro<> {
    async_generator<int> generator = numbers();
    std::exception_ptr leaving;
    try {
      const int* item = co_await generator.next();
      while (item) {
        co_await sleep(9s);
        item = co_await generator.next();
      }
    } catch (...) {
      leaving = std::current_exception();
    }
    say("closing", now());
    co_await generator.aclose();
    if (leaving) std::rethrow_exception(leaving);
  };

  task<> consuming = create_task(consumer());
  co_await sleep(1s);
  consuming.cancel();
  const std::string told = co_await attempt(consuming);
  say(told, now());
}

SCENARIO("async_generators/swallows-cancel") {
  auto numbers = []() -> async_generator<int> {
    co_yield 1;
    try {
      co_await sleep(9s);
    } catch (const cancelled_error&) {
      say("swallowed", now());
    }
    co_yield 2;
  };
  auto consumer = [&]() -> coro<std::vector<int>> {
    std::vector<int> all;
    async_generator<int> generator = numbers();
    while (const int* i = co_await generator.next()) all.push_back(*i);
    co_return all;
  };

  task<std::vector<int>> consuming = create_task(consumer());
  co_await sleep(1s);
  consuming.cancel();
  const std::string told = co_await attempt(consuming);
  say(told, consuming.cancelling());
}

SCENARIO("async_generators/two-askers") {
  auto slow = []() -> async_generator<std::string> {
    co_await sleep(1s);
    co_yield std::string("slow");
  };
  async_generator<std::string> generator = slow();
  auto ask = [&]() -> coro<std::string> { co_return co_await anext(generator); };

  task<std::string> first = create_task(ask());
  co_await sleep(0s);
  say(co_await attempt(create_task(ask())));
  const std::string got = co_await first;
  say(got, now());
  co_await generator.aclose();
}

context_var<std::string> var("var", "unset");

SCENARIO("async_generators/context-of-consumer") {
  auto numbers = []() -> async_generator<int> {
    var.set("set inside");
    co_yield 1;
  };

  async_generator<int> generator = numbers();
  while (co_await generator.next()) say(var.get());
}

SCENARIO("async_generators/delegate-close") {
  auto inner = []() -> async_generator<int> {
    finally at_end([] { say("inner closed"); });
    co_yield 1;
    co_yield 2;
  };
  async_generator<int> source = inner();
  auto outer = [&]() -> async_generator<int> {
    finally at_end([] { say("outer closed"); });
    while (const int* i = co_await source.next()) co_yield *i;
  };

  async_generator<int> generator = outer();
  co_await anext(generator);
  co_await generator.aclose();
  say("inner still gives", co_await anext(source));
  co_await source.aclose();
}

SCENARIO("async_generators/error-ends-it") {
  auto numbers = []() -> async_generator<int> {
    co_yield 1;
    throw Boom("inside");
  };

  async_generator<int> generator = numbers();
  say(co_await anext(generator));
  say(co_await attempt(anext(generator)));
  say(co_await anext(generator, "end"));
}

SCENARIO("async_generators/shutdown-only-the-open") {
  auto numbers = [](std::string name) -> async_generator<std::string> {
    finally at_end([&] { say(name, "closed"); });
    co_yield name;
  };

  async_generator<std::string> fresh = numbers("fresh");
  async_generator<std::string> ended = numbers("ended");
  async_generator<std::string> open = numbers("open");
  while (co_await ended.next()) {
  }
  co_await anext(open);
  co_await get_running_loop().shutdown_asyncgens();
  say("fresh still gives", co_await anext(fresh));
  co_await fresh.aclose();
}

}  // namespace
}  // namespace conformance
