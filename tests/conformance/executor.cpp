// run_in_executor and to_thread, where the order is fixed.
#include <atomic>
#include <cmath>

#include "scenario.hpp"

namespace conformance {
namespace {

/// Python's threading.Event.
class thread_event {
 public:
  void set() {
    on_.store(true);
    on_.notify_all();
  }
  bool is_set() const { return on_.load(); }
  bool wait() const {
    on_.wait(false);
    return true;
  }

 private:
  std::atomic<bool> on_{false};
};

int power(int base, int exponent) { return static_cast<int>(std::pow(base, exponent)); }

SCENARIO("executor/result") {
  auto call = [] { return 3 + 4; };
  int result = co_await run_in_executor(nullptr, call);
  say(result);
}

SCENARIO("executor/arguments") {
  int result = co_await run_in_executor(nullptr, power, 2, 10);
  say(result);
}

SCENARIO("executor/error") {
  auto bad = []() -> int { throw Boom("thread"); };
  std::string told = co_await attempt(run_in_executor(nullptr, bad));
  say(told);
}

SCENARIO("executor/to-thread") {
  auto join = [](std::string a, std::string b, std::string sep) { return a + sep + b; };
  std::string joined = co_await to_thread(join, "x", "y", "-");
  say(joined);
}

SCENARIO("executor/gather-order") {
  thread_event gate;
  auto first = [&gate] {
    gate.wait();
    return std::string("first");
  };
  auto second = [&gate] {
    gate.set();
    return std::string("second");
  };

  thread_pool pool({2, "two"});
  auto results = co_await gather(pool.submit(first), pool.submit(second));
  say(results);
}

SCENARIO("executor/loop-runs-meanwhile") {
  thread_event gate;
  auto job = [&gate] {
    gate.wait();
    return std::string("thread done");
  };
  auto other = [&gate]() -> coro<> {
    for (int i = 0; i < 3; ++i) {
      say("loop", i);
      co_await sleep(0s);
    }
    gate.set();
  };

  task<> made = create_task(other());
  std::string told = co_await to_thread(job);
  say(told);
  co_await made;
}

SCENARIO("executor/cancel-queued") {
  thread_event gate;
  auto blocker = [&gate] { gate.wait(); };
  auto never = [] { say("never"); };

  future<> second;
  {
    thread_pool pool({1, "one"});
    future<> first = run_in_executor(pool, blocker);
    second = run_in_executor(pool, never);
    say("cancel", second.cancel());
    co_await ticks(2);
    gate.set();
    co_await first;
  }
  std::string told = co_await attempt(second);
  say(told);
}

SCENARIO("executor/cancel-running") {
  thread_event started;
  thread_event gate;
  thread_event ended;
  auto job = [&] {
    started.set();
    gate.wait();
    ended.set();
  };
  auto waiter = [&]() -> coro<> { co_await to_thread(job); };

  task<> made = create_task(waiter());
  while (!started.is_set()) co_await sleep(0s);
  made.cancel();
  std::string told = co_await attempt(made);
  say(told, "thread ended", ended.is_set());
  gate.set();
  say("thread ends", ended.wait());
}

SCENARIO("executor/shutdown-refuses") {
  auto never = [] { say("never"); };
  thread_pool pool({1, "one"});
  pool.shutdown();
  try {
    (void)run_in_executor(pool, never);
  } catch (const usage_error&) {
    say("RuntimeError");
  }
  co_return;
}

SCENARIO("executor/default-executor-shutdown") {
  auto one = [] { return 1; };
  auto never = [] { say("never"); };
  int result = co_await run_in_executor(nullptr, one);
  say(result);
  co_await shutdown_default_executor();
  try {
    (void)run_in_executor(nullptr, never);
  } catch (const usage_error&) {
    say("RuntimeError");
  }
}

SCENARIO("executor/chained-calls") {
  auto twice = [](int v) { return v * 2; };
  int value = 1;
  for (int i = 0; i < 5; ++i) value = co_await to_thread(twice, value);
  say(value);
}

SCENARIO("executor/error-leaves-the-pool") {
  auto bad = []() -> std::string { throw value_error("first"); };
  auto good = []() -> std::string { return "second"; };

  thread_pool pool({1, "one"});
  std::string told = co_await attempt(run_in_executor(pool, bad));
  say(told);
  told = co_await attempt(run_in_executor(pool, good));
  say(told);
}

SCENARIO("executor/cancelled-error-in-thread") {
  auto bad = []() -> int { throw cancelled_error("from the thread"); };

  future<int> f = run_in_executor(nullptr, bad);
  std::string told = co_await attempt(f);
  say(told);
  say(f.cancelled());
}

SCENARIO("executor/cancel-twice") {
  thread_event gate;
  auto job = [&gate] { gate.wait(); };

  future<> f;
  {
    thread_pool pool({1, "one"});
    f = run_in_executor(pool, job);
    const bool first = f.cancel();
    say(first, f.cancel(), f.done(), f.cancelled());
    gate.set();
  }
  std::string told = co_await attempt(f);
  say(told);
}

SCENARIO("executor/to-thread-is-lazy") {
  std::vector<std::string> calls;
  auto job = [&calls] { calls.push_back("called"); };

  coro<> later = to_thread(job);
  co_await ticks(3);
  say(calls);
  co_await std::move(later);
  say(calls);
}

SCENARIO("executor/wait-for-running") {
  thread_event started;
  thread_event gate;
  thread_event ended;
  auto job = [&] {
    started.set();
    gate.wait();
    ended.set();
  };

  task<> made = create_task(to_thread(job));
  while (!started.is_set()) co_await sleep(0s);
  std::string told = co_await attempt(wait_for(made, 0s));
  say(told, ended.is_set());
  gate.set();
  const bool went_on = ended.wait();
  say(went_on, made.cancelled());
}

}  // namespace
}  // namespace conformance
