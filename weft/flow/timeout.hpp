// Deadlines: with_timeout(d, f), with_timeout_at(t, f), wait_for(x, d).
//
// A timeout cancels the task at the deadline and, where its scope ends, turns that cancel - its
// own, not somebody else's - into timeout_error. It takes its place among the timers when the scope
// begins, but the timer is armed only if the body suspends: one that ends at once costs a clock
// reading and no heap.
#pragma once

#include <coroutine>
#include <cstdint>
#include <optional>
#include <type_traits>
#include <utility>

#include <weft/core/as_outcome.hpp>
#include <weft/core/coro.hpp>
#include <weft/core/detail/closure_guard.hpp>
#include <weft/core/detail/task_base.hpp>
#include <weft/core/detail/timer_heap.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/task.hpp>
#include <weft/core/time.hpp>
#include <weft/flow/detail/take_unshared.hpp>

namespace weft {

/// A deadline: made for with_timeout(scope, ...) by whoever wants to ask it afterwards, else by
/// with_timeout itself. For one use. asyncio: Timeout, what timeout() and timeout_at() give.
class timeout_scope : private detail::timer {
 public:
  /// A deadline at a point on the loop's clock, or none yet.
  explicit timeout_scope(std::optional<time_point> when) noexcept : when_(when) {}
  /// The same, counted from now. Throws usage_error if no loop runs.
  template <class Rep, class Period>
  explicit timeout_scope(std::chrono::duration<Rep, Period> delay)
      : when_(detail::running_scheduler().now() + detail::to_duration(delay)) {}
  timeout_scope(const timeout_scope&) = delete;
  timeout_scope& operator=(const timeout_scope&) = delete;
  ~timeout_scope() {
    if (place != idle) [[unlikely]]
      take_back();
  }

  /// When it fires, or nothing. asyncio: Timeout.when.
  std::optional<time_point> when() const noexcept { return when_; }
  /// Moves the deadline, or takes it away; one that has passed fires in the next turn. Throws
  /// usage_error before the scope has begun, and once it has fired or ended.
  /// asyncio: Timeout.reschedule.
  void reschedule(std::optional<time_point> when);
  /// The same, counted from now.
  template <class Rep, class Period>
  void reschedule(std::chrono::duration<Rep, Period> delay) {
    reschedule(detail::running_scheduler().now() + detail::to_duration(delay));
  }
  /// True once it has fired, also when the body swallowed the cancel. asyncio: Timeout.expired.
  bool expired() const noexcept { return state_ == state::expiring || state_ == state::expired; }

  // For the library.
  /// One that begins at once. A deadline ahead is ahead then, whatever the clock says by now.
  struct begins_now {
    std::optional<time_point> when;
    bool is_ahead;
  };
  explicit timeout_scope(begins_now how) noexcept : when_(how.when), is_ahead_(how.is_ahead) {}
  void enter() {
    if (state_ != state::created) [[unlikely]]
      refuse_second_use();
    detail::scheduler& s = *detail::here;
    task_ = s.current;
    cancels_at_entry_ = task_->cancels_;
    state_ = state::entered;
    run = &timeout_scope::fired;
    if (is_ahead_) {
      sequence = s.timers.take_sequence();
    } else if (when_) {
      begin_with(*when_);
    }
  }
  void body_suspended() {
    if (when_ && place == idle && state_ == state::entered) {
      task_->scheduler_->timers.arm_with_sequence(this, *when_);
    }
  }
  /// The body ended so: true when timeout_error is to be thrown instead.
  bool leave(detail::outcome_kind body) noexcept {
    if (place != idle) take_back();
    if (state_ == state::expiring) [[unlikely]]
      return leave_expired(body);
    state_ = state::exited;
    return false;
  }

 private:
  enum class state : std::uint8_t { created, entered, expiring, expired, exited };
  static void fired(detail::ready_node* node);
  [[noreturn]] static void refuse_second_use();
  void begin_with(time_point when);
  bool leave_expired(detail::outcome_kind body) noexcept;
  void take_back() noexcept;

  detail::task_base* task_ = nullptr;
  std::optional<time_point> when_;
  std::uint16_t cancels_at_entry_ = 0;
  state state_ = state::created;
  bool is_ahead_ = false;
};

namespace detail {

[[noreturn]] void throw_timeout();

/// Runs a coro under a deadline, without a frame of its own. The scope is its own, or the caller's:
/// then Scope is a reference.
template <class T, class Scope = timeout_scope>
class timeout_awaiter {
 public:
  template <class When>
  timeout_awaiter(When&& when, promise<T>* body, promise_base& parent)
      : scope_(std::forward<When>(when)), body_(body, parent) {}
  bool await_ready() {
    scope_.enter();
    if (body_.start()) return true;
    scope_.body_suspended();
    return false;
  }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T await_resume() {
    if (scope_.leave(body_.result().kind_)) [[unlikely]]
      throw_timeout();
    return body_.result().take();
  }

 private:
  Scope scope_;
  coro_awaiter<T> body_;
};

/// The same for `f(scope)`: the callable lives here, beside the body that refers to its captures.
template <class T, class F>
class timeout_call_awaiter {
 public:
  timeout_call_awaiter(timeout_scope::begins_now when, F&& f, promise_base& parent)
      : scope_(when), f_(std::move(f)), body_(f_(scope_).release(), parent) {}
  bool await_ready() {
    scope_.enter();
    if (body_.start()) return true;
    scope_.body_suspended();
    return false;
  }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T await_resume() {
    if (scope_.leave(body_.result().kind_)) [[unlikely]]
      throw_timeout();
    return body_.result().take();
  }

 private:
  timeout_scope scope_;
  F f_;
  coro_awaiter<T> body_;
};

/// A deadline as it was asked for: a delay counts from the await.
class deadline {
 public:
  explicit deadline(duration delay) noexcept : value_(delay.count()), kind_(kind::delay) {}
  explicit deadline(time_point at) noexcept
      : value_(at.time_since_epoch().count()), kind_(kind::at) {}
  explicit deadline(std::nullopt_t) noexcept : value_(0), kind_(kind::never) {}
  timeout_scope::begins_now resolve() const noexcept {
    if (kind_ == kind::never) return {std::nullopt, false};
    if (kind_ == kind::at) return {time_point(duration(value_)), false};
    return {here->now() + duration(value_), value_ > 0};
  }

 private:
  enum class kind : std::uint8_t { delay, at, never };
  std::int64_t value_;
  kind kind_;
};

template <class T>
class timed_coro {
 public:
  timed_coro(deadline d, coro<T> c) : deadline_(d), coro_(std::move(c)) {}
  timeout_awaiter<T> weft_await(promise_base& parent) && {
    return timeout_awaiter<T>(deadline_.resolve(), coro_.release(), parent);
  }

 private:
  deadline deadline_;
  coro<T> coro_;
};

template <class T>
class timed_coro_in_scope {
 public:
  timed_coro_in_scope(timeout_scope& scope, coro<T> c) : scope_(scope), coro_(std::move(c)) {}
  timeout_awaiter<T, timeout_scope&> weft_await(promise_base& parent) && {
    return timeout_awaiter<T, timeout_scope&>(scope_, coro_.release(), parent);
  }

 private:
  timeout_scope& scope_;
  coro<T> coro_;
};

template <class F>
class timed_call {
 public:
  using result = typename std::invoke_result_t<F&, timeout_scope&>::value_type;
  timed_call(deadline d, F f) : deadline_(d), f_(std::move(f)) {}
  timeout_call_awaiter<result, F> weft_await(promise_base& parent) && {
    return timeout_call_awaiter<result, F>(deadline_.resolve(), std::move(f_), parent);
  }

 private:
  deadline deadline_;
  F f_;
};

template <class F>
concept timeout_body = std::is_invocable_v<std::decay_t<F>&, timeout_scope&>;

template <class T>
coro<T> await_future(future<T> f) {
  co_return co_await f;
}
/// wait_for with no time left: cancels, waits for the end, and tells it.
template <class T>
coro<T> cancel_and_wait(future<T> f) {
  if (f.done()) co_return take_unshared(std::move(f));
  future<void> ended = make_future<void>();
  auto tell = [ended](const any_future&) {
    if (!ended.done()) ended.set_result();
  };
  handle told = f.add_done_callback(tell);
  f.cancel();
  outcome<void> waited = co_await as_outcome(ended);
  f.remove_done_callback(told);
  waited.take();
  if (f.cancelled()) {
    f.state()->told_failure();  // asyncio asks for the result, as the timeout's cause
    throw_timeout();
  }
  co_return take_unshared(std::move(f));
}

}  // namespace detail

/// Awaits the coro, or `f(scope)` for a callable that gives one, for at most `delay`: then its task
/// is cancelled, and when the body has ended by that cancel timeout_error is thrown. The callable
/// is kept as long as its coroutine runs. A cancel from outside wins over the timeout. asyncio:
/// async with timeout(delay).
template <class Rep, class Period, class T>
[[nodiscard]] detail::timed_coro<T> with_timeout(std::chrono::duration<Rep, Period> delay,
                                                 coro<T> c) {
  return detail::timed_coro<T>(detail::deadline(detail::to_duration(delay)), std::move(c));
}
template <class Rep, class Period, detail::timeout_body F>
[[nodiscard]] auto with_timeout(std::chrono::duration<Rep, Period> delay, F&& f) {
  static_assert(detail::closure_is_safe<F>, WEFT_UNSAFE_CLOSURE);
  return detail::timed_call<std::decay_t<F>>(detail::deadline(detail::to_duration(delay)),
                                             std::forward<F>(f));
}
/// Without a deadline at first: `scope.reschedule(...)` sets one. asyncio: timeout(None).
template <detail::timeout_body F>
[[nodiscard]] auto with_timeout(std::nullopt_t, F&& f) {
  static_assert(detail::closure_is_safe<F>, WEFT_UNSAFE_CLOSURE);
  return detail::timed_call<std::decay_t<F>>(detail::deadline(std::nullopt), std::forward<F>(f));
}
/// In a scope of the caller's, which can be asked and moved from elsewhere and after the end. It
/// must outlive the await. Throws usage_error for a scope that was used before.
template <class T>
[[nodiscard]] detail::timed_coro_in_scope<T> with_timeout(timeout_scope& scope, coro<T> c) {
  return detail::timed_coro_in_scope<T>(scope, std::move(c));
}
/// Until a point on the loop's clock. asyncio: timeout_at.
template <class T>
[[nodiscard]] detail::timed_coro<T> with_timeout_at(time_point when, coro<T> c) {
  return detail::timed_coro<T>(detail::deadline(when), std::move(c));
}
template <detail::timeout_body F>
[[nodiscard]] auto with_timeout_at(time_point when, F&& f) {
  static_assert(detail::closure_is_safe<F>, WEFT_UNSAFE_CLOSURE);
  return detail::timed_call<std::decay_t<F>>(detail::deadline(when), std::forward<F>(f));
}

/// Awaits a coro, future or task for at most `delay`; then it is cancelled, and once it has ended
/// timeout_error is thrown. With no time left, gives what is done already. asyncio: wait_for.
template <class T, class Rep, class Period>
coro<T> wait_for(coro<T> c, std::chrono::duration<Rep, Period> delay) {
  const duration d = detail::to_duration(delay);
  if (d > duration::zero()) co_return co_await with_timeout(d, std::move(c));
  co_return co_await detail::cancel_and_wait<T>(create_task(std::move(c)));
}
template <class T, class Rep, class Period>
coro<T> wait_for(future<T> f, std::chrono::duration<Rep, Period> delay) {
  const duration d = detail::to_duration(delay);
  if (d > duration::zero()) co_return co_await with_timeout(d, detail::await_future(std::move(f)));
  co_return co_await detail::cancel_and_wait(std::move(f));
}
template <class T, class Rep, class Period>
coro<T> wait_for(task<T> t, std::chrono::duration<Rep, Period> delay) {
  return wait_for(future<T>(std::move(t)), delay);
}
/// The same for all that can be awaited: `wait_for(queue.get(), 1s)`.
template <detail::operation_like A, class Rep, class Period>
coro<detail::awaited<A>> wait_for(A what, std::chrono::duration<Rep, Period> delay) {
  return wait_for(detail::await_in_coro(std::move(what)), delay);
}

}  // namespace weft
