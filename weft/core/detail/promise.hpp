// promise_base: what all coroutines of weft have in common, and the protocol by which one runs
// another without relying on tail calls (g++ makes none at -O0 or under sanitizers).
//
// `parent_` is the continuation and the await tree at once: a tagged pointer to
//   - the promise that awaits this one;
//   - the same with `starting`: that promise is on the native stack, inside the call that started
//     this one, and looks at the outcome when the call returns;
//   - the task, with `root`.
// An awaiter starts the child by a nested call. A child that ends at once has simply returned; one
// that ends later leaves its parent in the scheduler's `next`, which the run loop resumes. So the
// stack is as deep as the calls are nested, never as long as a chain of completions.
//
// The promise holds neither value nor exception: `out_` says where they go - into the awaiter, in
// the parent's frame, or into the task.
//
// What is awaited has a member `weft_await(promise_base&)` that gives the awaiter: users name the
// question (`sleep(1s)`), and the awaiter is built in place.
#pragma once

#include <coroutine>
#include <cstdint>
#include <source_location>
#include <type_traits>
#include <utility>

#include <weft/core/detail/frame_pool.hpp>
#include <weft/core/detail/scheduler.hpp>
#include <weft/core/outcome.hpp>

namespace weft::detail {

struct promise_base;
using promise_handle = std::coroutine_handle<promise_base>;

template <class T>
concept awaitable = requires(T&& t, promise_base& p) { static_cast<T&&>(t).weft_await(p); };

/// A class of the user's own, whose `operator co_await` gives something awaitable.
template <class T>
concept awaitable_by_operator = requires(T&& t) {
  { static_cast<T&&>(t).operator co_await() } -> awaitable;
};

/// The awaiter of what is either.
template <class A>
  requires awaitable<A> || awaitable_by_operator<A>
decltype(auto) awaiter_of(A&& what, promise_base& promise) {
  if constexpr (awaitable<A>) {
    return std::forward<A>(what).weft_await(promise);
  } else {
    return std::forward<A>(what).operator co_await().weft_await(promise);
  }
}

template <class...>
inline constexpr bool always_false = false;

struct promise_base {
  static constexpr std::uintptr_t starting = 1;
  static constexpr std::uintptr_t root = 2;
  static constexpr std::uintptr_t tags = 3;

  std::uintptr_t parent_ = 0;
  outcome_base* out_ = nullptr;
  /// Where it was defined, until it first awaits; then the line of its current `co_await`.
  std::source_location where_;

  explicit promise_base(std::source_location where) noexcept : where_(where) {}

  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* memory, std::size_t size) noexcept { free_frame(memory, size); }

  std::suspend_always initial_suspend() noexcept { return {}; }

  struct final_awaiter {
    bool await_ready() const noexcept { return false; }
    void await_resume() const noexcept {}
    template <class Promise>
    void await_suspend(std::coroutine_handle<Promise> ended) const noexcept {
      promise_base& promise = ended.promise();
      const std::uintptr_t parent = promise.parent_;
      if (parent & starting) return;
      here->next = parent & root ? reinterpret_cast<std::uintptr_t>(&promise) | root : parent;
    }
  };
  final_awaiter final_suspend() noexcept { return {}; }

  void unhandled_exception() noexcept { out_->set_current_exception(where_); }

  template <class Awaitable>
  decltype(auto) await_transform(Awaitable&& what,
                                 std::source_location where = std::source_location::current()) {
    where_ = where;
    if constexpr (awaitable<Awaitable> || awaitable_by_operator<Awaitable>) {
      return awaiter_of(std::forward<Awaitable>(what), *this);
    } else if constexpr (std::is_invocable_v<Awaitable>) {
      static_assert(always_false<Awaitable>,
                    "this is a function, not its coroutine: call it, `co_await f()`");
    } else {
      static_assert(always_false<Awaitable>,
                    "this can't be awaited in a weft coroutine: await a coro, task, future, one of "
                    "weft's operations by value (`co_await std::move(c)` for a named coro), or a "
                    "class whose `operator co_await` gives one of these");
    }
  }

  promise_handle handle() noexcept { return promise_handle::from_promise(*this); }
};

template <class T>
class promise;

/// Tells the loop's exception handler (or stderr) of a coroutine that nobody awaited.
void report_never_awaited(const promise_base& promise) noexcept;

}  // namespace weft::detail
