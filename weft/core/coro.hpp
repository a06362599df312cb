// coro<T>: what a coroutine function returns. Lazy: nothing runs before it is awaited or made a
// task. Awaiting it runs it inline, in the same task, without a turn of the loop.
//
//   coro<int> twice(int n) { co_await sleep(1s); co_return 2 * n; }
//   int four = co_await twice(2);
//
// Other libraries call this type `task`; weft keeps asyncio's words, where a task is what the loop
// runs.
#pragma once

#include <coroutine>
#include <source_location>
#include <type_traits>
#include <utility>

#include <weft/core/detail/promise.hpp>
#include <weft/core/outcome.hpp>

namespace weft {
namespace detail {

template <class T>
class coro_awaiter;

}  // namespace detail

/// A coroutine that has not started. Move-only; awaited once, as an rvalue: `co_await f()`, or
/// `co_await std::move(c)`. One that is destroyed without having been awaited is reported to the
/// loop's exception handler. asyncio: a coroutine object.
template <class T = void>
class [[nodiscard("a coro does nothing until it is awaited or made a task")]] coro {
 public:
  using promise_type = detail::promise<T>;
  using value_type = T;

  coro(coro&& other) noexcept : promise_(std::exchange(other.promise_, nullptr)) {}
  coro& operator=(coro&& other) noexcept {
    coro old(std::move(*this));
    promise_ = std::exchange(other.promise_, nullptr);
    return *this;
  }
  ~coro() {
    if (!promise_) return;
    detail::report_never_awaited(*promise_);
    promise_->handle().destroy();
  }

  /// False when it was awaited, made a task, closed or moved from.
  explicit operator bool() const noexcept { return promise_ != nullptr; }

  /// Destroys it unstarted, without a report. asyncio: coroutine.close.
  void close() noexcept {
    if (promise_) std::exchange(promise_, nullptr)->handle().destroy();
  }

  // For the library.
  explicit coro(detail::promise<T>* promise) noexcept : promise_(promise) {}
  /// Throws usage_error when there is nothing left to run.
  detail::promise<T>* release() {
    if (!promise_) throw usage_error("this coro was awaited, made a task or moved from already");
    return std::exchange(promise_, nullptr);
  }
  detail::coro_awaiter<T> weft_await(detail::promise_base& parent) && {
    return detail::coro_awaiter<T>(release(), parent);
  }

 private:
  detail::promise<T>* promise_;
};

// ---- mechanics

namespace detail {

template <class T>
class promise final : public promise_base {
 public:
  explicit promise(std::source_location where = std::source_location::current()) noexcept
      : promise_base(where) {}
  coro<T> get_return_object() noexcept { return coro<T>(this); }

  template <class U>
    requires(!std::is_reference_v<T>)
  void return_value(U&& value) {
    static_cast<outcome<T>*>(out_)->emplace(std::forward<U>(value));
  }
  void return_value(T value)
    requires std::is_reference_v<T>
  {
    static_cast<outcome<T>*>(out_)->emplace(&value);
  }
};

template <>
class promise<void> final : public promise_base {
 public:
  explicit promise(std::source_location where = std::source_location::current()) noexcept
      : promise_base(where) {}
  coro<void> get_return_object() noexcept { return coro<void>(this); }
  void return_void() { static_cast<outcome<void>*>(out_)->emplace(); }
};

// A handle is made from promise_base's address, which is only right while both have one alignment.
static_assert(alignof(promise<int>) == alignof(promise_base));
static_assert(alignof(promise_base) <= 16);

/// Owns the child's frame and the place of its result while the parent waits.
template <class T>
class coro_awaiter {
 public:
  coro_awaiter(promise<T>* child, promise_base& parent) noexcept : child_(child) {
    child->parent_ = reinterpret_cast<std::uintptr_t>(&parent) | promise_base::starting;
  }
  coro_awaiter(const coro_awaiter&) = delete;
  coro_awaiter& operator=(const coro_awaiter&) = delete;
  ~coro_awaiter() { child_->handle().destroy(); }

  bool await_ready() { return start(); }
  void await_suspend(std::coroutine_handle<>) const noexcept {}
  T await_resume() { return outcome_.take(); }

  /// Runs the child to its end or its first suspension; true when it ended. The awaiter must be at
  /// its final address.
  bool start() {
    child_->out_ = &outcome_;
    child_->handle().resume();
    if (outcome_.kind_ != outcome_kind::none) return true;
    child_->parent_ &= ~promise_base::starting;
    return false;
  }
  outcome<T>& result() noexcept { return outcome_; }

 private:
  promise<T>* child_;
  outcome<T> outcome_;
};

template <class T>
inline constexpr bool is_coro = false;
template <class T>
inline constexpr bool is_coro<coro<T>> = true;

/// What awaiting an A gives.
template <class A>
using awaited =
    decltype(awaiter_of(std::declval<A>(), std::declval<promise_base&>()).await_resume());

/// What is awaited by value and is neither coro nor future: `queue.get()`, `sleep(1s)`, a class of
/// the user's own ...
template <class A>
concept operation_like = !std::is_reference_v<A> && (awaitable<A> || awaitable_by_operator<A>) &&
                         !is_coro<A> && !requires { typename A::value_type; };

template <operation_like A>
coro<awaited<A>> await_in_coro(A what) {
  co_return co_await std::move(what);
}

}  // namespace detail
}  // namespace weft
