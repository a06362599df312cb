// runner: several runs on one loop and in one context; at its close the loop is left clean. run()
// is a runner for one run.
#pragma once

#include <concepts>
#include <type_traits>
#include <utility>

#include <weft/core/context.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/task.hpp>
#include <weft/run/loop_options.hpp>

namespace weft {

/// Makes a loop: gives a unique or shared pointer to it.
template <class F>
concept loop_factory = requires(F& make) {
  { make().get() } -> std::convertible_to<event_loop*>;
};

namespace detail {

/// Where a runner's loop comes from, and what holds it.
class loop_source {
 public:
  virtual ~loop_source() = default;
  virtual event_loop* make() = 0;
};

template <class F>
class loop_made_by final : public loop_source {
 public:
  explicit loop_made_by(F make) : make_(std::move(make)) {}
  event_loop* make() override {
    loop_ = make_();
    return loop_.get();
  }

 private:
  F make_;
  std::remove_cvref_t<std::invoke_result_t<F&>> loop_;
};

}  // namespace detail

/// Owns a loop and its executors, made at the first use. Belongs to one thread. asyncio: Runner.
class runner {
 public:
  explicit runner(loop_options options = {});
  /// With a loop that `make()` gives, called once, when a loop is first needed.
  /// asyncio: Runner(loop_factory=).
  template <loop_factory F>
  explicit runner(F make) : runner(new detail::loop_made_by<F>(std::move(make))) {}
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
    return run(own_context(), std::move(main));
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

  /// Takes it over.
  explicit runner(detail::loop_source* source);
  const context& own_context() const noexcept;
  bool has_open_loop() const noexcept;
  void begin_run();
  template <class T>
  T result_of(task<T> main) {
    run_to_end(main);
    return std::move(main).result();
  }
  void run_to_end(const any_task& main);
  void wind_up();

  parts* parts_;
  bool closed_ = false;
};

}  // namespace weft
