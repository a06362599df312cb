// Tasks: creation, results, names, states, the task set.
#include <algorithm>
#include <limits>

#include "scenario.hpp"

namespace conformance {
namespace {

coro<> crawl_page(std::string url) {
  say("crawling", url);
  co_await sleep(seconds(std::stoi(url.substr(url.find('_') + 1))));
  say("OK", url);
}

SCENARIO("tasks/crawl-create-then-gather") {
  std::vector<task<>> tasks;
  for (const char* url : {"url_1", "url_2", "url_3", "url_4"}) {
    tasks.push_back(create_task(crawl_page(url)));
  }
  co_await gather(tasks);
  say("wall", now());
}

SCENARIO("tasks/crawl-one-by-one") {
  for (const char* url : {"url_1", "url_2", "url_3", "url_4"}) co_await crawl_page(url);
  say("wall", now());
}

SCENARIO("tasks/start-is-deferred") {
  auto child = []() -> coro<> {
    say("child");
    co_return;
  };

  task<> made = create_task(child());
  say("made", outcome_of(made));
  co_await sleep(0s);
  say("after one turn", outcome_of(made));
}

SCENARIO("tasks/first-steps-in-creation-order") {
  auto child = [](std::string name) -> coro<> {
    say(name);
    co_return;
  };

  std::vector<task<>> tasks;
  for (const char* name : {"a", "b", "c", "d"}) tasks.push_back(create_task(child(name)));
  co_await tasks[3];
  say("all done",
      std::all_of(tasks.begin(), tasks.end(), [](const task<>& t) { return t.done(); }));
}

SCENARIO("tasks/done-before-awaiter-resumes") {
  event_loop& loop = get_running_loop();
  auto child = [&]() -> coro<> {
    say("child ends");
    loop.call_soon([] { say("callback made by the child"); });
    co_return;
  };
  auto noise = []() -> coro<> {
    say("noise");
    co_return;
  };

  task<> made = create_task(child());
  task<> other = create_task(noise());
  co_await made;
  say("awaiter resumes");
  co_await other;
}

SCENARIO("tasks/await-done-task-at-once") {
  auto child = []() -> coro<int> { co_return 3; };
  auto other = []() -> coro<> {
    say("other");
    co_return;
  };

  task<int> made = create_task(child());
  co_await sleep(0s);
  task<> later = create_task(other());
  say("value", co_await made);
  say("before other");
  co_await later;
}

SCENARIO("tasks/await-twice") {
  task<int> made = create_task(work("t", 1s, 9));
  say(co_await made);
  say(co_await made);
  say(made.result());
}

SCENARIO("tasks/many-awaiters-fifo") {
  auto watch = [](std::string name, task<int> watched) -> coro<> { say(name, co_await watched); };

  task<int> made = create_task(work("t", 1s, 1));
  std::vector<task<>> watchers;
  for (const char* name : {"a", "b", "c"}) watchers.push_back(create_task(watch(name, made)));
  co_await gather(watchers);
}

SCENARIO("tasks/error-kept-for-awaiter") {
  auto child = []() -> coro<> {
    throw Boom("kept");
    co_return;
  };

  task<> made = create_task(child());
  co_await sleep(1s);
  say(outcome_of(made));
  say(co_await attempt(made));
  say(co_await attempt(made));
}

SCENARIO("tasks/current-task") {
  auto child = []() -> coro<> {
    say("in child", current_task().get_name());
    co_return;
  };
  auto callback = [] {
    if (const any_task current = current_task()) {
      say("in callback", current.get_name());
    } else {
      say("in callback", none);
    }
  };

  current_task().set_name("main");
  task<> kid = create_task(child(), "kid");
  co_await kid;
  get_running_loop().call_soon(callback);
  co_await sleep(0s);
  say("in main", current_task().get_name());
}

SCENARIO("tasks/current-task-in-awaited-coroutine") {
  const any_task me = current_task();
  auto child = [&]() -> coro<bool> { co_return current_task() == me; };

  say("direct", co_await child());
  say("as a task", co_await create_task(child()));
}

SCENARIO("tasks/grandchildren-outlive-parent") {
  std::vector<task<>> made;
  auto parent = [&]() -> coro<> {
    made.push_back(create_task(work("grandchild", 2s)));
    say("parent ends");
    co_return;
  };

  co_await create_task(parent());
  say("parent awaited", now());
  co_await made[0];
  say(now());
}

SCENARIO("tasks/set-result-forbidden") {
  task<int> made = create_task(work("t", 1s, 1));
  const future<int> outside = made;  // task<int> itself has no set_result that compiles
  try {
    outside.set_result(5);
  } catch (const usage_error&) {
    say("RuntimeError");
  }
  try {
    outside.set_exception(Boom());
  } catch (const usage_error&) {
    say("RuntimeError");
  }
  say(co_await made);
}

SCENARIO("tasks/ensure-future-wraps-once") {
  auto child = []() -> coro<int> { co_return 2; };

  future<int> made = ensure_future(child());
  say("same", ensure_future(made) == made);
  say(co_await made);
}

SCENARIO("tasks/ping-pong") {
  auto player = [](std::string name) -> coro<std::string> {
    for (int i = 0; i < 3; ++i) {
      say(name, i);
      co_await sleep(0s);
    }
    co_return name;
  };

  say(co_await gather(player("ping"), player("pong")));
}

SCENARIO("tasks/sleep-result") {
  say(co_await sleep(1s, "v"));
  const std::string w = co_await sleep(0s, "w");
  say(w, now());
}

SCENARIO("tasks/unawaited-finishes-if-loop-lives") {
  create_task(work("background", 1s)).set_name("bg");
  co_await work("main", 2s);
}

SCENARIO("tasks/sleep-nan") {
  try {
    co_await sleep(seconds(std::numeric_limits<double>::quiet_NaN()));
  } catch (const value_error&) {
    say("ValueError", now());
  }
}

context_var<std::string> var("var", "unset");

SCENARIO("tasks/get-context") {
  auto child = []() -> coro<> {
    var.set("child");
    co_await sleep(1s);
    var.set("later");
  };

  task<> made = create_task(child());
  co_await sleep(0s);
  say(var.get(), made.get_context().get(var));
  co_await made;
  say(made.get_context().get(var));
}

SCENARIO("tasks/handler-in-task-context") {
  auto child = []() -> coro<> {
    var.set("child");
    co_return;
  };

  event_loop& loop = get_running_loop();
  loop.set_exception_handler(
      [](const exception_context& report) { say(report.message, var.get()); });
  task<> made = create_task(child());
  co_await made;
  exception_context about_task;
  about_task.message = "about the task";
  about_task.task = made;
  loop.call_exception_handler(about_task);
  exception_context about_nothing;
  about_nothing.message = "about nothing";
  loop.call_exception_handler(about_nothing);
}

SCENARIO("tasks/await-itself") {
  task<std::string> me;
  auto selfish = [&]() -> coro<std::string> {
    get_running_loop().call_soon([] { say("a turn"); });
    try {
      co_await me;
    } catch (const usage_error&) {
      say("RuntimeError");
    }
    co_return "goes on";
  };

  me = create_task(selfish());
  say(co_await me);
}

SCENARIO("tasks/cancel-before-first-step") {
  auto child = []() -> coro<> {
    say("never");
    co_return;
  };

  task<> made = create_task(child());
  made.add_done_callback([](const task<>& t) { say("callback", t.cancelled()); });
  const bool cancelled = made.cancel();
  say("cancel", cancelled, outcome_of(made));
  co_await sleep(0s);
  say(outcome_of(made), made.cancelling());
  say(co_await attempt(made));
}

SCENARIO("tasks/asked-too-early") {
  task<> made = create_task(work("t", 1s));
  try {
    made.result();
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
  try {
    made.exception();
  } catch (const invalid_state_error&) {
    say("InvalidStateError");
  }
  co_await made;
}

SCENARIO("tasks/cancel-message-is-told-once") {
  task<> made = create_task(work("t", 5s));
  co_await sleep(1s);
  made.cancel("stop");
  say(co_await attempt(made));
  say(co_await attempt(made));
  try {
    made.result();
  } catch (const cancelled_error&) {
    say(error_text());
  }
  try {
    made.exception();
  } catch (const cancelled_error&) {
    say(error_text());
  }
}

SCENARIO("tasks/error-in-first-step") {
  auto bad = []() -> coro<> {
    throw Boom("first");
    co_return;
  };

  task<> made = create_task(bad());
  get_running_loop().call_soon([&] { say("seen", outcome_of(made)); });
  say(co_await attempt(made));
}

}  // namespace
}  // namespace conformance
