// semaphore: at most n tasks at a time, in the order of arrival, nobody past the line.
//
//   auto place = co_await limit.scoped();   // released at the end of the scope
#pragma once

#include <coroutine>
#include <limits>
#include <utility>

#include <weft/core/errors.hpp>
#include <weft/sync/detail/wait_line.hpp>

namespace weft {

class semaphore_guard;

/// asyncio: Semaphore.
class semaphore {
 public:
  /// Throws value_error for a negative count.
  explicit semaphore(long value = 1) : semaphore(value, std::numeric_limits<long>::max()) {}
  semaphore(const semaphore&) = delete;
  semaphore& operator=(const semaphore&) = delete;

  /// True when acquire() would have to wait.
  bool locked() const noexcept { return value_ == 0 || line_.has_live_waiters(); }
  /// How many more could have it now.
  long value() const noexcept { return value_; }

  class acquirer;
  class acquire_ask;
  class scoped_ask;
  /// `co_await s.acquire()`: suspends while the count is zero or somebody is ahead. If cancelled
  /// while waiting nothing is taken, and a wake-up goes to the next. Gives true.
  /// asyncio: Semaphore.acquire.
  [[nodiscard]] acquire_ask acquire() noexcept;
  /// The same, giving a semaphore_guard that releases it. asyncio: async with semaphore.
  [[nodiscard]] scoped_ask scoped() noexcept;
  /// Raises the count and wakes the next in line. A bounded one throws value_error where that is
  /// too much. asyncio: Semaphore.release.
  void release() {
    if (value_ >= bound_) [[unlikely]]
      throw value_error("a bounded semaphore was released more often than acquired");
    raise();
  }

 protected:
  semaphore(long value, long bound) : value_(value), bound_(bound) {
    if (value < 0) throw value_error("a semaphore's count can't be negative");
  }

 private:
  friend class semaphore_guard;
  void raise() noexcept {
    ++value_;
    wake_next();
  }
  // The count is taken for a waiter when it is woken, so that nobody takes it in between.
  bool wake_next() noexcept {
    if (!line_.wake_next()) return false;
    --value_;
    return true;
  }

  detail::wait_line line_;
  long value_;
  long bound_;
};

/// Holds a place and gives it back when it is destroyed.
class [[nodiscard]] semaphore_guard {
 public:
  explicit semaphore_guard(semaphore& held) noexcept : semaphore_(&held) {}
  semaphore_guard(semaphore_guard&& other) noexcept
      : semaphore_(std::exchange(other.semaphore_, nullptr)) {}
  semaphore_guard& operator=(semaphore_guard&& other) noexcept {
    std::swap(semaphore_, other.semaphore_);
    return *this;
  }
  ~semaphore_guard() {
    if (semaphore_ && semaphore_->value_ < semaphore_->bound_) semaphore_->raise();
  }

 private:
  semaphore* semaphore_;
};

// ---- mechanics

class semaphore::acquirer : public detail::line_waiter {
 public:
  explicit acquirer(semaphore& s) noexcept : line_waiter(s.line_), semaphore_(s) {}
  bool await_ready() const noexcept {
    if (semaphore_.locked()) return false;
    --semaphore_.value_;
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
    const bool taken = state_ == state::woken;
    const bool cancelled = resumed();
    if (cancelled && taken) ++semaphore_.value_;
    while (semaphore_.value_ > 0 && semaphore_.wake_next()) {
    }
    return cancelled;
  }
  bool result() const noexcept { return true; }
  const char* wait_name() const noexcept override { return "semaphore"; }

 protected:
  semaphore& semaphore_;
};

class semaphore::acquire_ask {
 public:
  explicit acquire_ask(semaphore& s) noexcept : semaphore_(s) {}
  acquirer weft_await(detail::promise_base&) const noexcept { return acquirer(semaphore_); }

 private:
  semaphore& semaphore_;
};

class semaphore::scoped_ask {
 public:
  explicit scoped_ask(semaphore& s) noexcept : semaphore_(s) {}
  class scoped_acquirer final : public acquirer {
   public:
    using acquirer::acquirer;
    semaphore_guard await_resume() {
      acquirer::await_resume();
      return result();
    }
    semaphore_guard result() noexcept { return semaphore_guard(semaphore_); }
  };
  scoped_acquirer weft_await(detail::promise_base&) const noexcept {
    return scoped_acquirer(semaphore_);
  }

 private:
  semaphore& semaphore_;
};

inline semaphore::acquire_ask semaphore::acquire() noexcept { return acquire_ask(*this); }
inline semaphore::scoped_ask semaphore::scoped() noexcept { return scoped_ask(*this); }

}  // namespace weft
