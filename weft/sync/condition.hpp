// condition: tasks wait, under a lock, until another task tells them that what they wait for may
// have come.
//
//   auto held = co_await changed.scoped();
//   co_await changed.wait_for([&] { return !items.empty(); });   // frees the lock meanwhile
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <weft/core/coro.hpp>
#include <weft/core/detail/closure_guard.hpp>
#include <weft/sync/detail/wait_line.hpp>
#include <weft/sync/lock.hpp>

namespace weft {
namespace detail {

template <class Predicate>
using predicate_result = std::decay_t<std::invoke_result_t<std::decay_t<Predicate>&>>;

}  // namespace detail

/// For tasks of one loop. asyncio: Condition.
class condition {
 public:
  /// With a lock of its own.
  condition() noexcept : lock_(own_) {}
  /// With one that others may use too, and that must outlive it.
  explicit condition(lock& shared) noexcept : lock_(shared) {}
  condition(const condition&) = delete;
  condition& operator=(const condition&) = delete;

  // The lock's, see there.
  bool locked() const noexcept { return lock_.locked(); }
  [[nodiscard]] lock::acquire_ask acquire() noexcept { return lock_.acquire(); }
  [[nodiscard]] lock::scoped_ask scoped() noexcept { return lock_.scoped(); }
  void release() { lock_.release(); }

  /// Frees the lock, suspends until it is notified, and has the lock again when it returns, or
  /// throws. Without a reason too, sometimes: look at what you wait for, and wait again. Cancelled,
  /// it still waits for the lock; then it throws the last cancel that came, and its notification,
  /// if it had one, goes to the next. Gives true. Throws usage_error when the lock is free. The
  /// condition must outlive it. asyncio: Condition.wait.
  coro<bool> wait();
  /// Waits until `predicate()`, which is called with the lock held and first at once, gives what is
  /// true; gives that. Else as wait(). asyncio: Condition.wait_for.
  template <class Predicate>
  coro<detail::predicate_result<Predicate>> wait_for(Predicate&& predicate);

  /// Wakes the first n that wait; each goes on when it has the lock, which the caller still holds.
  /// Nobody waits: it is lost. Throws usage_error when the lock is free. asyncio: Condition.notify.
  void notify(std::size_t n = 1);
  /// Wakes all of them. asyncio: Condition.notify_all.
  void notify_all();

 private:
  void check_locked(const char* what) const;

  lock own_;
  lock& lock_;
  detail::wait_line line_;
};

// ---- mechanics

namespace detail {

template <class Predicate>
coro<predicate_result<Predicate>> wait_until(condition& c, Predicate predicate) {
  for (;;) {
    predicate_result<Predicate> answer = predicate();
    if (answer) co_return answer;
    co_await c.wait();
  }
}

}  // namespace detail

template <class Predicate>
coro<detail::predicate_result<Predicate>> condition::wait_for(Predicate&& predicate) {
  static_assert(detail::closure_is_safe<Predicate>, WEFT_UNSAFE_CLOSURE);
  return detail::wait_until<std::decay_t<Predicate>>(*this, std::forward<Predicate>(predicate));
}

}  // namespace weft
