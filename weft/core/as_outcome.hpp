// as_outcome(x): awaits x and gives its outcome instead of throwing. For those who branch: a throw
// costs a microsecond or two a level.
//
//   outcome<int> o = co_await as_outcome(f());
//   if (o.cancelled()) ...
#pragma once

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
/// The same for all that can be awaited: `as_outcome(sleep(1s))`.
template <detail::operation_like A>
detail::coro_outcome<detail::awaited<A>> as_outcome(A what) {
  return as_outcome(detail::await_in_coro(std::move(what)));
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
