// Reaching a loop from other threads.
#include <latch>
#include <thread>

#include <weft/run/new_event_loop.hpp>

#include "scenario.hpp"

namespace conformance {
namespace {

/// A thread of its own that sends to the loop: the virtual clock would take a loop for stuck that
/// nothing but a thread unknown to it can wake.
class foreign_thread {
 public:
  template <class F>
  explicit foreign_thread(F f) : loop_(get_running_loop()), thread_(std::move(f)) {
    loop_.expect_mail();
  }
  foreign_thread(const foreign_thread&) = delete;
  foreign_thread& operator=(const foreign_thread&) = delete;
  ~foreign_thread() {
    thread_.join();
    loop_.expect_no_mail();
  }

 private:
  event_loop& loop_;
  std::thread thread_;
};

SCENARIO("threadsafe/fifo") {
  event_loop& loop = get_running_loop();
  event done;
  auto job = [&] {
    for (int i = 0; i < 5; ++i) {
      loop.call_soon_threadsafe([i] { say(i); });
    }
    loop.call_soon_threadsafe([&done] { done.set(); });
  };

  foreign_thread thread(job);
  co_await done.wait();
}

SCENARIO("threadsafe/run-coroutine-result") {
  event_loop& loop = get_running_loop();
  auto body = []() -> coro<int> {
    say("in the loop");
    co_return 5;
  };
  auto job = [&] { return run_coroutine_threadsafe(body(), loop).result(5s); };

  int result = co_await to_thread(job);
  say(result);
}

SCENARIO("threadsafe/run-coroutine-error") {
  event_loop& loop = get_running_loop();
  auto body = []() -> coro<int> {
    throw Boom("loop side");
    co_return 0;
  };
  auto job = [&]() -> std::string {
    try {
      run_coroutine_threadsafe(body(), loop).result(5s);
    } catch (const Boom&) {
      return "thread caught " + error_text();
    }
    return "nothing";
  };

  std::string told = co_await to_thread(job);
  say(told);
}

SCENARIO("threadsafe/run-coroutine-cancel") {
  event_loop& loop = get_running_loop();
  std::latch started(1);
  event gone;
  auto body = [&]() -> coro<> {
    started.count_down();
    try {
      co_await make_future<>();
    } catch (const cancelled_error&) {
      say("task cancelled");
      gone.set();
      throw;
    }
  };
  auto job = [&] {
    concurrent_future<> made = run_coroutine_threadsafe(body(), loop);
    started.wait();
    return made.cancel();
  };

  bool cancelled = co_await to_thread(job);
  say("cancel", cancelled);
  co_await gone.wait();
}

SCENARIO("threadsafe/run-coroutine-task-cancelled") {
  event_loop& loop = get_running_loop();
  auto body = []() -> coro<int> {
    throw cancelled_error();
    co_return 0;
  };
  auto job = [&]() -> std::string {
    concurrent_future<int> made = run_coroutine_threadsafe(body(), loop);
    try {
      made.result(5s);
    } catch (const cancelled_error&) {
      return "thread sees cancelled";
    }
    return "nothing";
  };

  std::string told = co_await to_thread(job);
  say(told);
}

SCENARIO("threadsafe/wrap-future") {
  concurrent_future<std::string> source;
  auto job = [source] { source.set_result("wrapped"); };
  foreign_thread thread(job);
  std::string told = co_await wrap_future(source);
  say(told);
}

SCENARIO("threadsafe/wrap-future-cancel") {
  concurrent_future<> source;
  future<> wrapped = wrap_future(source);
  wrapped.cancel();
  co_await ticks(2);
  say(wrapped.cancelled(), source.cancelled());
}

SCENARIO("threadsafe/wrap-future-error") {
  concurrent_future<int> source;
  auto job = [source] { source.set_exception(Boom("far")); };
  future<int> wrapped = wrap_future(source);
  std::thread thread(job);
  std::string told = co_await attempt(wrapped);
  say(told);
  thread.join();
}

SCENARIO("threadsafe/queue-fed-from-thread") {
  event_loop& loop = get_running_loop();
  queue<int> fed;
  auto job = [&] {
    for (int i = 0; i < 3; ++i) {
      loop.call_soon_threadsafe([&fed, i] { fed.put_nowait(i); });
    }
  };

  foreign_thread thread(job);
  for (int i = 0; i < 3; ++i) {
    int got = co_await fed.get();
    say("got", got);
  }
}

SCENARIO("threadsafe/stop-from-thread") {
  std::unique_ptr<event_loop> other = new_event_loop();
  auto serve = [&] {
    other->run_forever();
    say("other loop stopped");
  };

  std::thread thread(serve);
  other->call_soon_threadsafe([&] { other->stop(); });
  thread.join();
  other->close();
  say("closed", other->is_closed());
  co_return;
}

}  // namespace
}  // namespace conformance
