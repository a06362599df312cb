// concurrent_future: a result that any thread may give and any thread may wait for, and the ways
// between it and a loop.
//
//   // on another thread:
//   int n = run_coroutine_threadsafe(count(), loop).result(5s);
//   // in a loop, of a result that another thread gives:
//   concurrent_future<int> made;
//   int n = co_await wrap_future(made);
//
// A loop's future belongs to its thread, its counts and lists too. So neither side ever holds the
// other's: between them stands a loop_line, which sends the loop a letter, and which the loop cuts
// when it closes.
#pragma once

#include <exception>
#include <type_traits>
#include <utility>

#include <weft/core/coro.hpp>
#include <weft/core/detail/counted.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/future.hpp>
#include <weft/core/outcome.hpp>
#include <weft/core/task.hpp>
#include <weft/core/time.hpp>
#include <weft/threads/detail/concurrent_state.hpp>
#include <weft/threads/detail/loop_line.hpp>

namespace weft {

/// A handle to a shared result of type T; made pending. All calls are thread-safe. asyncio:
/// concurrent.futures.Future.
template <class T = void>
class concurrent_future {
 public:
  using value_type = T;

  concurrent_future() : state_(new detail::concurrent_result<T>) {}

  /// True, and the callbacks are run, when nobody has begun to work for it or it was cancelled
  /// already; false when it is running or has ended. asyncio: Future.cancel.
  bool cancel() const { return state_->cancel(); }
  bool cancelled() const noexcept { return state_->cancelled(); }
  /// True between set_running_or_notify_cancel and the end. asyncio: Future.running.
  bool running() const noexcept { return state_->running(); }
  /// True when there is a result, an exception or a cancel. asyncio: Future.done.
  bool done() const noexcept { return state_->done(); }

  /// Blocks the thread until it is done - never a loop's, which may be what gives the result. Gives
  /// a copy of the result, from an rvalue the result itself; throws the exception, or
  /// cancelled_error. asyncio: Future.result.
  T result() const& {
    state_->wait();
    return state_->copy();
  }
  T result() && {
    state_->wait();
    return state_->take();
  }
  /// The same, but throws timeout_error when it isn't done in time.
  template <class Rep, class Period>
  T result(std::chrono::duration<Rep, Period> timeout) const& {
    state_->wait(detail::to_duration(timeout));
    return state_->copy();
  }
  template <class Rep, class Period>
  T result(std::chrono::duration<Rep, Period> timeout) && {
    state_->wait(detail::to_duration(timeout));
    return state_->take();
  }
  /// Blocks as result does; the exception, or null. Throws cancelled_error. asyncio:
  /// Future.exception.
  std::exception_ptr exception() const {
    state_->wait();
    return state_->exception();
  }
  template <class Rep, class Period>
  std::exception_ptr exception(std::chrono::duration<Rep, Period> timeout) const {
    state_->wait(detail::to_duration(timeout));
    return state_->exception();
  }

  /// Calls `f(future)` when it is done: at once if it is, else on the thread that ends it, in the
  /// order of their coming. What it throws is reported. asyncio: Future.add_done_callback.
  template <class F>
  void add_done_callback(F f) const {
    state_->add(new callback<F>(state_.get(), std::move(f)));
  }

  // ---- for whoever does the work

  /// Begins: from now on it can't be cancelled. False if it was cancelled: the work is not to be
  /// done. Throws usage_error when it has begun already. asyncio:
  /// Future.set_running_or_notify_cancel.
  bool set_running_or_notify_cancel() const { return state_->set_running_or_notify_cancel(); }
  /// Ends it: `set_result(value)`, for void `set_result()`. Runs the callbacks. Throws
  /// invalid_state_error when it has ended already. asyncio: Future.set_result.
  template <class... Args>
  void set_result(Args&&... args) const {
    detail::concurrent_state::end ends(*state_);
    state_->outcome_.emplace(std::forward<Args>(args)...);
    ends.now();
  }
  /// With an exception, given itself or by pointer. asyncio: Future.set_exception.
  template <class E>
  void set_exception(E&& error) const {
    detail::concurrent_state::end ends(*state_);
    if constexpr (std::is_same_v<std::decay_t<E>, std::exception_ptr>) {
      state_->outcome_.set_exception(std::forward<E>(error));
    } else {
      state_->outcome_.set_exception(std::make_exception_ptr(std::forward<E>(error)));
    }
    ends.now();
  }

  /// Two handles are equal when they stand for one result.
  friend bool operator==(const concurrent_future& a, const concurrent_future& b) noexcept {
    return a.state_.get() == b.state_.get();
  }
  /// False for one that was moved from.
  explicit operator bool() const noexcept { return bool(state_); }

 private:
  using result_type = detail::concurrent_result<T>;
  explicit concurrent_future(detail::shared<result_type> state) noexcept
      : state_(std::move(state)) {}

  template <class F>
  struct callback final : detail::concurrent_state::callback {
    result_type* state_;
    F f_;
    callback(result_type* state, F&& f) : state_(state), f_(std::move(f)) {}
    void call() override {
      const concurrent_future self(detail::shared<result_type>::of(*state_));
      f_(self);
    }
  };

  detail::shared<result_type> state_;
};

/// Makes a task of the coroutine in another thread's loop, in which it runs in the caller's
/// context. To be called from any thread but the loop's. Cancelling the result asks the task to be
/// cancelled; when the task is cancelled so is the result, also when its loop closes before it
/// ends. Throws usage_error when the loop is closed. asyncio: run_coroutine_threadsafe.
template <class T>
concurrent_future<T> run_coroutine_threadsafe(coro<T> what, event_loop& loop);

/// A loop's future for a result that other threads give: the running loop's, or `loop`'s in its
/// thread. Cancelling it cancels a result that nobody has begun to work for. asyncio: wrap_future.
template <class T>
future<T> wrap_future(const concurrent_future<T>& source, event_loop& loop);
template <class T>
future<T> wrap_future(const concurrent_future<T>& source) {
  return wrap_future(source, get_running_loop());
}
/// A future of a loop is one already.
template <class T>
future<T> wrap_future(future<T> source) {
  return source;
}

// ---- mechanics

namespace detail {

/// From another thread's result to a loop's future.
template <class T>
class wrap_line final : public loop_line {
 public:
  wrap_line(const concurrent_future<T>& from, const future<T>& to) : from_(from), to_(to) {}

 private:
  void arrived() override {
    const concurrent_future<T> from = std::move(from_);
    const future<T> to = std::move(to_);
    shut();
    if (to.done()) return;
    if (from.cancelled()) {
      to.cancel();
    } else if (std::exception_ptr error = from.exception()) {
      to.set_exception(std::move(error));
    } else if constexpr (std::is_void_v<T>) {
      to.set_result();
    } else if constexpr (std::is_reference_v<T>) {
      to.set_result(&from.result());
    } else if constexpr (std::is_copy_constructible_v<T>) {
      to.set_result(from.result());
    } else {
      to.set_result(concurrent_future<T>(from).result());
    }
  }
  void cut() noexcept override {
    const concurrent_future<T> from = std::move(from_);
    const future<T> to = std::move(to_);
  }

  concurrent_future<T> from_;
  future<T> to_;
};

/// From another thread's cancel to a loop's task.
class task_line final : public loop_line {
 public:
  explicit task_line(any_future task) noexcept : task_(std::move(task)) {}
  void ended() {
    shut();
    cut();
  }

 private:
  void arrived() override {
    if (task_) task_.cancel();
  }
  void cut() noexcept override { const any_future task = std::move(task_); }

  any_future task_;
};

/// Gives a task's end to whoever waits on another thread; when the task is destroyed without one,
/// that is a cancel.
template <class T>
class task_end {
 public:
  task_end(shared<task_line> line, const concurrent_future<T>& to)
      : line_(std::move(line)), to_(to) {}
  task_end(task_end&&) noexcept = default;
  task_end& operator=(task_end&&) = delete;
  ~task_end() {
    if (to_) to_.cancel();
  }

  void operator()(const task<T>& from) {
    line_->ended();
    const concurrent_future<T> to = std::move(to_);
    if (from.cancelled()) to.cancel();
    if (!to.set_running_or_notify_cancel()) return;
    if (std::exception_ptr error = from.exception()) {
      to.set_exception(std::move(error));
    } else if constexpr (std::is_void_v<T>) {
      to.set_result();
    } else if constexpr (std::is_reference_v<T>) {
      to.set_result(&from.result());
    } else if constexpr (std::is_copy_constructible_v<T>) {
      to.set_result(from.result());
    } else {
      to.set_result(future<T>(from).take_outcome().take());
    }
  }

 private:
  shared<task_line> line_;
  concurrent_future<T> to_;
};

/// What run_coroutine_threadsafe sends to the loop.
template <class T>
class threadsafe_start {
 public:
  threadsafe_start(coro<T> what, const concurrent_future<T>& to, event_loop& loop)
      : what_(std::move(what)), to_(to), loop_(&loop) {}
  threadsafe_start(threadsafe_start&&) noexcept = default;
  threadsafe_start& operator=(threadsafe_start&&) = delete;
  ~threadsafe_start() {
    if (to_) to_.cancel();
  }

  void operator()() {
    const concurrent_future<T> to = std::move(to_);
    try {
      const task<T> made = loop_->create_task(std::move(what_));
      shared<task_line> line(new task_line(made));
      line->open(*loop_);
      to.add_done_callback([line](const concurrent_future<T>& ended) {
        if (ended.cancelled()) line->send();
      });
      made.add_done_callback(task_end<T>(line, to));
    } catch (...) {
      if (to.set_running_or_notify_cancel()) to.set_exception(std::current_exception());
      throw;
    }
  }

 private:
  coro<T> what_;
  concurrent_future<T> to_;
  event_loop* loop_;
};

}  // namespace detail

template <class T>
concurrent_future<T> run_coroutine_threadsafe(coro<T> what, event_loop& loop) {
  concurrent_future<T> result;
  loop.call_soon_threadsafe(detail::threadsafe_start<T>(std::move(what), result, loop));
  return result;
}

template <class T>
future<T> wrap_future(const concurrent_future<T>& source, event_loop& loop) {
  future<T> made = loop.create_future<T>();
  detail::shared<detail::wrap_line<T>> line(new detail::wrap_line<T>(source, made));
  line->open(loop);
  made.add_done_callback([source](const future<T>& ended) {
    if (ended.cancelled()) source.cancel();
  });
  source.add_done_callback([line](const concurrent_future<T>&) { line->send(); });
  return made;
}

}  // namespace weft
