// task<T>: a coroutine that the loop runs. create_task moves the coroutine into a task and queues
// its first step; the loop keeps it alive until it ends, whether or not a handle is kept.
//
//   task<int> t = create_task(twice, 2);   // or create_task(twice(2))
//   int four = co_await t;
#pragma once

#include <cstdint>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/detail/closure_guard.hpp>
#include <weft/core/detail/kept_argument.hpp>
#include <weft/core/detail/task_base.hpp>
#include <weft/core/future.hpp>
#include <weft/core/task_options.hpp>

namespace weft {

template <class T>
class task;

/// One suspended coroutine of a task's await chain.
struct stack_frame {
  std::source_location where;  // the line of its `co_await`, or where it is defined
};

/// A handle to a task of any type: what current_task and all_tasks give.
class any_task : public any_future {
 public:
  any_task() noexcept = default;
  template <class T>
  any_task(const task<T>& t) noexcept : any_future(t) {}  // NOLINT: every task is one
  explicit any_task(detail::task_base* adopted) noexcept : any_future(adopted) {}

  /// "Task-7", or what it was called. asyncio: Task.get_name.
  std::string get_name() const { return base()->name(); }
  void set_name(std::string name) const { base()->more().name = std::move(name); }
  /// Requests to cancel it that were not withdrawn. asyncio: Task.cancelling.
  std::uint32_t cancelling() const noexcept { return base()->cancels_; }
  /// Withdraws one; at none left, a cancel that has not been thrown yet is off. Returns what is
  /// left. asyncio: Task.uncancel.
  std::uint32_t uncancel() const noexcept { return base()->uncancel(); }

  /// The context that it runs in, which it shares with the handle that this gives.
  /// Needs <weft/core/context.hpp>. asyncio: Task.get_context.
  context get_context() const;

  /// What it waits for - "sleep", "lock", "future" ... - or an empty text.
  std::string waiting_on() const;
  /// The coroutines that it stands in, the innermost first, but for weft's own; empty when it is
  /// done or runs.
  /// asyncio: Task.get_stack.
  std::vector<stack_frame> get_stack() const;

  template <class F>
  handle add_done_callback(F f) const {
    return add_callback_of(*this, std::move(f));
  }
  template <class F>
  handle add_done_callback(const context& in, F f) const {
    return add_callback_of(in, *this, std::move(f));
  }

 private:
  detail::task_base* base() const noexcept { return static_cast<detail::task_base*>(state_); }
};

/// A shared handle to a running coroutine. Awaiting an lvalue copies its result; awaiting an rvalue
/// moves it out, and later awaits throw invalid_state_error. asyncio: Task.
template <class T = void>
class task : public future<T> {
 public:
  using value_type = T;
  task() noexcept = default;
  explicit task(detail::task_base* adopted) noexcept : future<T>(adopted) {}

  std::string get_name() const { return any_task(*this).get_name(); }
  void set_name(std::string name) const { any_task(*this).set_name(std::move(name)); }
  std::uint32_t cancelling() const noexcept { return any_task(*this).cancelling(); }
  std::uint32_t uncancel() const noexcept { return any_task(*this).uncancel(); }
  context get_context() const;
  std::string waiting_on() const { return any_task(*this).waiting_on(); }
  std::vector<stack_frame> get_stack() const { return any_task(*this).get_stack(); }

  template <class F>
  handle add_done_callback(F f) const {
    return this->add_callback_of(*this, std::move(f));
  }
  template <class F>
  handle add_done_callback(const context& in, F f) const {
    return this->add_callback_of(in, *this, std::move(f));
  }

  // A task's result is its coroutine's to give.
  template <class... Args>
  void set_result(Args&&...) const = delete;
  template <class E>
  void set_exception(E&&) const = delete;
};

namespace detail {

template <class F, class Object, class... Args>
decltype(auto) call_member(F f, Object& object, Args&... args) {
  if constexpr (std::is_pointer_v<Object>) {
    return (object->*f)(std::move(args)...);
  } else {
    return (object.*f)(std::move(args)...);
  }
}

template <class F, class... Args>
decltype(auto) call_kept(F& f, Args&... args) {
  if constexpr (std::is_member_function_pointer_v<F>) {
    return call_member(f, args...);
  } else {
    return std::move(f)(std::move(args)...);
  }
}
template <class F, class... Args>
using coro_of =
    decltype(call_kept(std::declval<std::decay_t<F>&>(), std::declval<std::decay_t<Args>&>()...));

/// Keeps the callable and its arguments in a frame that outlives the coroutine they make: neither a
/// capture nor a reference parameter can dangle.
template <class Coro, class F, class... Args>
coro<typename Coro::value_type> keep_and_call(F f, Args... args) {
  co_return co_await call_kept(f, args...);
}

template <class F, std::size_t I, class Arg>
using kept_as = typename kept_argument<std::decay_t<F>, I, Arg>::type;

template <std::size_t... I, class F, class... Args>
auto keep_each(std::index_sequence<I...>, F&& f, Args&&... args) {
  using made = coro_of<F, kept_as<F, I, Args>...>;
  static_assert(is_coro<made>,
                "this is no coroutine function: what runs as a task returns a weft::coro");
  return keep_and_call<made, std::decay_t<F>, kept_as<F, I, Args>...>(
      std::forward<F>(f), keep_argument<kept_as<F, I, Args>>(std::forward<Args>(args))...);
}

/// The coroutine that a task is to run: itself, one that awaits an operation, or one that calls
/// `f(args...)`.
template <class T>
coro<T> coro_for(coro<T> c) {
  return c;
}
template <operation_like A>
coro<awaited<A>> coro_for(A what) {
  return await_in_coro(std::move(what));
}
template <class F, class... Args>
  requires(!is_coro<std::decay_t<F>> && !operation_like<std::decay_t<F>>)
auto coro_for(F&& f, Args&&... args) {
  static_assert(closure_is_safe<F>, WEFT_UNSAFE_CLOSURE);
  static_assert((can_be_kept<F> && ... && can_be_kept<Args>), WEFT_ARGUMENT_NOT_KEPT);
  return keep_each(std::index_sequence_for<Args...>(), std::forward<F>(f),
                   std::forward<Args>(args)...);
}

/// A task that owns the coroutine and has not begun.
template <class T>
task_state<T>* new_task(scheduler& s, coro<T>& c) {
  promise<T>* body = c.release();
  auto* state = new task_state<T>(s);
  state->inherit_context();
  body->parent_ =
      reinterpret_cast<std::uintptr_t>(static_cast<task_base*>(state)) | promise_base::root;
  body->out_ = &state->outcome_;
  state->resume_ = body;
  return state;
}

/// Makes the task and queues its first step, or runs it where that is wanted.
template <class T>
task<T> start_task(scheduler& s, coro<T> c, task_options options) {
  if (s.factory) s.factory->prepare(options);
  const bool eagerly = options.starts_eagerly() && here == &s;
  if (eagerly) options.check_context_is_free();
  task_state<T>* state = new_task(s, c);
  task<T> made(static_cast<task_base*>(state));
  std::move(options).apply(*state);
  if (eagerly) {
    state->start_eagerly();
  } else {
    state->link();
  }
  return made;
}
template <class T>
task<T> start_task(scheduler& s, coro<T>&& c) {
  if (s.factory) [[unlikely]]
    return start_task(s, std::move(c), task_options());
  task_state<T>* state = new_task(s, c);
  state->link();
  return task<T>(static_cast<task_base*>(state));
}

template <class X>
inline constexpr bool is_task_options =
    std::is_same_v<X, task_options> || std::is_same_v<X, eager_start_t>;

}  // namespace detail

/// Makes a task of a coroutine: its first step runs in the loop's next turn. Throws usage_error if
/// no loop runs on this thread. asyncio: create_task.
template <class T>
task<T> create_task(coro<T> c) {
  return detail::start_task(detail::running_scheduler(), std::move(c));
}
template <class T>
task<T> create_task(coro<T> c, std::string name) {
  return detail::start_task(detail::running_scheduler(), std::move(c),
                            task_options().name(std::move(name)));
}

/// The same for all that can be awaited: `create_task(queue.get())`.
template <detail::operation_like A>
task<detail::awaited<A>> create_task(A what) {
  return create_task(detail::coro_for(std::move(what)));
}

/// Calls `f(args...)`, a coroutine function, in a new task, which keeps the callable and decayed
/// copies of the arguments as long as it runs. Throws value_error for an integer that its parameter
/// can't hold.
template <class F, class... Args>
  requires(!detail::is_coro<std::decay_t<F>> && !detail::operation_like<std::decay_t<F>> &&
           !detail::is_task_options<std::decay_t<F>>)
auto create_task(F&& f, Args&&... args) {
  return create_task(detail::coro_for(std::forward<F>(f), std::forward<Args>(args)...));
}

/// Any of these with options: `create_task(eager_start, f, args...)`,
/// `create_task(task_options().name("poll"), poll())`.
template <class... What>
auto create_task(task_options options, What&&... what) {
  return detail::start_task(detail::running_scheduler(),
                            detail::coro_for(std::forward<What>(what)...), std::move(options));
}

/// A task for a coroutine; a future or task as it is. asyncio: ensure_future.
template <class T>
future<T> ensure_future(coro<T> c) {
  return create_task(std::move(c));
}
template <class T>
future<T> ensure_future(future<T> f) {
  return f;
}
template <class T>
future<T> ensure_future(task<T> t) {
  return t;
}

/// The task that runs now, or an empty handle inside a callback. asyncio: current_task.
any_task current_task();
/// The running loop's tasks that are not done, the oldest first. asyncio: all_tasks.
std::vector<any_task> all_tasks();

}  // namespace weft
