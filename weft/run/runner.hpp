// runner: several runs on one loop and in one context; at its close the loop is left clean. run()
// is a runner for one run.
#pragma once

#include <memory>
#include <utility>

#include <weft/core/context.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/task.hpp>
#include <weft/run/new_event_loop.hpp>

namespace weft {

/// Owns a loop and its executors, made at the first use. Belongs to one thread. asyncio: Runner.
class runner {
 public:
  explicit runner(loop_options options = {}) noexcept;
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
    task<T> running = make_task(std::move(main));
    run_to_end(running);
    return std::move(running).result();
  }
  /// The same for `f(args...)`, a coroutine function; callable and arguments are kept by value.
  template <class F, class... Args>
    requires(!detail::is_coro<std::decay_t<F>>)
  decltype(auto) run(F&& f, Args&&... args) {
    using made = detail::coro_of<F, Args...>;
    begin_run();
    return run(detail::keep_and_call<made, std::decay_t<F>, std::decay_t<Args>...>(
        std::forward<F>(f), std::forward<Args>(args)...));
  }

  /// The loop, made now if it wasn't. asyncio: Runner.get_loop.
  event_loop& get_loop();

  /// Cancels the tasks that are left and waits for them (what they throw goes to the exception
  /// handler), shuts the executors down, closes the loop. asyncio: Runner.close.
  void close();

 private:
  struct parts;

  void begin_run();
  void run_to_end(const any_task& main);
  void keep_context(const any_task& ended);
  void wind_up();
  template <class T>
  task<T> make_task(coro<T> main) {
    return context_.run([&] { return get_loop().create_task(std::move(main)); });
  }

  loop_options options_;
  std::unique_ptr<parts> parts_;
  context context_;
  bool closed_ = false;
};

}  // namespace weft
