// Done callbacks and scheduled callbacks.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("callbacks/run-in-order-added") {
  task<> made = create_task(work("t", 1s));
  for (const char* n : {"a", "b", "c"}) {
    made.add_done_callback([n](const task<>&) { say("callback", n); });
  }
  co_await made;
}

SCENARIO("callbacks/run-later-not-at-once") {
  auto f = get_running_loop().create_future<int>();
  f.add_done_callback([](const future<int>& done) { say("callback", done.result()); });
  f.set_result(1);
  say("set");
  co_await sleep(0s);
  say("after a turn");
}

SCENARIO("callbacks/added-after-done") {
  auto f = get_running_loop().create_future<int>();
  f.set_result(1);
  f.add_done_callback([](const future<int>&) { say("callback"); });
  say("added");
  co_await sleep(0s);
  say("after a turn");
}

SCENARIO("callbacks/receive-the-future") {
  task<int> made = create_task(work("t", 1s, 5));
  made.add_done_callback([&](const task<int>& t) { say("same", t == made, t.result()); });
  co_await made;
}

SCENARIO("callbacks/error-in-callback") {
  auto bad = [](const future<int>&) { throw Boom("in callback"); };

  event_loop& loop = get_running_loop();
  loop.set_exception_handler(
      [](const exception_context& context) { say("handler", error_text(context.exception)); });
  auto f = loop.create_future<int>();
  f.add_done_callback(bad);
  f.add_done_callback([](const future<int>&) { say("second"); });
  f.set_result(1);
  co_await sleep(0s);
  say("task goes on");
}

SCENARIO("callbacks/callback-before-awaiter") {
  auto f = get_running_loop().create_future<int>();
  auto awaiter = [&]() -> coro<> {
    co_await f;
    say("awaiter");
  };

  f.add_done_callback([](const future<int>&) { say("early callback"); });
  task<> made = create_task(awaiter());
  co_await sleep(0s);
  f.add_done_callback([](const future<int>&) { say("late callback"); });
  f.set_result(1);
  co_await made;
}

SCENARIO("callbacks/callback-schedules-callback") {
  event_loop& loop = get_running_loop();
  auto first = [&](const future<int>&) {
    say("first");
    loop.call_soon([] { say("scheduled by first"); });
  };

  auto f = loop.create_future<int>();
  f.add_done_callback(first);
  f.add_done_callback([](const future<int>&) { say("second"); });
  f.set_result(1);
  co_await ticks(2);
}

SCENARIO("callbacks/callback-adds-callback") {
  auto first = [](const future<int>& f) {
    say("first");
    f.add_done_callback([](const future<int>&) { say("added by first"); });
  };

  auto f = get_running_loop().create_future<int>();
  f.add_done_callback(first);
  f.add_done_callback([](const future<int>&) { say("second"); });
  f.set_result(1);
  co_await sleep(0s);
  say("turn");
  co_await sleep(0s);
}

SCENARIO("callbacks/task-callback-sees-done-task") {
  auto callback = [](const task<int>& t) {
    if (const any_task current = current_task()) {
      say(t.done(), t.cancelled(), t.result(), current.get_name());
    } else {
      say(t.done(), t.cancelled(), t.result(), none);
    }
  };

  task<int> made = create_task(work("t", 1s, 4));
  made.add_done_callback(callback);
  co_await made;
}

SCENARIO("callbacks/cancel-handle-of-call-soon") {
  handle second;
  auto first = [&] {
    say("first");
    second.cancel();
  };

  event_loop& loop = get_running_loop();
  loop.call_soon(first);
  second = loop.call_soon([] { say("never"); });
  loop.call_soon([] { say("third"); });
  co_await sleep(0s);
  say("cancelled", second.cancelled());
}

SCENARIO("callbacks/callback-cancels-task") {
  task<> a = create_task(work("a", 1s));
  task<> b = create_task(work("b", 9s));
  a.add_done_callback([&](const task<>&) { b.cancel(); });
  std::string told = co_await attempt(b);
  say(told, now());
}

SCENARIO("callbacks/callbacks-of-two-futures") {
  event_loop& loop = get_running_loop();
  auto a = loop.create_future<int>();
  auto b = loop.create_future<int>();
  auto add_two = [](const future<int>& f, std::string n) {
    f.add_done_callback([n](const future<int>&) { say(n, 1); });
    f.add_done_callback([n](const future<int>&) { say(n, 2); });
  };
  add_two(a, "a");
  add_two(b, "b");
  b.set_result(0);
  a.set_result(0);
  co_await sleep(0s);
}

SCENARIO("callbacks/no-callback-twice") {
  auto f = get_running_loop().create_future<int>();
  f.add_done_callback([](const future<int>&) { say("callback"); });
  f.set_result(1);
  co_await f;
  co_await f;
  co_await ticks(3);
  say("end");
}

SCENARIO("callbacks/removed") {
  auto f = get_running_loop().create_future<int>();
  handle first = f.add_done_callback([](const future<int>&) { say("never"); });
  f.add_done_callback([](const future<int>&) { say("second"); });
  const std::size_t once = f.remove_done_callback(first);
  say(once, f.remove_done_callback(first));
  f.set_result(1);
  co_await sleep(0s);
}

SCENARIO("callbacks/removed-too-late") {
  handle second;
  auto f = get_running_loop().create_future<int>();
  handle first = f.add_done_callback(
      [&](const future<int>& done) { say("first removes", done.remove_done_callback(second)); });
  second = f.add_done_callback([](const future<int>&) { say("second runs"); });
  f.set_result(1);
  say("removed", f.remove_done_callback(first));
  co_await sleep(0s);
}

SCENARIO("callbacks/cancelled-error-in-callback") {
  event_loop& loop = get_running_loop();
  loop.set_exception_handler(
      [](const exception_context& context) { say("handler", error_text(context.exception)); });
  loop.call_soon([] { throw cancelled_error("in callback"); });
  co_await sleep(0s);
  say("goes on", current_task().cancelling());
}

SCENARIO("callbacks/finishes-another-future") {
  event_loop& loop = get_running_loop();
  auto a = loop.create_future<int>();
  auto b = loop.create_future<int>();
  a.add_done_callback([b](const future<int>& f) { b.set_result(f.result() + 1); });
  b.add_done_callback([](const future<int>& f) { say("b", f.result()); });
  a.add_done_callback([](const future<int>& f) { say("a", f.result()); });
  a.set_result(1);
  co_await sleep(0s);
  say("a turn");
  co_await sleep(0s);
}

SCENARIO("callbacks/cancel-handle-that-ran") {
  handle ran = get_running_loop().call_soon([] { say("runs"); });
  co_await sleep(0s);
  say(ran.cancelled());
  ran.cancel();
  say(ran.cancelled());
}

}  // namespace
}  // namespace conformance
