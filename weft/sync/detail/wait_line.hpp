// wait_line: tasks in line for a lock, semaphore, event or condition, in the order of their
// arrival.
//
// A waiter stays in line until its task has resumed, even when it was cancelled: asyncio's rules of
// who is ahead of whom, and who must pass a wake-up on, count on it.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <string>

#include <weft/core/detail/task_base.hpp>

namespace weft::detail {

class wait_line;

class line_waiter : public wait_point {
 public:
  explicit line_waiter(wait_line& line) noexcept : line_(line) {}
  line_waiter(const line_waiter&) = delete;
  line_waiter& operator=(const line_waiter&) = delete;

  bool cancel(const std::string* message) noexcept override {
    if (state_ != state::pending) return false;
    state_ = state::cancelled;
    task_->deliver_cancel(message);
    return true;
  }

 protected:
  enum class state : std::uint8_t { fresh, pending, woken, cancelled, left };

  ~line_waiter() {
    if (state_ != state::fresh && state_ != state::left) [[unlikely]]
      leave();
  }
  template <class Promise>
  void line_up(std::coroutine_handle<Promise> where) noexcept;
  /// Queues the task, once.
  bool wake() noexcept {
    if (state_ != state::pending) return false;
    state_ = state::woken;
    task_->wake();
    return true;
  }
  inline void leave() noexcept;
  /// The task has resumed: out of the line. True when it is to throw a cancel.
  bool resumed() noexcept {
    task_->resumed();
    leave();
    return task_->poke_ != 0;
  }

  wait_line& line_;
  line_waiter* previous_ = nullptr;
  line_waiter* next_ = nullptr;
  task_base* task_ = nullptr;
  state state_ = state::fresh;

  friend class wait_line;
};

class wait_line {
 public:
  bool empty() const noexcept { return !first_; }
  /// Is somebody in line who hasn't been cancelled?
  bool has_live_waiters() const noexcept {
    for (const line_waiter* w = first_; w; w = w->next_) {
      if (w->state_ != line_waiter::state::cancelled) return true;
    }
    return false;
  }
  /// Wakes the first in line, if it sleeps.
  bool wake_first() noexcept { return first_ && first_->wake(); }
  /// Wakes the first that sleep, at most so many; tells how many.
  std::size_t wake_next(std::size_t most = 1) noexcept {
    std::size_t woken = 0;
    for (line_waiter* w = first_; w && woken < most; w = w->next_) woken += w->wake();
    return woken;
  }
  void wake_all() noexcept {
    for (line_waiter* w = first_; w; w = w->next_) w->wake();
  }

 private:
  friend class line_waiter;
  void append(line_waiter* w) noexcept {
    w->previous_ = last_;
    w->next_ = nullptr;
    (last_ ? last_->next_ : first_) = w;
    last_ = w;
  }
  void remove(line_waiter* w) noexcept {
    (w->previous_ ? w->previous_->next_ : first_) = w->next_;
    (w->next_ ? w->next_->previous_ : last_) = w->previous_;
  }

  line_waiter* first_ = nullptr;
  line_waiter* last_ = nullptr;
};

template <class Promise>
void line_waiter::line_up(std::coroutine_handle<Promise> where) noexcept {
  task_ = here->current;
  state_ = state::pending;
  line_.append(this);
  task_->suspend(where, this);
}

inline void line_waiter::leave() noexcept {
  line_.remove(this);
  state_ = state::left;
}

}  // namespace weft::detail
