// yield: gives the other tasks a turn, and no more.
#pragma once

#include <coroutine>

#include <weft/core/detail/task_base.hpp>

namespace weft {
namespace detail {

struct yield_awaiter {
  bool await_ready() const noexcept { return false; }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) const noexcept {
    // It is no wait: a cancel meanwhile is thrown by this very await.
    scheduler& s = *here;
    s.current->resume_ = &where.promise();
    s.current->wake_in(s);
  }
  void await_resume() const { current_task_base().throw_if_cancelled(); }
  bool resumed_by_cancel() const noexcept { return current_task_base().poke_ != 0; }
  void result() const noexcept {}
};

/// What yield() gives: the question, not yet the wait.
struct yield_ask {
  yield_awaiter weft_await(promise_base&) const noexcept { return {}; }
};

}  // namespace detail

/// Suspends the task until all that is queued by now has run. A cancel meanwhile is thrown by it.
/// The same as `sleep(0s)`, which has room for a timer in the frame that awaits it: this has none.
/// asyncio: sleep(0).
[[nodiscard("a yield must be awaited")]] inline detail::yield_ask yield() noexcept { return {}; }

}  // namespace weft
