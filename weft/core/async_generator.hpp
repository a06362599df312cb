// async_generator<T>: a coroutine function that yields many values and may await between them.
//
//   async_generator<int> ticks(int n) {
//     for (int i = 0; i < n; ++i) { co_await sleep(1s); co_yield i; }
//   }
//   auto g = ticks(3);
//   while (auto* tick = co_await g.next()) use(*tick);
//
// The body runs inline in the task that asks, by coro's protocol (detail/promise.hpp): each ask is
// a nested call, so that any number of yields takes no stack and no turn of the loop. What the body
// awaits suspends the task that asked.
#pragma once

#include <coroutine>
#include <source_location>
#include <type_traits>
#include <utility>

#include <weft/core/coro.hpp>
#include <weft/core/detail/promise.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/outcome.hpp>

namespace weft {
namespace detail {

/// A generator's place among those that its loop closes at the end.
struct open_generator {
  open_generator() noexcept = default;
  open_generator(const open_generator&) = delete;
  open_generator& operator=(const open_generator&) = delete;
  ~open_generator() { leave(); }

  /// It is asked for the first time, by a task of this loop.
  void join(scheduler& s) noexcept;
  void leave() noexcept;

  coro<> (*close)(open_generator&) = nullptr;
  scheduler* loop = nullptr;               // while it is open
  open_generator** closed_from = nullptr;  // a pointer to it, to be cleared when it leaves
  open_generator* previous = nullptr;
  open_generator* following = nullptr;
};

template <class T>
class generator_promise;
template <class T>
class generator_step;
template <class T>
class generator_next;
template <class T>
class generator_close;

/// Prints what is wrong and aborts: a generator was destroyed while a task stood inside it.
[[noreturn]] void generator_destroyed_running(const promise_base& promise) noexcept;

}  // namespace detail

/// Thrown at the `co_yield` where a generator stands when it is closed by aclose(). Outside
/// std::exception, as cancelled_error. Catch it to clean up with awaits after the catch block; then
/// rethrow or return. asyncio: GeneratorExit.
class generator_exit {};

/// A coroutine that yields values of type T (or references, for T&). Move-only, lazy: nothing runs
/// before the first next(). Destroying it where it stands destroys its frame: destructors run, code
/// after the `co_yield` does not; a clean-up that must await needs aclose(), which run() and runner
/// call at their end for those that still stand open. Destroying one while a task waits in its
/// next() aborts the process. asyncio: an asynchronous generator.
template <class T>
class [[nodiscard]] async_generator {
 public:
  using promise_type = detail::generator_promise<T>;
  using value_type = std::remove_reference_t<T>;

  async_generator(async_generator&& other) noexcept
      : promise_(std::exchange(other.promise_, nullptr)) {
    if (promise_) promise_->owner_ = this;
  }
  async_generator& operator=(async_generator&& other) noexcept {
    if (this == &other) return *this;
    destroy();
    promise_ = std::exchange(other.promise_, nullptr);
    if (promise_) promise_->owner_ = this;
    return *this;
  }
  ~async_generator() { destroy(); }

  /// `co_await g.next()`: runs the body to its next `co_yield` and gives a pointer to the value,
  /// which stands until the next call; null when the body has ended, and ever after. Throws what
  /// leaves the body, which ends it. Suspends as the body does; a cancel is thrown where the body
  /// waits. Throws usage_error while another next() or aclose() runs. asyncio: __anext__, anext.
  auto next() noexcept { return detail::generator_next<T>(*this); }

  /// `co_await g.aclose()`: ends a body that stands at a `co_yield` by throwing generator_exit
  /// there and waits until it has cleaned up; one that never started, or has ended, is just spent.
  /// Throws what else leaves the body, and usage_error if it yields again or if next() runs.
  /// asyncio: aclose.
  auto aclose() noexcept { return detail::generator_close<T>(*this); }

  // For the library.
  explicit async_generator(promise_type* promise) noexcept : promise_(promise) {
    promise->owner_ = this;
  }

 private:
  friend detail::generator_step<T>;
  friend detail::generator_next<T>;
  friend detail::generator_close<T>;

  void destroy() noexcept {
    if (!promise_) return;
    if (promise_->running_) detail::generator_destroyed_running(*promise_);
    std::exchange(promise_, nullptr)->handle().destroy();
  }

  detail::generator_promise<T>* promise_;
};

// ---- mechanics

namespace detail {

template <class T>
class generator_promise final : public promise_base, public open_generator {
 public:
  using value = std::remove_reference_t<T>;
  using result = outcome<value*>;

  explicit generator_promise(std::source_location where = std::source_location::current()) noexcept
      : promise_base(where) {
    close = &generator_promise::close_generator;
  }
  async_generator<T> get_return_object() noexcept { return async_generator<T>(this); }

  /// Gives control back to whoever asked, and comes back with the next ask.
  struct yield_awaiter {
    generator_promise& promise;

    bool await_ready() const noexcept { return false; }
    void await_suspend(std::coroutine_handle<>) const noexcept {
      if (!(promise.parent_ & starting)) here->next = promise.parent_;
    }
    void await_resume() const {
      if (promise.closing_) [[unlikely]]
        throw generator_exit();
    }
  };
  /// The same, and keeps a copy of what could be changed through the pointer.
  struct copy_awaiter : yield_awaiter {
    value copy;
    copy_awaiter(generator_promise& p, const value& v) : yield_awaiter{p}, copy(v) {}
    void await_suspend(std::coroutine_handle<> h) noexcept {
      this->promise.give(&copy);
      yield_awaiter::await_suspend(h);
    }
  };

  // A yielded temporary lives until the body goes on.
  yield_awaiter yield_value(value& v) noexcept {
    give(&v);
    return {*this};
  }
  yield_awaiter yield_value(value&& v) noexcept
    requires(!std::is_reference_v<T>)
  {
    give(&v);
    return {*this};
  }
  copy_awaiter yield_value(const value& v)
    requires(!std::is_reference_v<T> && !std::is_const_v<value>)
  {
    return copy_awaiter(*this, v);
  }
  void return_void() noexcept { give(nullptr); }

  bool started_ = false;
  bool running_ = false;  // inside a next() or aclose()
  bool closing_ = false;
  async_generator<T>* owner_ = nullptr;

 private:
  void give(value* v) noexcept { static_cast<result*>(out_)->emplace(v); }
  static coro<> close_generator(open_generator& self) {
    co_await static_cast<generator_promise&>(self).owner_->aclose();
  }
};

/// One ask: runs the body until it yields or ends.
template <class T>
class generator_step {
 public:
  generator_step(generator_promise<T>* promise, promise_base& parent) noexcept : promise_(promise) {
    if (!promise_) return;
    promise_->running_ = true;
    promise_->parent_ = reinterpret_cast<std::uintptr_t>(&parent) | promise_base::starting;
  }
  generator_step(const generator_step&) = delete;
  generator_step& operator=(const generator_step&) = delete;
  /// Whoever asked is destroyed while the body waits: the body can't be asked again.
  ~generator_step() {
    if (promise_) spend();
  }

  bool await_ready() {
    if (!promise_) return true;
    promise_->out_ = &outcome_;
    if (!promise_->started_) promise_->join(*here);
    promise_->started_ = true;
    promise_->handle().resume();
    if (outcome_.kind_ != outcome_kind::none) return true;
    promise_->parent_ &= ~promise_base::starting;
    return false;
  }
  void await_suspend(std::coroutine_handle<>) const noexcept {}

 protected:
  /// After the step. The frame of a body that has ended goes before anybody hears of it.
  void settle() noexcept {
    promise_->running_ = false;
    if (promise_->handle().done()) spend();
    promise_ = nullptr;
  }
  void spend() noexcept {
    promise_->running_ = false;
    promise_->owner_->promise_ = nullptr;
    promise_->handle().destroy();
  }

  generator_promise<T>* promise_;
  typename generator_promise<T>::result outcome_;
};

template <class T>
generator_promise<T>* unused_promise(generator_promise<T>* promise) {
  if (promise && promise->running_) {
    throw usage_error("this generator is running already: another next() or aclose() waits in it");
  }
  return promise;
}

template <class T>
class generator_next_awaiter : public generator_step<T> {
 public:
  using generator_step<T>::generator_step;
  std::remove_reference_t<T>* await_resume() {
    if (!this->promise_) return nullptr;
    this->settle();
    return this->outcome_.take();
  }
};

template <class T>
class [[nodiscard("await it")]] generator_next {
 public:
  explicit generator_next(async_generator<T>& generator) noexcept : generator_(generator) {}
  generator_next_awaiter<T> weft_await(promise_base& parent) && {
    return generator_next_awaiter<T>(unused_promise(generator_.promise_), parent);
  }

 private:
  async_generator<T>& generator_;
};

template <class T>
class generator_close_awaiter : public generator_step<T> {
 public:
  using generator_step<T>::generator_step;
  bool await_ready() {
    if (this->promise_ && !this->promise_->started_) {
      this->spend();
      this->promise_ = nullptr;
    }
    if (this->promise_) this->promise_->closing_ = true;
    return generator_step<T>::await_ready();
  }
  void await_resume() {
    if (!this->promise_) return;
    this->promise_->closing_ = false;
    this->settle();
    if (this->outcome_.has_value()) {
      if (!this->outcome_.stored_value()) return;
      throw usage_error("a generator that was being closed yielded on");
    }
    try {
      this->outcome_.take();
    } catch (const generator_exit&) {
    }
  }
};

template <class T>
class [[nodiscard("await it")]] generator_close {
 public:
  explicit generator_close(async_generator<T>& generator) noexcept : generator_(generator) {}
  generator_close_awaiter<T> weft_await(promise_base& parent) && {
    return generator_close_awaiter<T>(unused_promise(generator_.promise_), parent);
  }

 private:
  async_generator<T>& generator_;
};

}  // namespace detail
}  // namespace weft
