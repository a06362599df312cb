// handle: a callback that the loop will run, and the means to take it back.
#pragma once

#include <cstddef>
#include <cstdint>
#include <new>
#include <type_traits>
#include <utility>

#include <weft/core/detail/closure_guard.hpp>
#include <weft/core/detail/context_data.hpp>
#include <weft/core/detail/frame_pool.hpp>
#include <weft/core/detail/mail_pool.hpp>
#include <weft/core/detail/scheduler.hpp>
#include <weft/core/time.hpp>

namespace weft {

class context;

namespace detail {

/// A callback in the ready queue, in a future's list, or waiting for its time.
struct callback : timer, pooled {
  std::uint32_t references_ = 1;  // one for the queue that holds it, one for each handle
  bool cancelled_ = false;
  scheduler* scheduler_;
  time_point when_{};
  context_ref context_;

  explicit callback(scheduler& s) noexcept : scheduler_(&s), context_(capture_context()) {
    run = &callback::fired;
  }
  callback(const callback&) = delete;
  callback& operator=(const callback&) = delete;
  virtual ~callback() = default;

  virtual void call() = 0;
  /// Lets go of the callable and what it holds.
  virtual void drop() noexcept = 0;

  void retain() noexcept { ++references_; }
  void release() noexcept {
    if (--references_ == 0) delete this;
  }
  void cancel() noexcept;
  static void fired(ready_node* node);
};

template <class F>
struct callback_of final : callback {
  alignas(F) unsigned char storage_[sizeof(F)];
  bool alive_ = true;

  callback_of(scheduler& s, F&& f) : callback(s) {
    ::new (static_cast<void*>(storage_)) F(std::move(f));
  }
  ~callback_of() override { callback_of::drop(); }
  F& function() noexcept { return *std::launder(reinterpret_cast<F*>(storage_)); }
  void call() override { function()(); }
  void drop() noexcept override {
    if (std::exchange(alive_, false)) function().~F();
  }
};

/// Gives a callback that is queued or waits another context.
void run_in(callback& made, const context& in) noexcept;

/// f with its arguments, all by value: nothing that it uses can dangle.
template <class F, class... Args>
auto bind_values(F&& f, Args&&... args) {
  static_assert((can_be_kept<F> && ... && can_be_kept<Args>), WEFT_ARGUMENT_NOT_KEPT);
  if constexpr (sizeof...(Args) == 0) {
    return std::decay_t<F>(std::forward<F>(f));
  } else {
    return [f = std::decay_t<F>(std::forward<F>(f)),
            ... args = std::decay_t<Args>(std::forward<Args>(args))]() mutable {
      std::move(f)(std::move(args)...);
    };
  }
}

/// The same for what is called more than once: the arguments are passed as lvalues.
template <class F, class... Args>
auto bind_repeated(F&& f, Args&&... args) {
  static_assert((can_be_kept<F> && ... && can_be_kept<Args>), WEFT_ARGUMENT_NOT_KEPT);
  if constexpr (sizeof...(Args) == 0) {
    return std::decay_t<F>(std::forward<F>(f));
  } else {
    return [f = std::decay_t<F>(std::forward<F>(f)),
            ... args = std::decay_t<Args>(std::forward<Args>(args))]() mutable { f(args...); };
  }
}

/// A callback from another thread: made there, called and destroyed in the loop's.
struct mailed : ready_node, mail_pooled {
  context_ref context_ = capture_context();  // the other thread's

  virtual ~mailed() = default;
  virtual void call() = 0;
  static void fired(ready_node* node);
};

template <class F>
struct mailed_callback final : mailed {
  F f_;
  explicit mailed_callback(F&& f) : f_(std::move(f)) { run = &mailed::fired; }
  void call() override { f_(); }
};

}  // namespace detail

/// A callback given to the loop. Dropping the handle leaves the callback in place.
/// asyncio: Handle.
class handle {
 public:
  handle() noexcept = default;
  handle(const handle& other) noexcept : callback_(other.callback_) {
    if (callback_) callback_->retain();
  }
  handle(handle&& other) noexcept : callback_(std::exchange(other.callback_, nullptr)) {}
  handle& operator=(handle other) noexcept {
    std::swap(callback_, other.callback_);
    return *this;
  }
  ~handle() {
    if (callback_) callback_->release();
  }

  /// The callback will not run, and what it held is let go now. Nothing if it ran already.
  void cancel() noexcept {
    if (callback_) callback_->cancel();
  }
  bool cancelled() const noexcept { return callback_ && callback_->cancelled_; }
  /// The context that it runs in. Needs <weft/core/context.hpp>. asyncio: Handle.get_context.
  context get_context() const;

  // For the library.
  explicit handle(detail::callback* adopted) noexcept : callback_(adopted) {}
  detail::callback* get() const noexcept { return callback_; }

 protected:
  detail::callback* callback_ = nullptr;
};

/// asyncio: TimerHandle.
class timer_handle : public handle {
 public:
  using handle::handle;
  /// The deadline, on the loop's clock.
  time_point when() const noexcept { return callback_->when_; }
};

}  // namespace weft
