#include <weft/sync/condition.hpp>

#include <coroutine>
#include <exception>
#include <limits>
#include <string>

#include <weft/core/errors.hpp>

namespace weft {
namespace {

/// In line until somebody notifies.
class notification final : public detail::line_waiter {
 public:
  using line_waiter::line_waiter;
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) noexcept {
    line_up(where);
  }
  void await_resume() {
    if (resumed()) task_->throw_if_cancelled();
  }
  const char* wait_name() const noexcept override { return "condition"; }
};

class notification_ask {
 public:
  explicit notification_ask(detail::wait_line& line) noexcept : line_(line) {}
  notification weft_await(detail::promise_base&) const noexcept { return notification(line_); }

 private:
  detail::wait_line& line_;
};

}  // namespace

coro<bool> condition::wait() {
  check_locked("wait()");
  lock_.release();
  std::exception_ptr cancelled;
  try {
    co_await notification_ask(line_);
  } catch (const cancelled_error&) {
    cancelled = std::current_exception();
  }
  for (bool held = false; !held;) {
    try {
      co_await lock_.acquire();
      held = true;
    } catch (const cancelled_error&) {
      cancelled = std::current_exception();
    }
  }
  if (!cancelled) co_return true;
  // It may have been notified before it was cancelled: that must not be lost.
  line_.wake_next(1);
  std::rethrow_exception(cancelled);
}

void condition::notify(std::size_t n) {
  check_locked("notify()");
  line_.wake_next(n);
}

void condition::notify_all() { notify(std::numeric_limits<std::size_t>::max()); }

void condition::check_locked(const char* what) const {
  if (!locked()) throw usage_error(std::string("the lock is not held: condition.") + what);
}

}  // namespace weft
