// The limit's task: a coroutine that is awaited (symmetric transfer both ways), or put on the loop
// and joined; and what a coroutine waits for: its turn, a time, the end of a group. An exception is
// only remembered as one.
#pragma once

#include <coroutine>
#include <utility>

#include "frame_pool.hpp"
#include "loop.hpp"

namespace limit {

struct cancelled {};

/// How many of a group still run, and who waits for all.
struct group {
  long left;
  link waiter;
};

template <class T>
struct result {
  T value{};
  void return_value(T v) { value = v; }
  T get() { return value; }
};
template <>
struct result<void> {
  void return_void() {}
  void get() {}
};

struct promise_base : link {
  std::coroutine_handle<> continuation{};
  group* member_of = nullptr;
  timer* sleeping = nullptr;
  bool cancel = false;
  bool failed = false;

  static void* operator new(std::size_t size) { return frames.get(size); }
  static void operator delete(void* frame, std::size_t size) { frames.put(frame, size); }
  std::suspend_always initial_suspend() noexcept { return {}; }
  void unhandled_exception() { failed = true; }
};

struct at_the_end {
  bool await_ready() noexcept { return false; }
  template <class Promise>
  std::coroutine_handle<> await_suspend(std::coroutine_handle<Promise> h) noexcept {
    Promise& promise = h.promise();
    if (promise.member_of) {
      if (--promise.member_of->left == 0) loop.push(&promise.member_of->waiter);
      return std::noop_coroutine();
    }
    return promise.continuation ? promise.continuation : std::noop_coroutine();
  }
  void await_resume() noexcept {}
};

template <class T = void>
class [[nodiscard]] task {
 public:
  struct promise_type : promise_base, result<T> {
    task get_return_object() {
      return task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    at_the_end final_suspend() noexcept { return {}; }
  };
  using coroutine = std::coroutine_handle<promise_type>;

  explicit task(coroutine h) : handle(h) {}
  task(task&& other) noexcept : handle(std::exchange(other.handle, {})) {}
  ~task() {
    if (handle) handle.destroy();
  }

  void spawn() {
    promise_type& promise = handle.promise();
    promise.handle = handle;
    loop.push(&promise);
  }

  struct call {
    coroutine handle;
    bool await_ready() { return false; }
    std::coroutine_handle<> await_suspend(std::coroutine_handle<> caller) {
      handle.promise().continuation = caller;
      return handle;
    }
    T await_resume() {
      if (handle.promise().failed) [[unlikely]]
        throw cancelled();
      return handle.promise().get();
    }
  };
  /// Runs it now, and the caller after.
  call operator co_await() && { return {handle}; }

  struct joining {
    coroutine handle;
    bool await_ready() { return handle.done(); }
    void await_suspend(std::coroutine_handle<> caller) { handle.promise().continuation = caller; }
    T await_resume() { return handle.promise().get(); }
  };
  /// Waits for the end of one that was spawned.
  joining join() { return {handle}; }

  coroutine handle;
};

struct next_turn : link {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> h) {
    handle = h;
    loop.push(this);
  }
  void await_resume() {}
};

struct sleep : timer {
  promise_base* promise = nullptr;

  explicit sleep(nanoseconds d) { at = now() + d; }
  bool await_ready() { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> h) {
    ready.handle = h;
    promise = &h.promise();
    promise->sleeping = this;
    loop.timers.arm(this);
  }
  void await_resume() {
    promise->sleeping = nullptr;
    if (promise->cancel) [[unlikely]]
      throw cancelled();
  }
};

/// A timer that is armed for a scope.
struct deadline : timer {
  explicit deadline(nanoseconds d) {
    at = loop.cached_now + d;
    loop.timers.arm(this);
  }
  deadline(const deadline&) = delete;
  ~deadline() {
    if (place != not_armed) loop.timers.disarm(this);
  }
};

struct all_of {
  group& members;
  bool await_ready() { return members.left == 0; }
  void await_suspend(std::coroutine_handle<> h) { members.waiter.handle = h; }
  void await_resume() {}
};

}  // namespace limit
