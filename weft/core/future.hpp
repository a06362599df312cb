// future<T>: a result that isn't there yet. Pending, then done or cancelled, once. Whoever awaits
// it and each done callback is queued when it ends, in the order of their coming, and runs in the
// loop's next turn: never inside set_result.
#pragma once

#include <coroutine>
#include <exception>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>

#include <weft/core/detail/cancel_log.hpp>
#include <weft/core/detail/future_base.hpp>
#include <weft/core/detail/task_base.hpp>
#include <weft/core/handle.hpp>
#include <weft/core/outcome.hpp>

namespace weft {
namespace detail {

enum class take_result { copy, move, outcome_copy, outcome_move };
template <class T, take_result How>
class future_awaiter;
template <class Future, class F>
struct done_callback;

}  // namespace detail

/// A handle to a future or task of any type.
class any_future {
 public:
  any_future() noexcept = default;
  any_future(const any_future& other) noexcept : state_(other.state_) {
    if (state_) state_->retain();
  }
  any_future(any_future&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  any_future& operator=(any_future other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~any_future() {
    if (state_) state_->release();
  }

  /// True when there is a result, an exception or a cancel. asyncio: Future.done.
  bool done() const noexcept { return state_->done(); }
  /// True when it ended by a cancel. asyncio: Future.cancelled.
  bool cancelled() const noexcept { return state_->state_ == detail::outcome_kind::cancelled; }
  /// The exception with which it ended, or null. Throws cancelled_error if it was cancelled,
  /// invalid_state_error if it isn't done. Counts as having read it. asyncio: Future.exception.
  std::exception_ptr exception() const;

  /// Cancels a future now; asks a task to be cancelled: cancelled_error is thrown at what it
  /// awaits. False if it was done already. Never runs anything inside the call. asyncio:
  /// Future.cancel.
  bool cancel(std::source_location where = std::source_location::current()) const noexcept {
    const detail::cancel_site site(nullptr, where);
    return state_->cancel(nullptr);
  }
  bool cancel(const std::string& message,
              std::source_location where = std::source_location::current()) const noexcept {
    const detail::cancel_site site(nullptr, where);
    return state_->cancel(&message);
  }

  /// Two handles are equal when they stand for one future.
  friend bool operator==(const any_future& a, const any_future& b) noexcept {
    return a.state_ == b.state_;
  }
  /// False for a handle that stands for nothing: default-made or moved from.
  explicit operator bool() const noexcept { return state_ != nullptr; }

  /// The loop that it belongs to. asyncio: Future.get_loop.
  event_loop& get_loop() const noexcept { return *state_->scheduler_->loop; }

  /// Queues `f(future)` for when it is done (for the next turn if it is). The callable is kept;
  /// what it throws goes to the exception handler. The handle takes it back, see
  /// remove_done_callback. asyncio: Future.add_done_callback.
  template <class F>
  handle add_done_callback(F f) const {
    return add_callback_of(*this, std::move(f));
  }
  /// The same in a context that is given. asyncio: Future.add_done_callback(context=).
  template <class F>
  handle add_done_callback(const context& in, F f) const {
    return add_callback_of(in, *this, std::move(f));
  }
  /// Removes a callback that has not been queued yet: 1 if it was there, else 0.
  /// asyncio: Future.remove_done_callback, which knows callbacks by equality.
  std::size_t remove_done_callback(const handle& callback) const noexcept;

  // For the library.
  explicit any_future(detail::future_base* adopted) noexcept : state_(adopted) {}
  detail::future_base* state() const noexcept { return state_; }
  detail::future_base* release_state() noexcept { return std::exchange(state_, nullptr); }

 protected:
  template <class Future, class F>
  handle add_callback_of(const Future& self, F f) const {
    auto* made = new detail::done_callback<Future, F>(*self.state_, std::move(f));
    made->retain();
    state_->add_callback(made);
    return handle(made);
  }
  template <class Future, class F>
  handle add_callback_of(const context& in, const Future& self, F f) const {
    handle made = add_callback_of(self, std::move(f));
    detail::run_in(*made.get(), in);
    return made;
  }

  detail::future_base* state_ = nullptr;
};

/// A shared handle to a result of type T. asyncio: Future.
template <class T = void>
class future : public any_future {
 public:
  using value_type = T;
  using any_future::any_future;

  /// Copies the result, or throws the exception, cancelled_error, or invalid_state_error when it
  /// isn't done. From an rvalue the result is moved out. asyncio: Future.result.
  T result() const& {
    mark_read();
    if (!ref().has_value()) state_->raise_failure();
    return ref().copy();
  }
  T result() && {
    mark_read();
    outcome<T> taken = take_outcome();
    return taken.take();
  }

  /// Ends it with a result: `set_result(value)`, for void `set_result()`. Throws
  /// invalid_state_error if it is done. Whoever waits runs in the next turn.
  /// asyncio: Future.set_result.
  template <class... Args>
  void set_result(Args&&... args) const {
    require_pending();
    ref().emplace(std::forward<Args>(args)...);
    state_->finish(detail::outcome_kind::value);
  }
  /// Ends it with an exception, given itself or by pointer. asyncio: Future.set_exception.
  template <class E>
  void set_exception(E&& error) const {
    require_pending();
    if constexpr (std::is_same_v<std::decay_t<E>, std::exception_ptr>) {
      ref().set_exception(std::forward<E>(error));
    } else {
      ref().set_exception(std::make_exception_ptr(std::forward<E>(error)));
    }
    state_->finish(detail::outcome_kind::error);
  }

  template <class F>
  handle add_done_callback(F f) const {
    return add_callback_of(*this, std::move(f));
  }

  template <class F>
  handle add_done_callback(const context& in, F f) const {
    return add_callback_of(in, *this, std::move(f));
  }

  // For the library.
  outcome<T>& ref() const noexcept { return state_->result_as<T>(); }
  outcome<T> take_outcome();
  void mark_read() const noexcept { state_->unread_error_ = false; }
  auto weft_await(detail::promise_base&) const& {
    using awaiter = detail::future_awaiter<T, detail::take_result::copy>;
    if (state_) [[likely]]
      state_->retain();
    return awaiter(state_);
  }
  auto weft_await(detail::promise_base&) && {
    using awaiter = detail::future_awaiter<T, detail::take_result::move>;
    return awaiter(release_state());
  }

 private:
  void require_pending() const {
    if (state_->is_task_) throw usage_error("a task's result is its coroutine's to give");
    if (state_->done()) throw invalid_state_error("the future has its result already");
  }
};

// ---- mechanics

namespace detail {

template <class Future, class F>
struct done_callback final : future_callback {
  alignas(F) unsigned char storage_[sizeof(F)];

  done_callback(future_base& future, F&& f) : future_callback(future) {
    ::new (static_cast<void*>(storage_)) F(std::move(f));
  }
  ~done_callback() override { done_callback::drop(); }
  F& function() noexcept { return *std::launder(reinterpret_cast<F*>(storage_)); }
  void call() override {
    future_->retain();
    const Future self(future_as<Future>());
    function()(self);
  }
  void drop() noexcept override {
    if (!alive_) return;
    alive_ = false;
    function().~F();
    let_go();
  }

 private:
  template <class Wanted>
  auto* future_as() const noexcept {
    if constexpr (std::is_constructible_v<Wanted, future_base*>) {
      return future_;
    } else {
      return static_cast<task_base*>(future_);
    }
  }
};

template <class T>
outcome<T> copy_outcome(future_base& state) {
  outcome<T>& kept = state.result_as<T>();
  if (kept.kind_ == outcome_kind::none) state.raise_failure();
  outcome<T> copy = kept;
  if (!copy.has_value()) state.told_failure();
  return copy;
}

/// Moves the value out and marks it, so that a later reader is told.
template <class T>
outcome<T> move_outcome(future_base& state) {
  outcome<T>& kept = state.result_as<T>();
  if constexpr (std::is_void_v<T> || std::is_reference_v<T>) {
    return copy_outcome<T>(state);
  } else {
    outcome<T> taken;
    if (kept.kind_ == outcome_kind::value) {
      taken.emplace(std::move(kept.stored_value()));
      kept.kind_ = outcome_kind::moved;
    } else {
      if (kept.kind_ == outcome_kind::none || kept.kind_ == outcome_kind::moved) {
        state.raise_failure();
      }
      taken.set_failure(kept);
      state.told_failure();
    }
    return taken;
  }
}

/// The cancel that this task is to see now, as an outcome.
template <class T>
outcome<T> outcome_of_cancel(task_base& task) {
  outcome<T> cancelled;
  std::string* message = task.take_message();
  cancelled.set_cancelled(message);
  delete message;
  return cancelled;
}

/// Throws usage_error: awaiting nothing, another loop's future, or (else) the task itself.
[[noreturn]] void refuse_await(const future_base* state);

class future_wait {
 public:
  explicit future_wait(future_base* adopted) noexcept : state_(adopted) {}
  future_wait(const future_wait&) = delete;
  future_wait& operator=(const future_wait&) = delete;
  ~future_wait() {
    if (state_) state_->release();
  }
  bool await_ready() const {
    if (!state_ || state_->scheduler_ != here) [[unlikely]]
      refuse_await(state_);
    return state_->done();
  }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) noexcept {
    task_ = here->current;
    if (state_ == task_) [[unlikely]] {
      // A task that awaits itself: as in asyncio it is told a turn later.
      task_->resume_ = &where.promise();
      task_->wake();
      return;
    }
    state_->add_waiter(task_);
    task_->suspend(where, state_);
  }

 protected:
  /// A cancel that comes with the future's own, or with one that is its error, is one: the
  /// future's.
  void settle() {
    state_->unread_error_ = false;
    if (!task_) return;
    task_->resumed();
    if (task_->poke_) [[unlikely]] {
      if (state_->result_base().kind_ == outcome_kind::cancelled) {
        task_->poke_ = 0;
      } else {
        task_->throw_if_cancelled();
      }
    }
  }
  bool cancelled_before_result() {
    state_->unread_error_ = false;
    if (!task_) return false;
    task_->resumed();
    if (!task_->poke_) return false;
    if (state_->result_base().kind_ != outcome_kind::cancelled) return true;
    task_->poke_ = 0;
    return false;
  }

  [[noreturn]] void raise() {
    if (!state_->done()) refuse_await(state_);
    state_->raise_failure();
  }

  future_base* state_;
  task_base* task_ = nullptr;
};

template <class T, take_result How>
class future_awaiter : public future_wait {
 public:
  using future_wait::future_wait;
  static constexpr bool moves = How == take_result::outcome_move;
  using returned =
      std::conditional_t<How == take_result::copy || How == take_result::move, T, outcome<T>>;

  returned await_resume() {
    if constexpr (How == take_result::copy) {
      settle();
      outcome<T>& kept = state_->result_as<T>();
      if (!kept.has_value()) [[unlikely]]
        raise();
      return kept.copy();
    } else if constexpr (How == take_result::move) {
      settle();
      return take_once();
    } else {
      if (cancelled_before_result()) return outcome_of_cancel<T>(*task_);
      if (!state_->done()) [[unlikely]]
        refuse_await(state_);
      if constexpr (moves) {
        return move_outcome<T>(*state_);
      } else {
        return copy_outcome<T>(*state_);
      }
    }
  }

 private:
  T take_once() {
    outcome<T>& kept = state_->result_as<T>();
    if (!kept.has_value()) [[unlikely]]
      raise();
    if constexpr (std::is_void_v<T> || std::is_reference_v<T>) {
      return kept.copy();
    } else {
      kept.kind_ = outcome_kind::moved;
      return T(std::move(kept.stored_value()));
    }
  }
};

}  // namespace detail

template <class T>
outcome<T> future<T>::take_outcome() {
  return detail::move_outcome<T>(*state_);
}

/// A pending future of the running loop. Throws usage_error if no loop runs.
/// asyncio: loop.create_future.
template <class T = void>
future<T> make_future() {
  return future<T>(new detail::future_state<T>(detail::running_scheduler()));
}

}  // namespace weft
