// shield: awaits something that goes on when the awaiting task is cancelled.
//
//   co_await shield(commit(row));   // a cancel ends the wait; the commit runs to its end
//
// A future of its own stands between the two: a cancel ends that one, and lets the inner one be.
#pragma once

#include <type_traits>
#include <utility>

#include <weft/core/coro.hpp>
#include <weft/core/future.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/detail/future_watch.hpp>

namespace weft {
namespace detail {

/// The outer future, but for its type. It holds the inner one; the inner one doesn't hold it.
class shield_base : public future_base {
 public:
  /// Takes over a count of the inner future, which is pending.
  explicit shield_base(future_base* inner);
  ~shield_base() override;

  const char* wait_name() const noexcept override { return "shield"; }

 protected:
  /// The inner future has a value: puts it into the outcome.
  virtual void take_value() = 0;

  future_base* inner_;

 private:
  static void inner_done(void* self, future_base& inner);
  static void outer_done(void* self, future_base& outer);

  future_watch* inner_watch_ = nullptr;
  future_watch* own_watch_ = nullptr;
};

template <class T>
class shield_state final : public shield_base {
 public:
  explicit shield_state(future_base* inner) : shield_base(inner) { set_outcome_place(outcome_); }

 private:
  void take_value() override {
    if constexpr (std::is_copy_constructible_v<stored<T>>) {
      if (inner_->references_ > 1) {
        outcome<T>& kept = inner_->result_as<T>();
        if (!kept.has_value()) kept.raise();
        outcome_.emplace(kept.stored_value());
        return;
      }
    }
    outcome_ = move_outcome<T>(*inner_);
  }

  outcome<T> outcome_;
};

template <class T>
future<T> shield_future(future<T> inner) {
  if (!inner) throw usage_error("shield was given a handle that stands for nothing");
  if (inner.done()) return inner;
  return future<T>(new shield_state<T>(inner.release_state()));
}

}  // namespace detail

/// A future with the result, the error or the cancel of a coro (which is made a task), future or
/// task; what is done already is given back as it is. Cancelling that future - or the task that
/// awaits it - ends it alone: the inner one goes on, and if it fails later the exception handler is
/// told. asyncio: shield.
template <class T>
future<T> shield(coro<T> c) {
  return detail::shield_future<T>(create_task(std::move(c)));
}
template <class T>
future<T> shield(future<T> f) {
  return detail::shield_future(std::move(f));
}
template <class T>
future<T> shield(task<T> t) {
  return detail::shield_future<T>(std::move(t));
}
/// The same for all that can be awaited: `shield(queue.put(x))`.
template <detail::operation_like A>
future<detail::awaited<A>> shield(A what) {
  return shield(detail::await_in_coro(std::move(what)));
}

}  // namespace weft
