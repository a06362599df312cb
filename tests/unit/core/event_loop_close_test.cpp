// How a loop closes: what it destroys, what it reports, and what is refused afterwards.

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <weft/core/detail/pause_backend.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/flow/sleep.hpp>

namespace weft {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

std::unique_ptr<event_loop> bare_loop(texts* reports = nullptr) {
  auto loop = std::make_unique<event_loop>(new detail::pause_backend);
  if (reports) {
    loop->set_exception_handler(
        [reports](const exception_context& c) { reports->push_back(c.message); });
  }
  return loop;
}

void run_a_turn(event_loop& loop) {
  loop.call_soon([&] { loop.stop(); });
  loop.run_forever();
}

/// Says when it is destroyed.
struct mark {
  texts* out;
  std::string text;
  mark(texts& o, std::string t) : out(&o), text(std::move(t)) {}
  mark(mark&& other) noexcept
      : out(std::exchange(other.out, nullptr)), text(std::move(other.text)) {}
  mark(const mark&) = delete;
  ~mark() {
    if (out) out->push_back(text);
  }
};

coro<> hold_and_sleep(mark held) {
  co_await sleep(24h);
  held.text += " after its sleep";
}
coro<> hold_and_await(mark held, future<> on) {
  co_await on;
  held.text += " after its wait";
}

TEST(event_loop_close, refuses_everything_afterwards) {
  auto loop = bare_loop();
  EXPECT_FALSE(loop->is_closed());
  loop->close();
  loop->close();
  EXPECT_TRUE(loop->is_closed());
  EXPECT_THROW(loop->call_soon([] {}), usage_error);
  EXPECT_THROW(loop->call_later(1s, [] {}), usage_error);
  EXPECT_THROW(loop->call_soon_threadsafe([] {}), usage_error);
  EXPECT_THROW(loop->run_forever(), usage_error);
  EXPECT_EQ(loop->backend_report(), "closed");
}

TEST(event_loop_close, destroys_callbacks_unrun) {
  texts trace;
  auto loop = bare_loop();
  loop->call_soon([held = mark(trace, "soon")] {});
  loop->call_later(1h, [held = mark(trace, "later")] {});
  loop->call_soon_threadsafe([held = mark(trace, "threadsafe")] {});
  loop->close();
  EXPECT_EQ(trace, (texts{"soon", "threadsafe", "later"}));
}

TEST(event_loop_close, leaves_handles_to_what_it_destroyed_harmless) {
  auto loop = bare_loop();
  handle soon = loop->call_soon([] {});
  timer_handle later = loop->call_later(1h, [] {});
  loop.reset();
  soon.cancel();
  later.cancel();
}

TEST(event_loop_close, destroys_tasks_unfinished_and_reports_each) {
  texts trace;
  auto loop = bare_loop(&trace);
  future<> never = loop->create_future();
  task<> sleeping = loop->create_task(hold_and_sleep(mark(trace, "sleeper's frame")));
  sleeping.set_name("sleeper");
  task<> waiting = loop->create_task(hold_and_await(mark(trace, "waiter's frame"), never));
  waiting.set_name("waiter");
  run_a_turn(*loop);
  loop->close();
  EXPECT_EQ(trace,
            (texts{"task 'sleeper' was destroyed unfinished: its loop closed", "sleeper's frame",
                   "task 'waiter' was destroyed unfinished: its loop closed", "waiter's frame"}));
  EXPECT_TRUE(sleeping.done());
  EXPECT_TRUE(waiting.cancelled());
}

TEST(event_loop_close, destroys_tasks_that_never_started) {
  texts trace;
  auto loop = bare_loop(&trace);
  (void)loop->create_task(hold_and_sleep(mark(trace, "frame")));
  loop->close();
  ASSERT_EQ(trace.size(), 2u);
  EXPECT_EQ(trace[1], "frame");
}

TEST(event_loop_close, destroys_tasks_that_wait_for_each_other) {
  texts trace;
  auto loop = bare_loop(&trace);
  auto wait = [](task<> on) -> coro<> { co_await on; };
  task<> last = loop->create_task(hold_and_sleep(mark(trace, "frame")));
  for (int i = 0; i < 10; ++i) last = loop->create_task(wait(last));
  run_a_turn(*loop);
  loop.reset();
  EXPECT_EQ(trace.size(), 12u);
}

TEST(event_loop_close, destroys_a_chain_of_coroutines_with_its_task) {
  texts trace;
  auto loop = bare_loop(&trace);
  auto chain = [](auto& self, int depth, texts& out) -> coro<> {
    mark m(out, "depth " + std::to_string(depth));
    if (depth == 0) {
      co_await sleep(24h);
      co_return;
    }
    co_await self(self, depth - 1, out);
  };
  (void)loop->create_task(chain(chain, 2, trace));
  run_a_turn(*loop);
  loop->close();
  ASSERT_EQ(trace.size(), 4u);
  EXPECT_EQ(texts(trace.begin() + 1, trace.end()), (texts{"depth 0", "depth 1", "depth 2"}));
}

TEST(event_loop_close, destroys_a_task_that_was_just_woken) {
  texts trace;
  auto loop = bare_loop(&trace);
  future<> f = loop->create_future();
  (void)loop->create_task(hold_and_await(mark(trace, "frame"), f));
  run_a_turn(*loop);
  f.set_result();
  loop->close();
  EXPECT_EQ(trace.size(), 2u);
}

TEST(event_loop_close, destroys_a_task_whose_destructors_make_work) {
  texts trace;
  auto loop = bare_loop(&trace);
  struct busy {
    event_loop& loop;
    future<> other;
    busy(event_loop& l, future<> o) : loop(l), other(std::move(o)) {}
    busy(const busy&) = delete;
    ~busy() {
      loop.call_soon([] {});
      loop.call_later(1s, [] {});
      other.set_result();
    }
  };
  auto body = [](event_loop& l, future<> other) -> coro<> {
    busy b(l, std::move(other));
    co_await sleep(24h);
  };
  future<> other = loop->create_future();
  (void)loop->create_task(hold_and_await(mark(trace, "frame"), other));
  (void)loop->create_task(body(*loop, other));
  run_a_turn(*loop);
  loop->close();
  EXPECT_EQ(trace.size(), 3u);
}

TEST(event_loop_close, destroys_the_done_callbacks_of_unfinished_tasks) {
  texts trace;
  auto loop = bare_loop(&trace);
  task<> t = loop->create_task(hold_and_sleep(mark(trace, "frame")));
  t.add_done_callback([held = mark(trace, "callback")](const task<>&) {});
  t = {};
  run_a_turn(*loop);
  loop->close();
  ASSERT_EQ(trace.size(), 3u);
  EXPECT_EQ(trace[2], "callback");
}

TEST(event_loop_close, leaves_results_readable) {
  auto loop = bare_loop();
  auto body = []() -> coro<std::string> { co_return "text"; };
  task<std::string> t = loop->create_task(body());
  run_a_turn(*loop);
  loop->close();
  EXPECT_EQ(t.result(), "text");
}

TEST(event_loop_close, leaves_a_future_that_outlives_it_without_waiters) {
  texts trace;
  auto loop = bare_loop(&trace);
  future<> f = loop->create_future();
  for (int i = 0; i < 3; ++i) {
    (void)loop->create_task(hold_and_await(mark(trace, "frame"), f));
  }
  run_a_turn(*loop);
  loop->close();
  f.set_result();
  EXPECT_TRUE(f.done());
  f = {};
  EXPECT_EQ(trace.size(), 6u);
}

TEST(event_loop_close, comes_with_the_destructor) {
  texts trace;
  auto loop = bare_loop(&trace);
  (void)loop->create_task(hold_and_sleep(mark(trace, "frame")));
  run_a_turn(*loop);
  loop.reset();
  EXPECT_EQ(trace.size(), 2u);
}

}  // namespace
}  // namespace weft
