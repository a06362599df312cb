// runner: several runs on one loop and in one context; at its close the loop is left clean. run()
// is a runner for one run.
#pragma once

#include <concepts>
#include <functional>
#include <memory>
#include <type_traits>
#include <utility>

#include <weft/core/context.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/task.hpp>
#include <weft/run/new_event_loop.hpp>

namespace weft {

/// Makes a loop: gives a unique or shared pointer to it.
template <class F>
concept loop_factory = std::invocable<F&> &&
                       std::convertible_to<std::invoke_result_t<F&>, std::shared_ptr<event_loop>>;

/// Owns a loop and its executors, made at the first use. Belongs to one thread. asyncio: Runner.
class runner {
 public:
  explicit runner(loop_options options = {});
  /// With a loop that `make()` gives, called once, when a loop is first needed.
  /// asyncio: Runner(loop_factory=).
  template <loop_factory F>
  explicit runner(F make) : runner(loop_maker(std::move(make))) {}
  runner(const runner&) = delete;
  runner& operator=(const runner&) = delete;
  /// Closes it; an error of the closing goes to the loop's exception handler.
  ~runner();

  /// Runs `main` to its end and gives its result or throws what it threw. Other tasks stay where
  /// they are until the next run or close(). What `main` sets in its context the next run sees.
  /// Throws usage_error inside a running loop and after close().
  ///
  /// In the process's main thread, where SIGINT has its default action: the first SIGINT cancels
  /// `main`, and interrupted_error is thrown once it has ended by that; the second ends the process
  /// at once. asyncio: Runner.run.
  template <class T>
  T run(coro<T> main) {
    begin_run();
    return run(context_, std::move(main));
  }
  /// In a context of the caller's. asyncio: Runner.run(context=).
  template <class T>
  T run(const context& in, coro<T> main) {
    begin_run();
    return result_of(get_loop().create_task(task_options().context(in), std::move(main)));
  }
  /// The same for all that can be awaited.
  template <detail::operation_like A>
  detail::awaited<A> run(A what) {
    return run(detail::await_in_coro(std::move(what)));
  }
  /// The same for `f(args...)`, a coroutine function; callable and arguments are kept by value.
  template <class F, class... Args>
    requires(!detail::is_coro<std::decay_t<F>> && !detail::operation_like<std::decay_t<F>> &&
             !std::is_same_v<std::decay_t<F>, context>)
  decltype(auto) run(F&& f, Args&&... args) {
    begin_run();
    return run(detail::coro_for(std::forward<F>(f), std::forward<Args>(args)...));
  }

  /// The loop, made now if it wasn't. asyncio: Runner.get_loop.
  event_loop& get_loop();

  /// Cancels the tasks that are left and waits for them (what they throw goes to the exception
  /// handler), shuts the executors down, closes the loop. asyncio: Runner.close.
  void close();

  // For the library.
  /// The only run of this runner, whose context nobody will ask for.
  template <class T>
  T run_alone(coro<T> main) {
    begin_run();
    return result_of(get_loop().create_task(std::move(main)));
  }

 private:
  struct parts;
  using loop_maker = std::function<std::shared_ptr<event_loop>()>;

  explicit runner(loop_maker make);
  void begin_run();
  template <class T>
  T result_of(task<T> main) {
    run_to_end(main);
    return std::move(main).result();
  }
  void run_to_end(const any_task& main);
  void wind_up();

  loop_maker make_loop_;
  std::unique_ptr<parts> parts_;
  context context_;
  bool closed_ = false;
};

}  // namespace weft
