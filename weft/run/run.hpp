// run: the entry to a program's asynchronous half.
//
//   int main() { return weft::run(serve, 8080); }
#pragma once

#include <type_traits>
#include <utility>

#include <weft/run/runner.hpp>

namespace weft {
namespace detail {

template <class T>
T run_once(runner& one, coro<T> main) {
  try {
    if (!here) one.get_loop();
  } catch (...) {
    main.close();  // no loop is no fault of its own: it isn't reported as never awaited too
    throw;
  }
  if constexpr (std::is_void_v<T>) {
    one.run_alone(std::move(main));
    one.close();
  } else {
    T result = one.run_alone(std::move(main));
    one.close();
    return result;
  }
}

}  // namespace detail

/// Runs a coroutine in a new loop, then cancels the tasks that are left and waits for them, shuts
/// the executors down and closes the loop. Gives the coroutine's result or throws what it threw;
/// interrupted_error after SIGINT, see runner::run. Throws usage_error inside a running loop.
/// asyncio: run.
template <class T>
T run(coro<T> main, loop_options options = {}) {
  runner one(options);
  return detail::run_once(one, std::move(main));
}
/// In a loop that `make()` gives. asyncio: run(loop_factory=).
template <class T, loop_factory F>
T run(coro<T> main, F make) {
  runner one(std::move(make));
  return detail::run_once(one, std::move(main));
}

/// The same for `f(args...)`, a coroutine function; callable and arguments are kept by value.
template <class F, class... Args>
  requires(!detail::is_coro<std::decay_t<F>> && !std::is_same_v<std::decay_t<F>, loop_options>)
decltype(auto) run(F&& f, Args&&... args) {
  return run(detail::coro_for(std::forward<F>(f), std::forward<Args>(args)...));
}
/// And with options first.
template <class F, class... Args>
decltype(auto) run(loop_options options, F&& f, Args&&... args) {
  return run(detail::coro_for(std::forward<F>(f), std::forward<Args>(args)...), options);
}

}  // namespace weft
