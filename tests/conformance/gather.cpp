// gather: order and errors.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("gather/empty") {
  auto all = gather();
  say("done", all.done());
  say("result", co_await all);
}

SCENARIO("gather/blocking-child") {
  auto corou1 = []() -> coro<> {
    say("corou1 prints 1");
    co_await sleep(2s);
    say("corou1 prints 2");
  };
  auto corou2 = []() -> coro<> {
    say("corou2 prints 1");
    block(5s);
    say("corou2 prints 2");
    co_return;
  };
  auto corou3 = []() -> coro<> {
    say("corou3 prints 1");
    co_await sleep(2s);
    say("corou3 prints 2");
  };

  co_await gather(corou1(), corou2(), corou3());
  say("wall", now());
}

coro<int> worker(int n) {
  co_await sleep(seconds(n));
  if (n == 2) throw Boom("two");
  co_return n;
}

template <class T>
void say_result(const outcome<T>& result) {
  if (result) {
    say(result.value());
  } else {
    say(error_text(result.exception()));
  }
}

SCENARIO("gather/return-exceptions-true") {
  auto [a, b, c] = co_await gather(return_exceptions, worker(1), worker(2), worker(3));
  say_result(a);
  say_result(b);
  say_result(c);
  say(now());
}

std::vector<task<int>> three_workers() {
  std::vector<task<int>> tasks;
  for (int n : {1, 2, 3}) tasks.push_back(create_task(worker(n)));
  return tasks;
}

SCENARIO("gather/return-exceptions-false") {
  std::vector<task<int>> tasks = three_workers();
  std::string told = co_await attempt(gather(tasks));
  say(told, now());
  say(outcomes_of(tasks));
  co_await wait_all(tasks);
  say(outcomes_of(tasks), now());
}

SCENARIO("gather/return-exceptions-false-cancelled-child") {
  std::vector<task<int>> tasks = three_workers();
  get_running_loop().call_later(1.5s, [child = tasks[2]] { child.cancel(); });
  std::string told = co_await attempt(gather(tasks));
  say(told, now());
  co_await wait_all(tasks);
  say(outcomes_of(tasks), now());
}

SCENARIO("gather/second-error-is-dropped") {
  auto bad = [](int n) -> coro<> {
    co_await sleep(seconds(n));
    say("raising", n);
    throw Boom(n);
  };

  say(co_await attempt(gather(bad(2), bad(1))));
  co_await sleep(2s);
  say("end", now());
}

SCENARIO("gather/futures-and-coroutines") {
  event_loop& loop = get_running_loop();
  auto f = loop.create_future<std::string>();
  loop.call_later(2s, [f] { f.set_result("f"); });
  auto both = co_await gather(f, work("c", 1s, "c"));
  say(both, now());
}

SCENARIO("gather/all-done-already") {
  event_loop& loop = get_running_loop();
  auto a = loop.create_future<int>();
  auto b = loop.create_future<int>();
  a.set_result(1);
  b.set_result(2);
  auto both = gather(a, b);
  say("done", both.done());
  say(co_await both);
}

SCENARIO("gather/nested") {
  auto inner = gather(work("a", 1s, 1), work("b", 2s, 2));
  say(co_await gather(inner, work("c", 1s, 3)));
}

SCENARIO("gather/callback-on-gather") {
  auto crawl = [](std::string url) -> coro<std::string> {
    const std::string n = url.substr(url.find('_') + 1);
    co_await sleep(seconds(std::stoi(n)));
    co_return "OK " + n;
  };

  std::vector<coro<std::string>> crawls;
  for (const char* url : {"url_1", "url_2", "url_3", "url_4"}) crawls.push_back(crawl(url));
  auto all = gather(crawls);
  all.add_done_callback([](const auto& f) { say("result:", f.result()); });
  co_await all;
  say("wall", now());
}

SCENARIO("gather/callbacks-on-crawls") {
  auto crawl = [](std::string url) -> coro<std::string> {
    say("crawling", url);
    co_await sleep(seconds(std::stoi(url.substr(url.find('_') + 1))));
    co_return "OK " + url;
  };

  std::vector<task<std::string>> tasks;
  for (const char* url : {"url_1", "url_2", "url_3", "url_4"}) {
    tasks.push_back(create_task(crawl(url)));
  }
  for (const auto& one : tasks) {
    one.add_done_callback([](const auto& f) { say("result:", f.result()); });
  }
  co_await gather(tasks);
  say("wall", now());
}

SCENARIO("gather/mixed-workers") {
  auto worker_1 = []() -> coro<int> {
    co_await sleep(1s);
    co_return 1;
  };
  auto worker_2 = []() -> coro<int> {
    co_await sleep(2s);
    throw Boom("division");
  };
  auto worker_3 = []() -> coro<int> {
    co_await sleep(3s);
    co_return 3;
  };

  task<int> task_3 = create_task(worker_3());
  get_running_loop().call_later(2s, [task_3] { task_3.cancel(); });
  auto [a, b, c] = co_await gather(return_exceptions, worker_1(), worker_2(), task_3);
  say_result(a);
  say_result(b);
  say_result(c);
  say(now());
}

SCENARIO("gather/failed-already") {
  event_loop& loop = get_running_loop();
  auto bad = loop.create_future();
  auto other = loop.create_future<int>();
  bad.set_exception(Boom("bad"));
  auto both = gather(other, bad);
  say(outcome_of(both), outcome_of(other));
  other.set_result(1);
  co_return;
}

SCENARIO("gather/await-done-gather-no-turn") {
  event_loop& loop = get_running_loop();
  auto a = loop.create_future<int>();
  a.set_result(1);
  loop.call_soon([] { say("a turn"); });
  say(co_await gather(a, a));
  co_await sleep(0s);
}

SCENARIO("gather/same-task-twice") {
  task<int> made = create_task(work("t", 1s, 5));
  auto both = co_await gather(made, made);
  say(both, now());
}

SCENARIO("gather/done-beside-pending") {
  event_loop& loop = get_running_loop();
  auto first = loop.create_future<std::string>();
  auto second = loop.create_future<std::string>();
  second.set_result("second");
  auto both = gather(first, second);
  say(outcome_of(both));
  first.set_result("first");
  say(outcome_of(both));
  say(co_await both);
}

SCENARIO("gather/messages-in-results") {
  auto f = get_running_loop().create_future<int>();
  task<> made = create_task(work("t", 5s));
  auto both = gather(return_exceptions, f, made);
  co_await sleep(1s);
  f.cancel("of the future");
  made.cancel("of the task");
  auto [a, b] = co_await both;
  say(error_text(a.exception()));
  say(error_text(b.exception()));
}

}  // namespace
}  // namespace conformance
