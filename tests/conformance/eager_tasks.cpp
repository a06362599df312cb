// Eager tasks: tasks that start at their creation.
#include "scenario.hpp"

namespace conformance {
namespace {

coro<int> five() { co_return 5; }
void start_eagerly() { get_running_loop().set_task_factory(eager_task_factory); }

SCENARIO("eager_tasks/starts-at-creation") {
  task<int> made = create_task(eager_start, work("t", 1s, 5));
  say("created", outcome_of(made));
  const int result = co_await made;
  say(result, now());
}

SCENARIO("eager_tasks/done-at-once") {
  task<int> made = create_task(eager_start, five());
  say(made.done(), outcome_of(made));
  get_running_loop().call_soon([] { say("a turn"); });
  say("no turn for", co_await made);
  co_await sleep(0s);
}

SCENARIO("eager_tasks/error-at-once") {
  auto bad = []() -> coro<> {
    throw Boom("bad");
    co_return;
  };

  task<> made = create_task(eager_start, bad());
  say(outcome_of(made));
  say(co_await attempt(made));
}

SCENARIO("eager_tasks/factory") {
  start_eagerly();
  std::vector<task<std::string>> made;
  for (const char* name : {"a", "b"}) made.push_back(create_task(work(name, 1s, name)));
  say("made");
  const std::vector<std::string> results = co_await gather(made);
  say(results);
}

SCENARIO("eager_tasks/factory-not-eager") {
  start_eagerly();
  create_task(task_options().eager_start(false), work("late", 0s));
  create_task(work("eager", 0s));
  say("made");
  co_await ticks(3);
}

coro<> node(std::string name, int depth) {
  say(name, "begins");
  if (depth > 0) {
    for (const char* child : {"a", "b"}) create_task(node(name + child, depth - 1));
  }
  say(name, "ends");
  co_return;
}

SCENARIO("eager_tasks/nested") {
  start_eagerly();
  co_await create_task(node("r", 2));
}

SCENARIO("eager_tasks/cancel-after-first-step") {
  task<> made = create_task(eager_start, work("t", 5s));
  made.cancel();
  say("asked", outcome_of(made));
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("eager_tasks/self-cancel-in-first-step") {
  auto child = []() -> coro<> {
    current_task().cancel();
    say("still running");
    co_await sleep(1s);
  };

  task<> made = create_task(eager_start, child());
  say(outcome_of(made), made.cancelling());
  const std::string told = co_await attempt(made);
  say(told, now());
}

SCENARIO("eager_tasks/self-cancel-then-return") {
  auto child = []() -> coro<std::string> {
    current_task().cancel();
    co_return "lost";
  };

  task<std::string> made = create_task(eager_start, child());
  say(outcome_of(made));
  co_return;
}

context_var<std::string> var("var", "unset");

SCENARIO("eager_tasks/context") {
  auto child = []() -> coro<> {
    say("child sees", var.get());
    var.set("child");
    co_await sleep(0s);
    say("child keeps", var.get());
  };

  var.set("main");
  task<> made = create_task(eager_start, child());
  say("main keeps", var.get());
  co_await made;
}

SCENARIO("eager_tasks/all-tasks") {
  auto child = [](std::string name, bool stay) -> coro<> {
    bool found = false;
    for (const std::string& one : names(all_tasks())) found |= one == name;
    say(name, found);
    if (stay) co_await sleep(1s);
  };

  create_task(task_options(eager_start).name("stays"), child, "stays", true);
  create_task(task_options(eager_start).name("ends"), child, "ends", false);
  current_task().set_name("main");
  say(names(all_tasks()));
  co_return;
}

SCENARIO("eager_tasks/callback-of-done-task") {
  auto quick = []() -> coro<int> { co_return 1; };

  task<int> made = create_task(eager_start, quick());
  made.add_done_callback([](const task<int>& t) { say("callback", outcome_of(t)); });
  say("added");
  co_await sleep(0s);
  say("after a turn");
}

SCENARIO("eager_tasks/wait-all-done") {
  auto quick = [](std::string n) -> coro<std::string> { co_return n; };

  start_eagerly();
  std::vector<any_task> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(quick(n), n));
  const auto [done, pending] = co_await wait(tasks);
  say(names(done), names(pending), now());
}

PLAIN_SCENARIO("eager_tasks/loop-not-running") {
  std::unique_ptr<event_loop> loop = virtual_loop();
  task<int> made = loop->create_task(eager_start, work("t", 1s, 5));
  say("made", outcome_of(made));
  say(loop->run_until_complete(made));
  loop->close();
}

SCENARIO("eager_tasks/gather-waits-in-the-order-of-its-arguments") {
  auto f = get_running_loop().create_future<int>();
  auto child = [&f]() -> coro<int> {
    auto one = gather(f);
    const std::string told = co_await attempt(one);
    say("child", told);
    co_return 2;
  };
  auto parent = [&f, &child]() -> coro<> {
    auto both = gather(f, child());
    const std::string told = co_await attempt(both);
    say("parent", told);
  };

  start_eagerly();
  task<> waiting = create_task(parent());
  f.set_exception(Boom("bad"));
  co_await waiting;
}

}  // namespace
}  // namespace conformance
