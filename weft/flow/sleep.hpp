// sleep: lets time pass. A sleep takes two turns when it is due, as in asyncio: the timer's, which
// queues the task, and the task's.
#pragma once

#include <coroutine>
#include <cstdint>
#include <type_traits>
#include <utility>

#include <weft/core/coro.hpp>
#include <weft/core/detail/task_base.hpp>
#include <weft/core/detail/timer_heap.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/time.hpp>

namespace weft {
namespace detail {

class sleep_awaiter final : public wait_point, public timer {
 public:
  explicit sleep_awaiter(duration delay) noexcept {
    // A timer that isn't queued has no next: the delay lies there, for 8 bytes less a sleeping
    // task.
    next = reinterpret_cast<ready_node*>(static_cast<std::intptr_t>(delay.count()));
  }
  sleep_awaiter(const sleep_awaiter&) = delete;
  sleep_awaiter& operator=(const sleep_awaiter&) = delete;
  ~sleep_awaiter() {
    if (armed()) [[unlikely]]
      task_->scheduler_->timers.disarm(this);
  }

  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) {
    scheduler& s = *here;
    task_ = s.current;
    const duration delay(reinterpret_cast<std::intptr_t>(next));
    if (delay <= duration::zero()) {
      // Gives the others a turn. It is no wait: a cancel meanwhile is thrown by this very await.
      task_->resume_ = &where.promise();
      task_->wake();
      return;
    }
    run = &sleep_awaiter::due;
    s.timers.arm(this, s.now() + delay);
    task_->suspend(where, this);
  }
  void await_resume() {
    task_->resumed();
    task_->throw_if_cancelled();
  }

  bool cancel(const std::string* message) noexcept override {
    if (place == over) return false;
    // One that is due stands in the ready queue, ahead of the task: it finds itself over.
    if (armed()) task_->scheduler_->timers.disarm(this);
    place = over;
    task_->deliver_cancel(message);
    return true;
  }
  const char* wait_name() const noexcept override { return "sleep"; }

 private:
  static void due(ready_node* node) {
    auto* self = static_cast<sleep_awaiter*>(static_cast<timer*>(node));
    if (self->place != queued) return;
    self->place = over;
    self->task_->wake();
  }

  task_base* task_ = nullptr;
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
