// runner, run, and the loop's own life. These scenarios are plain functions.
#include <weft/run/run.hpp>
#include <weft/sim/virtual_time.hpp>

#include "scenario.hpp"

namespace conformance {
namespace {

PLAIN_SCENARIO("runner/returns-result") {
  auto main = []() -> coro<int> {
    co_await sleep(0s);
    co_return 4;
  };

  say(weft::run(main()));
}

PLAIN_SCENARIO("runner/cancels-what-is-left") {
  task<> kept;
  auto left = []() -> coro<> {
    outcome<void> slept = co_await as_outcome(sleep(99s));
    co_await sleep(1s);
    say("left over cleaned", now());
    slept.take();
  };
  auto main = [&]() -> coro<> {
    kept = create_task(left());
    co_await sleep(1s);
    say("main ends", now());
  };

  {
    virtual_time runner;
    runner.run(main());
    say("still open", outcome_of(kept));
    runner.close();
    say("closed", outcome_of(kept));
    kept = task<>();
  }
}

PLAIN_SCENARIO("runner/left-over-error-to-handler") {
  auto left = []() -> coro<> {
    try {
      co_await sleep(99s);
    } catch (...) {
      throw Boom("at shutdown");
    }
  };
  auto main = [&]() -> coro<> {
    get_running_loop().set_exception_handler(
        [](const exception_context& context) { say("handler", error_text(context.exception)); });
    create_task(left());
    co_await sleep(1s);
  };

  virtual_time runner;
  runner.run(main());
  runner.close();
  say("closed");
}

PLAIN_SCENARIO("runner/run-twice-one-loop") {
  task<> kept;
  auto background = []() -> coro<> {
    for (int i = 0; i < 3; ++i) {
      co_await sleep(1s);
      say("background", i, now());
    }
  };
  auto first = [&]() -> coro<> {
    kept = create_task(background());
    co_await sleep(1.5s);
    say("first ends");
  };
  auto second = [&]() -> coro<> {
    co_await kept;
    say("second ends", now());
    kept = task<>();
  };

  virtual_time runner;
  runner.run(first());
  runner.run(second());
}

PLAIN_SCENARIO("runner/same-loop") {
  auto main = []() -> coro<event_loop*> { co_return &get_running_loop(); };

  virtual_time runner;
  const bool first = runner.run(main()) == &runner.get_loop();
  const bool second = runner.run(main()) == &runner.get_loop();
  say(first, second);
}

coro<> never() {
  say("never");
  co_return;
}

PLAIN_SCENARIO("runner/closed") {
  weft::runner runner;
  runner.get_loop();
  runner.close();
  runner.close();
  coro<> refused = never();
  try {
    runner.run(std::move(refused));
  } catch (const usage_error&) {
    say("RuntimeError");
  }
  refused.close();
}

PLAIN_SCENARIO("runner/nested-run") {
  auto main = []() -> coro<> {
    coro<> refused = never();
    try {
      weft::run(std::move(refused));
    } catch (const usage_error&) {
      say("RuntimeError");
    }
    refused.close();
    co_return;
  };

  virtual_time runner;
  runner.get_loop().set_exception_handler([](const exception_context&) {});
  runner.run(main());
}

context_var<std::string> var("var", "unset");

PLAIN_SCENARIO("runner/context-shared-between-runs") {
  auto first = []() -> coro<> {
    var.set("first");
    co_return;
  };
  auto second = []() -> coro<std::string> { co_return var.get(); };

  virtual_time runner;
  runner.run(first());
  const std::string seen = runner.run(second());
  say(seen, var.get());
}

PLAIN_SCENARIO("runner/run-until-complete-future") {
  auto loop = virtual_loop();
  auto f = loop->create_future<std::string>();
  loop->call_later(1s, [f] { f.set_result("f"); });
  say(loop->run_until_complete(f));
  loop->close();
}

PLAIN_SCENARIO("runner/stop-ends-after-this-turn") {
  auto loop = virtual_loop();
  auto first = [&] {
    say("first");
    loop->stop();
    loop->call_soon([] { say("in the next run"); });
  };

  loop->call_soon(first);
  loop->call_soon([] { say("same turn"); });
  loop->run_forever();
  say("stopped", loop->is_running());
  loop->call_soon([&] { loop->stop(); });
  loop->run_forever();
  loop->close();
}

PLAIN_SCENARIO("runner/stop-before-run") {
  auto loop = virtual_loop();
  loop->call_soon([] { say("one turn"); });
  loop->call_later(1s, [] { say("never"); });
  loop->stop();
  loop->run_forever();
  say("stopped");
  loop->close();
}

PLAIN_SCENARIO("runner/close-while-running") {
  auto main = []() -> coro<> {
    try {
      get_running_loop().close();
    } catch (const usage_error&) {
      say("RuntimeError");
    }
    co_return;
  };

  auto loop = virtual_loop();
  loop->run_until_complete(main());
  loop->close();
}

PLAIN_SCENARIO("runner/run-forever-inside") {
  auto loop = virtual_loop();
  auto main = [&]() -> coro<> {
    try {
      loop->run_forever();
    } catch (const usage_error&) {
      say("RuntimeError");
    }
    co_return;
  };

  loop->run_until_complete(main());
  loop->close();
}

PLAIN_SCENARIO("runner/leftover-swallows-cancel") {
  task<> kept;
  auto left = []() -> coro<> {
    try {
      co_await sleep(99s);
    } catch (const cancelled_error&) {
      say("swallowed", now());
    }
    co_await sleep(3s);
    say("left ends", now());
  };
  auto main = [&]() -> coro<> {
    kept = create_task(left());
    co_await sleep(1s);
  };

  virtual_time runner;
  runner.run(main());
  runner.close();
  say("closed", outcome_of(kept));
  kept = task<>();
}

PLAIN_SCENARIO("runner/error-then-cleanup") {
  auto left = []() -> coro<> {
    finally at_end([] { say("left cleaned"); });
    co_await sleep(99s);
  };
  auto main = [&]() -> coro<> {
    create_task(left());
    co_await sleep(0s);
    throw Boom("main");
  };

  try {
    weft::run(main());
  } catch (const Boom&) {
    say(error_text());
  }
}

PLAIN_SCENARIO("runner/run-loop-factory") {
  std::vector<std::shared_ptr<event_loop>> made;
  auto main = [&]() -> coro<std::pair<long, bool>> {
    co_await sleep(5s);
    co_return std::pair(now(), &get_running_loop() == made[0].get());
  };
  auto factory = [&] {
    made.push_back(virtual_loop());
    return made[0];
  };

  const std::pair<long, bool> told = weft::run(main(), factory);
  say(told, made[0]->is_closed());
}

PLAIN_SCENARIO("runner/factory-called-once") {
  std::vector<std::shared_ptr<event_loop>> made;
  auto main = [&]() -> coro<std::size_t> { co_return made.size(); };
  auto factory = [&] {
    say("factory");
    made.push_back(virtual_loop());
    return made.back();
  };

  {
    weft::runner runner(factory);
    runner.get_loop();  // what `with` does
    say("entered");
    const std::size_t first = runner.run(main());
    const std::size_t second = runner.run(main());
    say(first, second);
  }
  weft::runner idle(factory);
  say("made, not entered", made.size());
  idle.close();
}

class later {
 public:
  coro<std::string> operator co_await() const { return work(); }

 private:
  static coro<std::string> work() {
    co_await sleep(1s);
    co_return "later";
  }
};

PLAIN_SCENARIO("runner/runs-any-awaitable") {
  virtual_time runner;
  say(runner.run(later()));
}

PLAIN_SCENARIO("runner/tasks-end-before-generators") {
  auto numbers = []() -> async_generator<int> {
    finally at_end([] { say("generator closed"); });
    co_yield 1;
  };
  async_generator<int> kept = numbers();
  task<> made;
  auto left = []() -> coro<> {
    finally at_end([] { say("task cancelled"); });
    co_await sleep(99s);
  };
  auto main = [&]() -> coro<> {
    made = create_task(left());
    co_await kept.next();
    co_await sleep(0s);
  };

  weft::run(main());
  say("closed", made.cancelled());
}

}  // namespace
}  // namespace conformance
