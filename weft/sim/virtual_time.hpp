// virtual_time: a loop whose clock jumps. When no task can run and nothing of the real world is in
// flight (operations that will surely end, jobs on threads), time goes to the next timer at once: a
// test of an hour's timeouts takes a moment, and every run is the same. Real input and output work
// too: they are waited for, without a guess in real milliseconds. What only a peer can end (an
// accept, a receive, a watched descriptor) isn't waited for while a timer is set.
//
//   weft::run_virtual([]() -> coro<> { co_await sleep(1h); });
#pragma once

#include <type_traits>
#include <utility>

#include <weft/core/event_loop.hpp>
#include <weft/run/runner.hpp>

namespace weft {

/// A runner whose loop lives in virtual time, which begins at time_point{}: so
/// `loop.time().time_since_epoch()` is the time that has passed.
class virtual_time {
 public:
  explicit virtual_time(loop_options options = {});

  /// The loop, for its call_soon, exception handler and the like.
  event_loop& get_loop() { return runner_.get_loop(); }

  /// Runs a coroutine to its end and gives its result. Other tasks stay until the next run or
  /// close(). Throws deadlock_error when nothing can wake the loop any more.
  template <class T>
  T run(coro<T> main) {
    return runner_.run(std::move(main));
  }
  /// The same for `f(args...)`, a coroutine function; callable and arguments are kept by value.
  template <class F, class... Args>
    requires(!detail::is_coro<std::decay_t<F>>)
  decltype(auto) run(F&& f, Args&&... args) {
    return runner_.run(std::forward<F>(f), std::forward<Args>(args)...);
  }

  /// Cancels the tasks that are left, waits for them, closes the loop. The destructor does it too,
  /// and gives an error of the closing to the exception handler.
  void close() { runner_.close(); }

 private:
  runner runner_;
};

/// How much virtual time has passed in the running loop.
duration virtual_now();

/// Runs a coroutine in a new loop under virtual time, then, as run() does, cancels the tasks that
/// are left, waits for them and closes the loop. Throws deadlock_error when nothing can wake the
/// loop any more.
template <class T>
T run_virtual(coro<T> main) {
  virtual_time bubble;
  if constexpr (std::is_void_v<T>) {
    bubble.run(std::move(main));
    bubble.close();
  } else {
    T result = bubble.run(std::move(main));
    bubble.close();
    return result;
  }
}

/// The same for `f(args...)`, a coroutine function; callable and arguments are kept by value.
template <class F, class... Args>
  requires(!detail::is_coro<std::decay_t<F>>)
decltype(auto) run_virtual(F&& f, Args&&... args) {
  using made = detail::coro_of<F, Args...>;
  return run_virtual(detail::keep_and_call<made, std::decay_t<F>, std::decay_t<Args>...>(
      std::forward<F>(f), std::forward<Args>(args)...));
}

}  // namespace weft
