// task_group: tasks that end with the scope that made them. The scope waits for all; the first
// failure cancels the others and, while it still runs, the scope's own body; all failures come out
// together as an exception_group.
//
//   co_await with_task_group([&](task_group& group) -> coro<void> {
//     for (const auto& url : urls) group.create_task(fetch, url);
//     co_return;
//   });
#pragma once

#include <cstdint>
#include <exception>
#include <type_traits>
#include <utility>
#include <vector>

#include <weft/core/as_outcome.hpp>
#include <weft/core/coro.hpp>
#include <weft/core/detail/closure_guard.hpp>
#include <weft/core/task.hpp>

namespace weft {
namespace detail {
class waiter_kind;
}

/// Made by with_task_group, or for with_task_group(group, ...) by whoever needs it beyond the body;
/// for one use. asyncio: TaskGroup.
class task_group {
 public:
  task_group() noexcept = default;
  task_group(const task_group&) = delete;
  task_group& operator=(const task_group&) = delete;

  /// A task of the group, made as weft::create_task makes it of a coro, or of `f(args...)`. Throws
  /// usage_error (and destroys a coro unstarted) before the group has begun, and once it shuts down
  /// or is over. asyncio: TaskGroup.create_task.
  template <class T>
  task<T> create_task(coro<T> c, std::string name) {
    return create_task(task_options().name(std::move(name)), std::move(c));
  }
  template <class... What>
    requires(!detail::is_task_options<std::decay_t<What>> && ...)
  auto create_task(What&&... what) {
    return create_task(task_options(), std::forward<What>(what)...);
  }
  /// The same with options. An eager task that fails in its first step is heard of in the next
  /// turn.
  template <class... What>
  auto create_task(task_options options, What&&... what) {
    auto body = detail::coro_for(std::forward<What>(what)...);
    if (!accepts_tasks()) {
      body.close();
      refuse_task();
    }
    auto made = weft::create_task(std::move(options), std::move(body));
    adopt(made);
    return made;
  }

  // For the library: the story is with_task_group's, below.
  ~task_group();
  void enter();
  void body_ended(const detail::outcome_base& body);
  bool has_tasks() const noexcept { return first_ != nullptr; }
  /// A future that is done when the last task is.
  future<void> tasks_ended();
  void wait_ended(const outcome<void>& waited);
  /// Throws what the group ends with, if it isn't the body's value.
  void finish(const detail::outcome_base& body);

 private:
  struct member;
  static void member_done(detail::ready_node* node);
  static const detail::waiter_kind member_kind;
  bool accepts_tasks() const noexcept { return parent_ && !aborting_ && !(exiting_ && !first_); }
  [[noreturn]] void refuse_task() const;
  void adopt(const any_task& made);
  void abort() noexcept;

  detail::task_base* parent_ = nullptr;  // once it has begun
  member* first_ = nullptr;
  member* last_ = nullptr;
  future<void> ended_;
  std::vector<std::exception_ptr> errors_;
  outcome<void> propagate_;  // a cancel that came from outside
  bool aborting_ = false;
  bool parent_cancelled_ = false;  // by us
  bool exiting_ = false;
};

namespace detail {

template <class F>
using group_result = typename std::invoke_result_t<F&, task_group&>::value_type;

template <class T>
coro<T> run_body(task_group& group, coro<T> c) {
  outcome<T> body = co_await as_outcome(std::move(c));
  group.body_ended(body);
  while (group.has_tasks()) {
    future<void> ended = group.tasks_ended();
    outcome<void> waited = co_await as_outcome(ended);
    group.wait_ended(waited);
  }
  group.finish(body);
  co_return body.take();
}

template <class T>
coro<T> run_in_group(task_group& group, coro<T> c) {
  group.enter();
  co_return co_await run_body(group, std::move(c));
}

template <class F>
coro<group_result<F>> run_task_group(F f) {
  task_group group;
  group.enter();
  co_return co_await run_body(group, f(group));
}

}  // namespace detail

/// Calls `f(group)`, awaits the coroutine that it gives and then all tasks of the group, and gives
/// the body's result. Any failure cancels the rest and ends in exception_group; cancelled tasks are
/// not failures. Cancelling the awaiting task cancels the tasks and waits for them. The callable is
/// kept as long as its coroutine runs. asyncio: async with TaskGroup().
template <class F>
[[nodiscard]] coro<detail::group_result<std::decay_t<F>>> with_task_group(F&& f) {
  static_assert(detail::closure_is_safe<F>, WEFT_UNSAFE_CLOSURE);
  return detail::run_task_group<std::decay_t<F>>(std::forward<F>(f));
}

/// The same for a group of the caller's, which must outlive the await. Throws usage_error for a
/// group that was used before.
template <class T>
[[nodiscard]] coro<T> with_task_group(task_group& group, coro<T> body) {
  return detail::run_in_group(group, std::move(body));
}

}  // namespace weft
