// queue_line: those who wait to get from a queue, or to put into it; the part that doesn't know the
// items' type.
#pragma once

#include <coroutine>
#include <cstdint>
#include <string>

#include <weft/core/detail/task_base.hpp>

namespace weft::detail {

class queue_waiter;

class queue_line {
 public:
  using blocked_test = bool (*)(const void* queue) noexcept;
  queue_line(const void* queue, blocked_test test, const char* name) noexcept
      : queue_(queue), blocked_(test), name_(name) {}
  queue_line(const queue_line&) = delete;
  queue_line& operator=(const queue_line&) = delete;

  /// Must one wait now?
  bool blocked() const noexcept { return blocked_(queue_); }
  void wake_first() noexcept;
  void wake_all() noexcept {
    while (first_) wake_first();
  }

 private:
  friend class queue_waiter;
  void append(queue_waiter* w) noexcept;
  void remove(queue_waiter* w) noexcept;

  queue_waiter* first_ = nullptr;
  queue_waiter* last_ = nullptr;
  const void* queue_;
  blocked_test blocked_;
  const char* name_;
};

class queue_waiter : public wait_point, public ready_node {
 public:
  explicit queue_waiter(queue_line& line) noexcept : line_(line) {}
  queue_waiter(const queue_waiter&) = delete;
  queue_waiter& operator=(const queue_waiter&) = delete;

  bool await_ready() const noexcept { return !line_.blocked(); }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) noexcept {
    task_ = here->current;
    run = &queue_waiter::look_again;
    line_up();
    task_->suspend(where, this);
  }

  bool cancel(const std::string* message) noexcept override;
  const char* wait_name() const noexcept override { return line_.name_; }

 protected:
  ~queue_waiter() {
    if (state_ == state::pending) [[unlikely]]
      line_.remove(this);
    if (state_ == state::woken) [[unlikely]]
      task_->scheduler_->ready.unlink(this);
  }
  /// Resumed: throws a cancel, after the wake-up that it had was passed on.
  void settle() {
    if (state_ == state::fresh) return;
    task_->resumed();
    if (task_->poke_) [[unlikely]] {
      if (state_ == state::resumed && !line_.blocked()) line_.wake_first();
      task_->throw_if_cancelled();
    }
  }

 private:
  enum class state : std::uint8_t { fresh, pending, woken, resumed, cancelled };
  friend class queue_line;

  void line_up() noexcept {
    state_ = state::pending;
    line_.append(this);
  }
  static void look_again(ready_node* node);

  queue_line& line_;
  queue_waiter* previous_ = nullptr;
  queue_waiter* next_waiter_ = nullptr;
  task_base* task_ = nullptr;
  state state_ = state::fresh;
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
  remove(w);
  w->state_ = queue_waiter::state::woken;
  w->task_->scheduler_->ready.push(w);
}

}  // namespace weft::detail
