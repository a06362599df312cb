// event_loop: runs callbacks and the steps of tasks, first in, first out, one turn after another.
//
// One function, run_once, is the loop: it takes what other threads have sent, looks at the kernel,
// queues the timers that are due, and runs exactly what is ready by then; what that queues runs in
// the next turn. Everybody else only queues. So nothing re-enters, no waiter runs inside its waker,
// and the order is a promise.
#pragma once

#include <atomic>
#include <cstdint>
#include <exception>
#include <string>
#include <utility>
#include <vector>

#include <weft/core/detail/operation.hpp>
#include <weft/core/detail/scheduler.hpp>
#include <weft/core/exception_context.hpp>
#include <weft/core/future.hpp>
#include <weft/core/handle.hpp>
#include <weft/core/task.hpp>
#include <weft/core/time.hpp>

namespace weft {

class executor;
namespace detail {
class backend;
class fd_watchers;
class signal_watchers;
}  // namespace detail

/// What kinds of blocking work a loop sends to threads: each kind can have an executor of its own,
/// so that a hung resolver starves nobody else.
enum class executor_purpose : std::uint8_t { blocking, names, files };

/// Made by new_event_loop() or a runner, which choose its kernel interface. Belongs to the thread
/// that runs it: only call_soon_threadsafe may be called from others. asyncio: AbstractEventLoop.
class event_loop {
  template <class F>
  static constexpr bool is_context = std::is_same_v<std::decay_t<F>, context>;

 public:
  /// Takes over the backend.
  explicit event_loop(detail::backend* backend);
  event_loop(const event_loop&) = delete;
  event_loop& operator=(const event_loop&) = delete;
  /// Closes it.
  ~event_loop();

  // ---- callbacks

  /// Queues `f(args...)` for the next turn, once, in order; the loop keeps both. What it throws
  /// goes to the exception handler. asyncio: loop.call_soon.
  template <class F, class... Args>
    requires(!is_context<F>)
  handle call_soon(F&& f, Args&&... args) {
    detail::callback* made = make_callback(std::forward<F>(f), std::forward<Args>(args)...);
    made->retain();
    scheduler_.ready.push(made);
    return handle(made);
  }
  /// The same in a context that is given, not in a copy of the caller's; so with the others below.
  template <class F, class... Args>
  handle call_soon(const context& in, F&& f, Args&&... args) {
    handle made = call_soon(std::forward<F>(f), std::forward<Args>(args)...);
    detail::run_in(*made.get(), in);
    return made;
  }
  /// The same at a point in time or after a delay, never early. Equal deadlines fire in the order
  /// of the calls. asyncio: loop.call_at, loop.call_later.
  template <class F, class... Args>
    requires(!is_context<F>)
  timer_handle call_at(time_point when, F&& f, Args&&... args) {
    detail::callback* made = make_callback(std::forward<F>(f), std::forward<Args>(args)...);
    made->retain();
    made->when_ = when;
    scheduler_.timers.arm(made, when);
    return timer_handle(made);
  }
  template <class F, class... Args>
  timer_handle call_at(time_point when, const context& in, F&& f, Args&&... args) {
    timer_handle made = call_at(when, std::forward<F>(f), std::forward<Args>(args)...);
    detail::run_in(*made.get(), in);
    return made;
  }
  template <class Rep, class Period, class F, class... Args>
  timer_handle call_later(std::chrono::duration<Rep, Period> delay, F&& f, Args&&... args) {
    return call_at(time() + detail::to_duration(delay), std::forward<F>(f),
                   std::forward<Args>(args)...);
  }
  /// call_soon from any thread; wakes the loop. The callable is destroyed in the loop's thread; it
  /// runs in a copy of the caller's context.
  /// asyncio: loop.call_soon_threadsafe (which gives a handle; here none could be used safely).
  template <class F, class... Args>
  void call_soon_threadsafe(F&& f, Args&&... args) {
    check_open();
    auto bound = detail::bind_values(std::forward<F>(f), std::forward<Args>(args)...);
    send(new detail::mailed_callback<decltype(bound)>(std::move(bound)));
  }

  // ---- running

  /// The loop's clock, now. asyncio: loop.time.
  time_point time() const noexcept {
    if (detail::here == &scheduler_ || scheduler_.virtual_time) return scheduler_.now();
    return std::chrono::steady_clock::now();
  }
  /// Runs until stop(). Throws usage_error if a loop runs on this thread. asyncio:
  /// loop.run_forever.
  void run_forever();
  /// Runs until the awaited thing is done and gives its result. asyncio: loop.run_until_complete.
  template <class T>
  T run_until_complete(future<T> f) {
    run_until_done(f);
    return std::move(f).result();
  }
  template <class T>
  T run_until_complete(coro<T> c) {
    check_may_run();
    return run_until_complete(future<T>(create_task(std::move(c))));
  }
  /// Ends run_forever after the current turn. asyncio: loop.stop.
  void stop() noexcept { stopping_ = true; }
  bool is_running() const noexcept { return running_; }
  bool is_closed() const noexcept { return closed_; }
  /// Destroys what is left: callbacks unrun, tasks unfinished (each is reported). Waits for jobs on
  /// other threads. Nothing can be run afterwards. asyncio: loop.close.
  void close();

  /// As weft::create_task, on this loop, which need not run: a task that is to start eagerly then
  /// starts when it does. asyncio: loop.create_task.
  template <class... What>
    requires(!detail::is_task_options<std::decay_t<What>> && ...)
  auto create_task(What&&... what) {
    if (debug_) check_thread();
    check_open();
    return detail::start_task(scheduler_, detail::coro_for(std::forward<What>(what)...));
  }
  template <class... What>
  auto create_task(task_options options, What&&... what) {
    if (debug_) check_thread();
    check_open();
    return detail::start_task(scheduler_, detail::coro_for(std::forward<What>(what)...),
                              std::move(options));
  }
  /// Calls `f(options)` for each task of this loop before it is made; f may change them. Null: no
  /// more. asyncio: loop.set_task_factory (whose factory makes the task; here tasks have one type).
  template <class F>
  void set_task_factory(F f) {
    set_factory(new factory_of<F>(std::move(f)));
  }
  void set_task_factory(std::nullptr_t) { set_factory(nullptr); }
  /// Closes the asynchronous generators that were begun and have not ended, all at once: aclose().
  /// What that throws goes to the exception handler. asyncio: loop.shutdown_asyncgens.
  coro<> shutdown_asyncgens();
  template <class T = void>
  future<T> create_future() {
    return future<T>(new detail::future_state<T>(scheduler_));
  }
  /// This loop's tasks that are not done, the oldest first; the loop's thread only.
  std::vector<any_task> tasks();

  // ---- descriptors

  /// Calls `f(args...)` in each turn in which `fd` can be read (or is broken), until remove_reader.
  /// Replaces an earlier one. The descriptor stays the caller's, and open until it is removed.
  /// asyncio: loop.add_reader.
  template <class F, class... Args>
  void add_reader(int fd, F&& f, Args&&... args) {
    watch(fd, detail::operation_code::poll_in,
          make_repeated(std::forward<F>(f), std::forward<Args>(args)...));
  }
  /// True if there was one. asyncio: loop.remove_reader.
  bool remove_reader(int fd) { return unwatch(fd, detail::operation_code::poll_in); }
  /// The same for writing. asyncio: loop.add_writer, loop.remove_writer.
  template <class F, class... Args>
  void add_writer(int fd, F&& f, Args&&... args) {
    watch(fd, detail::operation_code::poll_out,
          make_repeated(std::forward<F>(f), std::forward<Args>(args)...));
  }
  bool remove_writer(int fd) { return unwatch(fd, detail::operation_code::poll_out); }

  /// Calls `f(args...)` for each signal of that number, in a turn, until remove_signal_handler.
  /// Replaces an earlier one. Works in any thread's loop, and in several at once. Throws
  /// value_error for a signal that can't be caught. asyncio: loop.add_signal_handler.
  template <class F, class... Args>
  void add_signal_handler(int number, F&& f, Args&&... args) {
    watch_signal(number, make_repeated(std::forward<F>(f), std::forward<Args>(args)...));
  }
  /// True if there was one; what the process did about the signal before is put back. asyncio:
  /// loop.remove_signal_handler.
  bool remove_signal_handler(int number);

  // ---- errors and debugging

  /// Called with what nobody else will see: exceptions of callbacks, of tasks that nobody awaited,
  /// coroutines never awaited. What is about a task it is told in that task's context. By default
  /// they are printed to stderr. An empty one restores that.
  /// asyncio: loop.set_exception_handler.
  template <class F>
  void set_exception_handler(F f) {
    set_handler(new handler_of<F>(std::move(f)));
  }
  void set_exception_handler(std::nullptr_t) { set_handler(nullptr); }
  /// asyncio: loop.call_exception_handler, loop.default_exception_handler.
  void call_exception_handler(const exception_context& context) noexcept;
  static void default_exception_handler(const exception_context& context) noexcept {
    print_exception(context);
  }

  /// In debug mode steps and callbacks that hold the loop longer than slow_callback_duration() are
  /// reported, and calls from a wrong thread are refused. Also set by WEFT_DEBUG=1.
  /// asyncio: loop.set_debug.
  void set_debug(bool on) noexcept { debug_ = on; }
  bool get_debug() const noexcept { return debug_; }
  duration slow_callback_duration() const noexcept { return slow_callback_; }
  void set_slow_callback_duration(duration d) noexcept { slow_callback_ = d; }

  // ---- sleeping

  /// How long the loop, each time that it has nothing to do, watches for work before it sleeps in
  /// the kernel; zero, and so at first: not at all. Who calls call_soon_threadsafe meanwhile makes
  /// no system call, and is answered within a microsecond, where to wake the loop takes tens. It
  /// keeps a core busy for that long: only for a loop that has a core to itself. Descriptors and
  /// timers are served meanwhile, and no deadline waits for the window's end. Has no effect in
  /// virtual time. asyncio: none.
  void set_spin_before_sleep(duration d) noexcept { spin_before_sleep_ = d; }
  duration spin_before_sleep() const noexcept { return spin_before_sleep_; }

  // ---- executors

  /// Where blocking work of a kind goes; not owned. asyncio: loop.set_default_executor.
  void set_executor(executor_purpose purpose, executor* e) noexcept;
  /// Throws usage_error if the loop has none (a bare loop; run() and runner give it one).
  executor& executor_for(executor_purpose purpose);

  /// "io_uring", or "epoll" and why.
  std::string backend_report() const;

  // ---- for the library

  /// Runs one turn.
  void run_once();
  /// Queues a node from any thread or signal handler, and wakes the loop.
  void post(detail::ready_node* node) noexcept;
  /// Hands an operation to the kernel; its complete() is called in the loop.
  void submit(detail::operation& op);
  void cancel(detail::operation& op) noexcept;
  void detach(int fd) noexcept;
  detail::signal_watchers& signal_watchers();
  detail::scheduler& get_scheduler() noexcept { return scheduler_; }
  /// post(), but in the loop's own thread the node keeps its place among what call_soon queues.
  void send(detail::mailed* node) noexcept;
  /// Another thread may send mail, or never will: virtual time doesn't wait for it, but nor is it a
  /// deadlock to have nothing else to wait for.
  void expect_mail() noexcept { ++passive_; }
  void expect_no_mail() noexcept { --passive_; }
  /// From a thread that runs a job of this loop: the job waits, perhaps for the loop itself, so
  /// that virtual time must not wait for the job. Whoever ends its waiting says that it goes on.
  void job_blocks();
  void job_goes_on() noexcept { blocked_jobs_.fetch_sub(1, std::memory_order_seq_cst); }
  void use_virtual_time(time_point start) noexcept;
  void advance_virtual_time(duration by) noexcept { scheduler_.virtual_now += by; }

 private:
  struct handler {
    virtual ~handler() = default;
    virtual void call(const exception_context& context) = 0;
  };
  template <class F>
  struct handler_of final : handler {
    F f;
    explicit handler_of(F g) : f(std::move(g)) {}
    void call(const exception_context& context) override { f(context); }
  };

  template <class F>
  struct factory_of final : detail::task_factory {
    F f;
    explicit factory_of(F g) : f(std::move(g)) {}
    void prepare(task_options& options) override { f(options); }
  };

  template <class F, class... Args>
  detail::callback* make_callback(F&& f, Args&&... args) {
    if (debug_) check_thread();
    check_open();
    auto bound = detail::bind_values(std::forward<F>(f), std::forward<Args>(args)...);
    return new detail::callback_of<decltype(bound)>(scheduler_, std::move(bound));
  }
  /// One that is called more than once: it keeps its arguments.
  template <class F, class... Args>
  detail::callback* make_repeated(F&& f, Args&&... args) {
    if (debug_) check_thread();
    check_open();
    auto bound = detail::bind_repeated(std::forward<F>(f), std::forward<Args>(args)...);
    return new detail::callback_of<decltype(bound)>(scheduler_, std::move(bound));
  }
  void check_thread() const;
  void check_open() const;
  void check_may_run() const;
  void set_handler(handler* h);
  void set_factory(detail::task_factory* f) noexcept;
  void run_until_done(const any_future& f);
  void watch(int fd, detail::operation_code direction, detail::callback* what);
  bool unwatch(int fd, detail::operation_code direction);
  void watch_signal(int number, detail::callback* what);

  void run_once_inlined();
  void run_turn_end();
  void take_mail() noexcept;
  /// What stands for mail while the loop sleeps: no node's address.
  detail::ready_node* asleep() noexcept {
    return reinterpret_cast<detail::ready_node*>(&scheduler_.ready);
  }
  void wake_up() noexcept;
  void post_and_wake(detail::ready_node* node) noexcept;
  bool look_is_due() noexcept;
  void look_outside();
  time_point sleep_until();
  bool spin(time_point& deadline);
  void wait_outside(time_point deadline);
  void complete_operations();
  void wait_idle();
  void run_turn();
  void run_turn_inlined();
  void run_turn_timed();
  void drop_ready() noexcept;
  void destroy_tasks() noexcept;

  detail::scheduler scheduler_;
  // What other threads write, on a line of its own: the loop's turns write next to it.
  alignas(64) std::atomic<detail::ready_node*> mail_{nullptr};  // the newest first, or asleep()
  std::atomic<std::uint32_t> blocked_jobs_{0};                  // of scheduler_.in_flight
  std::atomic<std::uint32_t> posting_{0};  // threads that wake it: the loop outlives them
  alignas(64) detail::backend* backend_;
  std::vector<detail::completion> completions_;
  std::uint32_t passive_ = 0;  // operations that wait for a peer
  time_point last_fired_{};    // when timers did
  std::uint32_t turns_since_look_ = 0;
  std::uint32_t turns_between_looks_ = 8;  // 0 under virtual time
  bool running_ = false;
  bool stopping_ = false;
  std::atomic<bool> closed_{false};
  bool debug_ = false;
  const void* thread_ = nullptr;  // what runs it: the address of something of the thread's own
  duration slow_callback_ = std::chrono::milliseconds(100);
  duration spin_before_sleep_{};
  handler* handler_ = nullptr;
  detail::fd_watchers* watchers_ = nullptr;
  detail::signal_watchers* signal_watchers_ = nullptr;
  executor* executors_[3] = {};
};

/// The loop that runs on this thread. Throws usage_error if there is none.
/// asyncio: get_running_loop.
event_loop& get_running_loop();

namespace detail {

/// Gives the context to the loop's exception handler; without a loop, to stderr.
void report(scheduler* s, const exception_context& context) noexcept;
/// Inside a catch clause: what is being handled goes to the exception handler.
void report_current_exception(scheduler* s, const char* message) noexcept;

}  // namespace detail
}  // namespace weft
