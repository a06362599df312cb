// event: a flag that tasks wait for. Setting it wakes all of them.
#pragma once

#include <coroutine>

#include <weft/sync/detail/wait_line.hpp>

namespace weft {

/// asyncio: Event.
class event {
 public:
  event() noexcept = default;
  event(const event&) = delete;
  event& operator=(const event&) = delete;

  bool is_set() const noexcept { return set_; }
  /// Wakes everybody who waits; they run in the next turn, in order of arrival.
  void set() noexcept {
    if (set_) return;
    set_ = true;
    line_.wake_all();
  }
  /// Those who wait from now on wait again.
  void clear() noexcept { set_ = false; }

  class waiter;
  class wait_ask;
  /// `co_await e.wait()`: suspends unless it is set. A cancel takes the task out of the line.
  /// The event must outlive the wait. Gives true, as asyncio's does. asyncio: Event.wait.
  [[nodiscard]] wait_ask wait() noexcept;

 private:
  detail::wait_line line_;
  bool set_ = false;
};

// ---- mechanics

class event::waiter : public detail::line_waiter {
 public:
  explicit waiter(event& e) noexcept : line_waiter(e.line_), event_(e) {}
  bool await_ready() const noexcept { return event_.set_; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) noexcept {
    line_up(where);
  }
  bool await_resume() {
    if (resumed_by_cancel()) task_->throw_if_cancelled();
    return true;
  }
  bool resumed_by_cancel() noexcept { return state_ != state::fresh && resumed(); }
  bool result() const noexcept { return true; }
  const char* wait_name() const noexcept override { return "event"; }

 private:
  event& event_;
};

class event::wait_ask {
 public:
  explicit wait_ask(event& e) noexcept : event_(e) {}
  waiter weft_await(detail::promise_base&) const noexcept { return waiter(event_); }

 private:
  event& event_;
};

inline event::wait_ask event::wait() noexcept { return wait_ask(*this); }

}  // namespace weft
