// Plain futures.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("futures/set-exception") {
  event_loop& loop = get_running_loop();
  auto f = loop.create_future<int>();
  loop.call_later(1s, [f] { f.set_exception(Boom("f")); });
  std::string told = co_await attempt(f);
  say(told, now());
}

SCENARIO("futures/set-exception-class") {
  auto f = get_running_loop().create_future<int>();
  f.set_exception(Boom());
  say(co_await attempt(f));
}

SCENARIO("futures/set-twice") {
  auto f = get_running_loop().create_future<int>();
  f.set_result(1);
  try {
    f.set_result(2);
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
  try {
    f.set_exception(Boom());
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
  say(outcome_of(f));
  co_return;
}

SCENARIO("futures/cancel-when-done") {
  auto f = get_running_loop().create_future<int>();
  f.set_result(1);
  say(f.cancel(), outcome_of(f));
  co_return;
}

SCENARIO("futures/cancel-message") {
  auto f = get_running_loop().create_future<int>();
  f.cancel("no more");
  say(co_await attempt(f));
}

SCENARIO("futures/early-result") {
  auto f = get_running_loop().create_future<int>();
  try {
    f.result();
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
  try {
    f.exception();
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
  co_return;
}

SCENARIO("futures/exception-none") {
  auto f = get_running_loop().create_future<std::monostate>();
  f.set_result(none);
  if (std::exception_ptr error = f.exception()) {
    say(f.result(), error_text(error));
  } else {
    say(f.result(), none);
  }
  co_return;
}

coro<> say_after(future<> f, std::string name) {
  co_await f;
  say(name);
}

SCENARIO("futures/waiters-fifo") {
  auto f = get_running_loop().create_future();
  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c", "d"}) tasks.push_back(create_task(say_after(f, n)));
  co_await sleep(0s);
  f.set_result();
  say("set");
  co_await gather(tasks);
}

SCENARIO("futures/same-error-to-all") {
  auto f = get_running_loop().create_future();
  auto waiter = [&](std::string name) -> coro<> { say(name, co_await attempt(f)); };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(waiter(n)));
  co_await sleep(0s);
  f.set_exception(Boom("shared"));
  co_await gather(tasks);
}

SCENARIO("futures/done-await-no-turn") {
  event_loop& loop = get_running_loop();
  auto f = loop.create_future<int>();
  f.set_result(1);
  loop.call_soon([] { say("other"); });
  say("got", co_await f);
  say("before other");
  co_await sleep(0s);
}

SCENARIO("futures/await-order-of-two") {
  event_loop& loop = get_running_loop();
  auto a = loop.create_future<std::string>();
  auto b = loop.create_future<std::string>();
  loop.call_later(2s, [a] { a.set_result("a"); });
  loop.call_later(1s, [b] { b.set_result("b"); });
  const std::string first = co_await a;
  say(first, now());
  const std::string second = co_await b;
  say(second, now());
}

SCENARIO("futures/set-while-others-run") {
  event_loop& loop = get_running_loop();
  auto f = loop.create_future();
  task<> waiter = create_task(say_after(f, "waiter"));
  co_await sleep(0s);
  loop.call_soon([] { say("ready before"); });
  f.set_result();
  loop.call_soon([] { say("ready after"); });
  co_await waiter;
}

SCENARIO("futures/result-from-callback-error") {
  event_loop& loop = get_running_loop();
  auto f = loop.create_future<int>();
  auto compute = [f] {
    try {
      throw Boom("computed");
    } catch (const Boom&) {
      f.set_exception(std::current_exception());
    }
  };

  loop.call_soon(compute);
  say(co_await attempt(f));
}

SCENARIO("futures/set-on-cancelled") {
  auto f = get_running_loop().create_future<int>();
  f.cancel();
  try {
    f.set_result(2);
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
  try {
    f.set_exception(Boom());
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
  say(outcome_of(f));
  co_return;
}

SCENARIO("futures/asked-when-cancelled") {
  auto f = get_running_loop().create_future<int>();
  f.cancel("gone");
  try {
    f.result();
  } catch (const cancelled_error&) {
    say(error_text());
  }
  try {
    f.exception();
  } catch (const cancelled_error&) {
    say(error_text());
  }
  co_return;
}

SCENARIO("futures/cancelled-error-as-error") {
  auto f = get_running_loop().create_future();
  auto waiter = [&]() -> coro<> { co_await f; };

  task<> waiting = create_task(waiter());
  co_await sleep(0s);
  f.set_exception(cancelled_error("set"));
  say(outcome_of(f), f.cancelled());
  const std::string told = co_await attempt(waiting);
  say(told, waiting.cancelled(), waiting.cancelling());
}

SCENARIO("futures/cancel-twice") {
  auto f = get_running_loop().create_future<int>();
  const bool first = f.cancel("first");
  say(first, f.cancel("second"));
  say(co_await attempt(f));
}

SCENARIO("futures/cancelled-under-waiters") {
  auto f = get_running_loop().create_future();
  auto waiter = [&](std::string name) -> coro<> {
    finally at_end([&] { say(name, "leaves"); });
    co_await f;
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(waiter(n)));
  co_await sleep(0s);
  f.cancel("gone");
  std::vector<std::string> told;
  for (const task<>& one : tasks) told.push_back(co_await attempt(one));
  say(told);
  std::vector<bool> cancelled;
  std::vector<std::uint32_t> counts;
  for (const task<>& one : tasks) {
    cancelled.push_back(one.cancelled());
    counts.push_back(one.cancelling());
  }
  say(cancelled, counts);
}

SCENARIO("futures/get-loop") {
  event_loop& loop = get_running_loop();
  say(&loop.create_future().get_loop() == &loop);
  co_return;
}

}  // namespace
}  // namespace conformance
