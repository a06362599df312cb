// lock: one task at a time. Handed on in the order of arrival; a task that finds it free while
// others are in line goes behind them.
//
//   auto held = co_await mutex.scoped();   // released at the end of the scope
#pragma once

#include <coroutine>
#include <utility>

#include <weft/core/errors.hpp>
#include <weft/sync/detail/wait_line.hpp>

namespace weft {

class lock_guard;

/// For tasks of one loop; not for threads. Not re-entrant. asyncio: Lock.
class lock {
 public:
  lock() noexcept = default;
  lock(const lock&) = delete;
  lock& operator=(const lock&) = delete;

  bool locked() const noexcept { return locked_; }

  class acquirer;
  class acquire_ask;
  class scoped_ask;
  /// `co_await l.acquire()`: suspends unless it is free and nobody is ahead. If cancelled while
  /// waiting it isn't taken and the next in line is woken. Gives true.
  /// asyncio: Lock.acquire.
  [[nodiscard]] acquire_ask acquire() noexcept;
  /// The same, giving a lock_guard that releases it. asyncio: async with lock.
  [[nodiscard]] scoped_ask scoped() noexcept;
  /// Frees it and wakes the first in line, who runs in the next turn. Throws usage_error if it is
  /// free. asyncio: Lock.release.
  void release() {
    if (!locked_) throw usage_error("the lock is not held");
    locked_ = false;
    line_.wake_first();
  }

 private:
  detail::wait_line line_;
  bool locked_ = false;
};

/// Holds a lock and releases it when it is destroyed.
class [[nodiscard]] lock_guard {
 public:
  explicit lock_guard(lock& held) noexcept : lock_(&held) {}
  lock_guard(lock_guard&& other) noexcept : lock_(std::exchange(other.lock_, nullptr)) {}
  lock_guard& operator=(lock_guard&& other) noexcept {
    std::swap(lock_, other.lock_);
    return *this;
  }
  ~lock_guard() {
    if (lock_ && lock_->locked()) lock_->release();
  }

 private:
  lock* lock_;
};

// ---- mechanics

class lock::acquirer : public detail::line_waiter {
 public:
  explicit acquirer(lock& l) noexcept : line_waiter(l.line_), lock_(l) {}
  bool await_ready() const noexcept {
    if (lock_.locked_ || lock_.line_.has_live_waiters()) return false;
    lock_.locked_ = true;
    return true;
  }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) noexcept {
    line_up(where);
  }
  bool await_resume() {
    if (resumed_by_cancel()) [[unlikely]]
      task_->throw_if_cancelled();
    return true;
  }
  bool resumed_by_cancel() noexcept {
    if (state_ == state::fresh) return false;
    if (resumed()) [[unlikely]] {
      // Woken and cancelled in one turn: the wake-up is the next one's.
      if (!lock_.locked_) lock_.line_.wake_first();
      return true;
    }
    lock_.locked_ = true;
    return false;
  }
  bool result() const noexcept { return true; }
  const char* wait_name() const noexcept override { return "lock"; }

 protected:
  lock& lock_;
};

class lock::acquire_ask {
 public:
  explicit acquire_ask(lock& l) noexcept : lock_(l) {}
  acquirer weft_await(detail::promise_base&) const noexcept { return acquirer(lock_); }

 private:
  lock& lock_;
};

class lock::scoped_ask {
 public:
  explicit scoped_ask(lock& l) noexcept : lock_(l) {}
  class scoped_acquirer final : public acquirer {
   public:
    using acquirer::acquirer;
    lock_guard await_resume() {
      acquirer::await_resume();
      return result();
    }
    lock_guard result() noexcept { return lock_guard(lock_); }
  };
  scoped_acquirer weft_await(detail::promise_base&) const noexcept {
    return scoped_acquirer(lock_);
  }

 private:
  lock& lock_;
};

inline lock::acquire_ask lock::acquire() noexcept { return acquire_ask(*this); }
inline lock::scoped_ask lock::scoped() noexcept { return scoped_ask(*this); }

}  // namespace weft
