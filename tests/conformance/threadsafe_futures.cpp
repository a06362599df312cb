// Results of other threads, without the threads: in what order who hears of them.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("threadsafe/from-the-loop-itself") {
  event_loop& loop = get_running_loop();
  auto number = [](int n) { say(n); };
  loop.call_soon(number, 1);
  loop.call_soon_threadsafe(number, 2);
  loop.call_soon(number, 3);
  loop.call_soon_threadsafe(number, 4);
  say("queued");
  co_await sleep(0s);
  say("a turn later");
}

SCENARIO("threadsafe/context-of-the-caller") {
  context_var<std::string> var("var", "unset");
  event_loop& loop = get_running_loop();
  auto done = loop.create_future<std::string>();
  auto body = [&]() -> coro<std::string> { co_return var.get(); };
  auto job = [&] {
    var.set("thread");
    loop.call_soon_threadsafe([&] { done.set_result(var.get()); });
    return run_coroutine_threadsafe(body(), loop).result(5s);
  };

  var.set("main");
  std::string seen = co_await to_thread(job);
  say("coroutine sees", seen);
  seen = co_await done;
  say("callback sees", seen);
  say("main sees", var.get());
}

SCENARIO("threadsafe/cancelled-before-it-came") {
  auto body = []() -> coro<> {
    say("begins");
    try {
      co_await sleep(1s);
    } catch (const cancelled_error&) {
      say("cancelled");
      throw;
    }
  };

  concurrent_future<> made = run_coroutine_threadsafe(body(), get_running_loop());
  const bool cancelled = made.cancel();
  say(cancelled, made.cancelled());
  for (int i = 0; i < 4; ++i) {
    co_await sleep(0s);
    say("turn", i);
  }
}

SCENARIO("threadsafe/wrap-done-future") {
  concurrent_future<int> source;
  source.set_result(5);
  future<int> wrapped = wrap_future(source);
  wrapped.add_done_callback([](const future<int>& f) { say("callback", f.result()); });
  for (int i = 0; i < 3; ++i) {
    say("turn", i, wrapped.done());
    co_await sleep(0s);
  }
}

SCENARIO("threadsafe/wrap-running-future") {
  concurrent_future<int> source;
  say(source.set_running_or_notify_cancel());
  future<int> wrapped = wrap_future(source);
  say(wrapped.cancel());
  co_await ticks(2);
  say(wrapped.cancelled(), source.cancelled(), source.running());
  source.set_result(1);
  co_await ticks(2);
  say(source.result(), wrapped.cancelled());
}

SCENARIO("threadsafe/wrap-source-cancelled") {
  concurrent_future<int> source;
  future<int> wrapped = wrap_future(source);
  const bool first = source.cancel();
  say(first, source.cancel(), wrapped.done());
  std::string told = co_await attempt(wrapped);
  say(told);
  try {
    source.set_result(1);
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
}

SCENARIO("threadsafe/concurrent-callbacks") {
  auto bad = [](const concurrent_future<int>&) {
    say("bad");
    throw Boom("is logged");
  };

  concurrent_future<int> source;
  source.add_done_callback([](const concurrent_future<int>& f) { say("first", f.result()); });
  source.add_done_callback(bad);
  source.add_done_callback([](const concurrent_future<int>&) { say("last"); });
  source.set_result(1);
  say("set");
  source.add_done_callback([](const concurrent_future<int>&) { say("late"); });
  say("added");
  co_return;
}

SCENARIO("threadsafe/concurrent-states") {
  auto state = [](const concurrent_future<>& f) {
    say("running", f.running(), "done", f.done(), "cancelled", f.cancelled());
  };

  concurrent_future<> source;
  state(source);
  say("cancel", source.cancel());
  state(source);
  say("work", source.set_running_or_notify_cancel());
  concurrent_future<> other;
  const bool works = other.set_running_or_notify_cancel();
  say("work", works, "cancel", other.cancel());
  state(other);
  other.set_exception(Boom("no"));
  state(other);
  say(error_text(other.exception()), "cancel", other.cancel());
  co_return;
}

SCENARIO("threadsafe/result-in-time") {
  concurrent_future<int> source;
  try {
    source.result(0s);
  } catch (const timeout_error&) {
    say("not yet");
  }
  source.set_result(1);
  say(source.result(0s));
  co_return;
}

SCENARIO("threadsafe/two-wrappers") {
  concurrent_future<int> source;
  future<int> first = wrap_future(source);
  future<int> second = wrap_future(source);
  first.add_done_callback([](const future<int>& f) { say("first", outcome_of(f)); });
  second.add_done_callback([](const future<int>& f) { say("second", outcome_of(f)); });
  source.set_result(7);
  co_await ticks(3);
  say(first == second, wrap_future(first) == first);
}

SCENARIO("threadsafe/task-errors-and-callbacks") {
  auto body = []() -> coro<> {
    co_await sleep(0s);
    throw Boom("inside");
  };

  event_loop& loop = get_running_loop();
  loop.set_exception_handler([](const exception_context&) { say("handler"); });
  concurrent_future<> made = run_coroutine_threadsafe(body(), loop);
  made.add_done_callback(
      [](const concurrent_future<>& f) { say("callback", error_text(f.exception())); });
  for (int i = 0; i < 4; ++i) {
    co_await sleep(0s);
    say("turn", i);
  }
}

}  // namespace
}  // namespace conformance
