// as_outcome(x): awaits x and gives its outcome instead of throwing. For those who branch: a throw
// costs a microsecond or two a level.
//
//   outcome<int> o = co_await as_outcome(f());
//   if (o.cancelled()) ...
#pragma once

#include <concepts>
#include <coroutine>
#include <type_traits>
#include <utility>

#include <weft/core/coro.hpp>
#include <weft/core/outcome.hpp>
#include <weft/core/task.hpp>

namespace weft {
namespace detail {

template <class T>
class coro_outcome_awaiter : public coro_awaiter<T> {
 public:
  using coro_awaiter<T>::coro_awaiter;
  outcome<T> await_resume() { return std::move(this->result()); }
};

template <class T>
class coro_outcome {
 public:
  explicit coro_outcome(coro<T> c) noexcept : coro_(std::move(c)) {}
  coro_outcome_awaiter<T> weft_await(promise_base& parent) && {
    return coro_outcome_awaiter<T>(coro_.release(), parent);
  }

 private:
  coro<T> coro_;
};

/// An operation's awaiter that can tell a cancel without throwing it: `bool resumed_by_cancel()`
/// does what is to be done when the task goes on, and `result()` gives the value, or throws.
template <class Awaiter>
concept tells_cancel = requires(Awaiter& a) {
  { a.resumed_by_cancel() } -> std::same_as<bool>;
  a.result();
};
template <class A>
using awaiter_for = decltype(awaiter_of(std::declval<A>(), std::declval<promise_base&>()));

template <class A>
class operation_outcome_awaiter {
 public:
  operation_outcome_awaiter(A&& what, promise_base& parent)
      : awaiter_(awaiter_of(std::move(what), parent)) {}
  bool await_ready() { return awaiter_.await_ready(); }
  template <class Promise>
  auto await_suspend(std::coroutine_handle<Promise> where) {
    return awaiter_.await_suspend(where);
  }
  outcome<awaited<A>> await_resume() {
    if (awaiter_.resumed_by_cancel()) return outcome_of_cancel<awaited<A>>(current_task_base());
    outcome<awaited<A>> ended;
    try {
      if constexpr (std::is_void_v<awaited<A>>) {
        awaiter_.result();
        ended.emplace();
      } else {
        ended.emplace(awaiter_.result());
      }
    } catch (...) {
      ended.set_current_exception();
    }
    return ended;
  }

 private:
  awaiter_for<A> awaiter_;
};

template <class A>
class operation_outcome {
 public:
  explicit operation_outcome(A&& what) : what_(std::move(what)) {}
  operation_outcome_awaiter<A> weft_await(promise_base& parent) && {
    return operation_outcome_awaiter<A>(std::move(what_), parent);
  }

 private:
  A what_;
};

template <class T, take_result How>
class future_outcome {
 public:
  explicit future_outcome(future<T> f) noexcept : future_(std::move(f)) {}
  future_awaiter<T, How> weft_await(promise_base&) && {
    return future_awaiter<T, How>(future_.release_state());
  }

 private:
  future<T> future_;
};

}  // namespace detail

/// Suspends as `co_await x` would. A cancel of the awaiting task is in the outcome too.
template <class T>
detail::coro_outcome<T> as_outcome(coro<T> c) noexcept {
  return detail::coro_outcome<T>(std::move(c));
}
/// The same for all that can be awaited: `as_outcome(sleep(1s))`. A cancel of a sleep or yield, or
/// of a wait for an event, lock, semaphore or queue, is not thrown on its way either.
template <detail::operation_like A>
auto as_outcome(A what) {
  if constexpr (detail::tells_cancel<detail::awaiter_for<A>>) {
    return detail::operation_outcome<A>(std::move(what));
  } else {
    return as_outcome(detail::await_in_coro(std::move(what)));
  }
}
template <class T>
auto as_outcome(const future<T>& f) noexcept {
  return detail::future_outcome<T, detail::take_result::outcome_copy>(f);
}
template <class T>
auto as_outcome(future<T>&& f) noexcept {
  return detail::future_outcome<T, detail::take_result::outcome_move>(std::move(f));
}
template <class T>
auto as_outcome(const task<T>& t) noexcept {
  return detail::future_outcome<T, detail::take_result::outcome_copy>(t);
}
template <class T>
auto as_outcome(task<T>&& t) noexcept {
  return detail::future_outcome<T, detail::take_result::outcome_move>(std::move(t));
}

}  // namespace weft
