// to_thread: a blocking call, on a thread, so that the loop goes on.
//
//   std::string text = co_await to_thread(read_whole_file, "/etc/hosts");
#pragma once

#include <type_traits>
#include <utility>

#include <weft/core/coro.hpp>
#include <weft/core/detail/closure_guard.hpp>
#include <weft/core/executor.hpp>
#include <weft/core/task.hpp>

namespace weft {
namespace detail {

template <class F, class... Args>
using thread_result =
    decltype(call_kept(std::declval<std::decay_t<F>&>(), std::declval<std::decay_t<Args>&>()...));

template <class F, class... Args>
coro<thread_result<F, Args...>> to_thread_call(F f, Args... args) {
  executor& where = get_running_loop().executor_for(executor_purpose::blocking);
  co_return co_await send_job(where, capture_context(), std::move(f), std::move(args)...);
}

}  // namespace detail

/// A coro that calls `f(args...)` on a thread of the loop's executor for blocking calls and gives
/// its result or throws what it threw. Nothing happens before it is awaited or made a task. It
/// keeps the callable and decayed copies of the arguments; the task-local context travels along.
///
/// A cancel is thrown at once. A call that hasn't started is taken back; one that runs can't be
/// stopped: it goes on, its result is dropped, and run() waits for it at its end. So pass by value
/// what the call uses, never by reference to the awaiting frame, unless nothing cancels it.
/// Throws usage_error when the loop has no such executor (a loop not made by run or runner).
/// asyncio: to_thread.
template <class F, class... Args>
coro<detail::thread_result<F, Args...>> to_thread(F&& f, Args&&... args) {
  static_assert(detail::closure_is_safe<F>, WEFT_UNSAFE_CLOSURE);
  static_assert((detail::can_be_kept<F> && ... && detail::can_be_kept<Args>),
                WEFT_ARGUMENT_NOT_KEPT);
  return detail::to_thread_call<std::decay_t<F>, std::decay_t<Args>...>(
      std::forward<F>(f), std::forward<Args>(args)...);
}

}  // namespace weft
