// sleep: lets time pass. A sleep takes two turns when it is due, as in asyncio: the timer's, which
// queues the task, and the task's.
#pragma once

#include <coroutine>
#include <string>
#include <type_traits>
#include <utility>

#include <weft/core/coro.hpp>
#include <weft/core/detail/task_base.hpp>
#include <weft/core/detail/timer_heap.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/time.hpp>

namespace weft {
namespace detail {

class sleep_timer final : public wait_point, public timer {
 public:
  explicit sleep_timer(task_base& sleeper) noexcept : task_(&sleeper) { run = &sleep_timer::due; }
  sleep_timer(const sleep_timer&) = delete;
  sleep_timer& operator=(const sleep_timer&) = delete;

  bool cancel(const std::string* message) noexcept override {
    if (place == over) return false;
    // One that is due stands in the ready queue, ahead of the task: it finds itself over.
    if (armed()) task_->scheduler_->timers.disarm(this);
    place = over;
    task_->deliver_cancel(message);
    return true;
  }
  void waiter_destroyed(task_base&) noexcept override {
    if (armed()) task_->scheduler_->timers.disarm(this);
  }
  const char* wait_name() const noexcept override { return "sleep"; }

 private:
  static void due(ready_node* node) {
    auto* self = static_cast<sleep_timer*>(static_cast<timer*>(node));
    if (self->place != queued) return;
    self->place = over;
    self->task_->wake();
  }

  task_base* task_;
};

/// A sleep of no length only gives the others a turn. It is the least that a task can wait, and
/// should cost no more: so the timer is made where there is one, in the place of the delay.
class sleep_awaiter {
 public:
  explicit sleep_awaiter(duration delay) noexcept : delay_(delay) {}
  sleep_awaiter(const sleep_awaiter&) = delete;
  sleep_awaiter& operator=(const sleep_awaiter&) = delete;

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) {
    scheduler& s = *here;
    task_base& task = *s.current;
    if (delay_ <= duration::zero()) {
      // It is no wait: a cancel meanwhile is thrown by this very await.
      task.resume_ = &where.promise();
      task.wake_in(s);
      return;
    }
    begin(s, task);
    task.suspend(where, &timer_);
  }
  void await_resume() {
    if (resumed_by_cancel()) [[unlikely]]
      current_task_base().throw_if_cancelled();
  }
  bool resumed_by_cancel() noexcept {
    task_base& task = current_task_base();
    task.resumed();
    return task.poke_ != 0;
  }
  void result() const noexcept {}

 private:
  /// Makes the timer. Apart, so that the rest is inlined into every sleep(0s).
  void begin(scheduler& s, task_base& task);

  union {
    duration delay_;
    sleep_timer timer_;
  };
};

/// What sleep(d) gives: the question, not yet the wait.
class sleep_for {
 public:
  explicit sleep_for(duration delay) noexcept : delay_(delay) {}
  sleep_awaiter weft_await(promise_base&) const noexcept { return sleep_awaiter(delay_); }

 private:
  duration delay_;
};

}  // namespace detail

/// Suspends the task for at least `delay`, counted from the await; zero or less gives the other
/// tasks one turn. A cancel ends it at once. Throws value_error for a delay that is no number.
/// asyncio: sleep.
template <class Rep, class Period>
[[nodiscard("a sleep must be awaited")]] detail::sleep_for sleep(
    std::chrono::duration<Rep, Period> delay) noexcept(!std::is_floating_point_v<Rep>) {
  if constexpr (std::is_floating_point_v<Rep>) {
    if (delay != delay) throw value_error("a sleep's delay is not a number");
  }
  return detail::sleep_for(detail::to_duration(delay));
}
/// The same, with a result.
template <class Rep, class Period, class T>
coro<T> sleep(std::chrono::duration<Rep, Period> delay, T result) {
  co_await sleep(delay);
  co_return result;
}

}  // namespace weft
