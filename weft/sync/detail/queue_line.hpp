// queue_line: those who wait to get from a queue, or to put into it; the part that doesn't know the
// items' type.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <string>

#include <weft/core/detail/task_base.hpp>

namespace weft::detail {

class queue_waiter;

/// Who waits for one of a queue's two sides.
class queue_line {
 public:
  queue_line() noexcept = default;
  queue_line(const queue_line&) = delete;
  queue_line& operator=(const queue_line&) = delete;

  inline void wake_first() noexcept;
  void wake_all() noexcept {
    while (first_) wake_first();
  }

 private:
  friend class queue_waiter;
  inline void append(queue_waiter* w) noexcept;
  inline void remove(queue_waiter* w) noexcept;

  queue_waiter* first_ = nullptr;
  queue_waiter* last_ = nullptr;
};

/// How many items there are and may be, and the two lines.
struct queue_base {
  std::size_t count_ = 0;
  std::size_t most_ = SIZE_MAX;
  bool shut_down_ = false;
  queue_line getters_;
  queue_line putters_;

  bool nothing_to_get() const noexcept { return count_ == 0 && !shut_down_; }
  bool no_place_to_put() const noexcept { return count_ >= most_ && !shut_down_; }
};

enum class queue_side : std::uint8_t { get, put };

class queue_waiter : public wait_point, public ready_node {
 public:
  queue_waiter(queue_base& queue, queue_side side) noexcept
      : ready_node(side == queue_side::get ? &look_again<queue_side::get>
                                           : &look_again<queue_side::put>),
        queue_(queue),
        side_(side) {}
  queue_waiter(const queue_waiter&) = delete;
  queue_waiter& operator=(const queue_waiter&) = delete;

  bool await_ready() const noexcept { return !blocked(); }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) noexcept {
    task_ = here->current;
    line_up();
    task_->suspend(where, this);
  }

  bool cancel(const std::string* message) noexcept override;
  const char* wait_name() const noexcept override {
    return side_ == queue_side::get ? "queue.get" : "queue.put";
  }

  void waiter_destroyed(task_base&) noexcept override;

  /// A wake-up that it had is passed on then.
  bool resumed_by_cancel() noexcept {
    if (state_ == state::fresh) return false;
    task_->resumed();
    if (!task_->poke_) [[likely]]
      return false;
    if (state_ == state::resumed && !blocked()) line().wake_first();
    return true;
  }

 protected:
  queue_base& queue_;
  task_base* task_;  // once it has waited

 private:
  enum class state : std::uint8_t { fresh, pending, woken, resumed, cancelled };
  friend class queue_line;

  queue_line& line() const noexcept {
    return side_ == queue_side::get ? queue_.getters_ : queue_.putters_;
  }
  /// Must one wait now?
  bool blocked() const noexcept {
    return side_ == queue_side::get ? queue_.nothing_to_get() : queue_.no_place_to_put();
  }
  void line_up() noexcept {
    state_ = state::pending;
    line().append(this);
  }
  template <queue_side Side>
  static void look_again(ready_node* node);

  queue_side side_;
  state state_ = state::fresh;
  queue_waiter* previous_;  // in line only
  queue_waiter* next_waiter_;
};

inline void queue_line::append(queue_waiter* w) noexcept {
  w->previous_ = last_;
  w->next_waiter_ = nullptr;
  (last_ ? last_->next_waiter_ : first_) = w;
  last_ = w;
}

inline void queue_line::remove(queue_waiter* w) noexcept {
  (w->previous_ ? w->previous_->next_waiter_ : first_) = w->next_waiter_;
  (w->next_waiter_ ? w->next_waiter_->previous_ : last_) = w->previous_;
}

inline void queue_line::wake_first() noexcept {
  queue_waiter* w = first_;
  if (!w) return;
  first_ = w->next_waiter_;
  (first_ ? first_->previous_ : last_) = nullptr;
  w->state_ = queue_waiter::state::woken;
  scheduler_of(w->task_).ready.push(w);
}

}  // namespace weft::detail
