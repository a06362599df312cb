#include <weft/core/event_loop.hpp>

#include <algorithm>
#include <cstdlib>

#include <weft/core/context.hpp>
#include <weft/core/detail/backend.hpp>
#include <weft/core/detail/cancel_log.hpp>
#include <weft/core/detail/fd_watchers.hpp>
#include <weft/core/detail/signal_watchers.hpp>
#include <weft/core/detail/step.hpp>

namespace weft {

event_loop::event_loop(detail::backend* backend) : backend_(backend) {
  scheduler_.loop = this;
  const char* debug = std::getenv("WEFT_DEBUG");
  debug_ = debug && *debug && *debug != '0';
}

event_loop::~event_loop() {
  close();
  delete handler_;
  delete scheduler_.factory;
  delete scheduler_.cancels;
}

// ---- the loop

void event_loop::run_once() { run_once_inlined(); }

[[gnu::always_inline]] inline void event_loop::run_once_inlined() {
  detail::scheduler& s = scheduler_;
  if (!s.turn_end.empty()) run_turn_end();
  if (mail_.load(std::memory_order_relaxed)) [[unlikely]]
    take_mail();
  if (look_is_due()) look_outside();
  if (!s.timers.empty()) {
    const time_point now = s.now();
    if (s.timers.first_deadline() <= now) {
      s.timers.fire_due(now, s.ready);
      last_fired_ = now;
    }
  }
  if (debug_) [[unlikely]] {
    run_turn_timed();
  } else {
    run_turn_inlined();
  }
}

void event_loop::run_turn_end() {
  while (detail::ready_node* node = scheduler_.turn_end.pop()) node->run(node);
}

void event_loop::run_turn() { run_turn_inlined(); }

[[gnu::always_inline]] inline void event_loop::run_turn_inlined() {
  detail::scheduler& s = scheduler_;
  s.ready.begin_turn();
  // Tasks are told apart from callbacks here: their steps are inlined, once for the first and all
  // further ones.
  while (detail::ready_node* node = s.ready.next_of_turn()) {
    if (node->run != detail::step) [[unlikely]] {
      if (node->run != detail::first_step) {
        s.current = nullptr;
        node->run(node);
        continue;
      }
      if (!detail::begin(node)) continue;
    }
    detail::run_step(s, static_cast<detail::task_base*>(node));
  }
  s.current = nullptr;
}

void event_loop::run_turn_timed() {
  detail::scheduler& s = scheduler_;
  s.ready.begin_turn();
  while (detail::ready_node* node = s.ready.next_of_turn()) {
    const bool is_task = node->run == detail::step || node->run == detail::first_step;
    std::string who = "a callback";
    if (is_task) who = "task '" + static_cast<detail::task_base*>(node)->name() + "'";
    const time_point start = std::chrono::steady_clock::now();
    s.current = nullptr;
    node->run(node);
    const duration taken = std::chrono::steady_clock::now() - start;
    if (taken < slow_callback_) continue;
    exception_context context;
    context.message =
        who + " held the loop for " +
        std::to_string(std::chrono::duration_cast<std::chrono::milliseconds>(taken).count()) +
        " ms";
    call_exception_handler(context);
  }
  s.current = nullptr;
}

inline bool event_loop::look_is_due() noexcept {
  // While work is ready the kernel is looked at now and then: each look may be a system call, a
  // turn may be a few nanoseconds. The backend, which can tell cheaply, is asked after each turn of
  // several steps, and after eight of one.
  return scheduler_.ready.empty() || !scheduler_.ready.has_one() ||
         ++turns_since_look_ >= turns_between_looks_;
}

void event_loop::look_outside() {
  if (!scheduler_.ready.empty()) {
    turns_since_look_ = 0;
    // In virtual time each turn looks, so that what is seen in which doesn't depend on the machine.
    const bool each_turn = scheduler_.virtual_time && scheduler_.in_flight + passive_ > 0;
    if (!each_turn && !backend_->poll_due()) return;
    backend_->wait(time_point::min(), completions_);
    complete_operations();
    return;
  }
  turns_since_look_ = 0;
  if (scheduler_.virtual_time && !stopping_) {
    wait_idle();
    return;
  }
  time_point deadline = sleep_until();
  if (spin_before_sleep_ > duration::zero() && deadline != time_point::min() && spin(deadline)) {
    return;
  }
  wait_outside(deadline);
}

void event_loop::wait_outside(time_point deadline) {
  if (deadline != time_point::min()) {
    // That the loop sleeps is said in the place of the mail, so that no letter can come in between.
    detail::ready_node* none = nullptr;
    if (!mail_.compare_exchange_strong(none, asleep(), std::memory_order_seq_cst)) {
      deadline = time_point::min();
    }
  }
  try {
    backend_->wait(deadline, completions_);
  } catch (...) {
    wake_up();
    throw;
  }
  wake_up();
  complete_operations();
  take_mail();
}

time_point event_loop::sleep_until() {
  if (stopping_) return time_point::min();
  const detail::timer_heap& timers = scheduler_.timers;
  if (timers.empty()) return time_point::max();
  // Of many timers those that follow one another closely fire together, or each would cost a sleep
  // of its own. That is what the kernel does for epoll (its timer slack); io_uring is exact.
  constexpr duration slack = std::chrono::microseconds(50);
  constexpr std::size_t many = 64;
  if (timers.size() < many) return timers.first_deadline();
  return std::max(timers.first_deadline(), last_fired_ + slack);
}

void event_loop::wait_idle() {
  // Virtual time. What has happened already comes first; then what surely will; then the clock.
  // Before the mail: a job that blocks has sent what it waits for.
  const std::uint32_t blocked = blocked_jobs_.load(std::memory_order_seq_cst);
  backend_->wait(time_point::min(), completions_);
  const bool moved = !completions_.empty();  // and may have moved something else
  complete_operations();
  take_mail();
  if (moved || !scheduler_.ready.empty()) return;
  if (scheduler_.in_flight <= blocked) {
    if (!scheduler_.timers.empty()) {
      scheduler_.virtual_now = std::max(scheduler_.virtual_now, scheduler_.timers.first_deadline());
      return;
    }
    if (scheduler_.in_flight + passive_ == 0) {
      throw deadlock_error(
          "deadlock: nothing can wake the loop - no task can run, no timer is set, and nothing is "
          "in flight");
    }
  }
  wait_outside(time_point::max());
}

void event_loop::complete_operations() {
  for (std::size_t i = 0; i < completions_.size(); ++i) {
    const detail::completion c = completions_[i];
    if (!(c.flags & detail::completion::more)) --(c.op->passive ? passive_ : scheduler_.in_flight);
    c.op->complete(*c.op, c);
  }
  completions_.clear();
}

// ---- running

namespace {

/// Makes the loop this thread's running one, in scope.
class running_scope {
 public:
  explicit running_scope(detail::scheduler& s) noexcept { detail::here = &s; }
  running_scope(const running_scope&) = delete;
  running_scope& operator=(const running_scope&) = delete;
  ~running_scope() { detail::here = nullptr; }

 private:
  detail::outside_context_scope outside_;
};

}  // namespace

void event_loop::check_may_run() const {
  check_open();
  if (detail::here == &scheduler_) throw usage_error("this event loop is running already");
  if (detail::here) throw usage_error("another event loop runs on this thread");
  if (running_) throw usage_error("this event loop is running already, on another thread");
}

void event_loop::run_forever() {
  check_may_run();
  running_scope scope(scheduler_);
  thread_ = &detail::here;
  running_ = true;
  try {
    do {
      run_once_inlined();
    } while (!stopping_);
  } catch (...) {
    running_ = stopping_ = false;
    throw;
  }
  running_ = stopping_ = false;
}

void event_loop::run_until_done(const any_future& f) {
  if (&f.get_loop() != this) throw usage_error("the future belongs to another event loop");
  handle stopper = f.add_done_callback([this](const any_future&) { stop(); });
  try {
    run_forever();
  } catch (...) {
    f.remove_done_callback(stopper);
    throw;
  }
  if (!f.done()) {
    f.remove_done_callback(stopper);
    throw usage_error("the event loop was stopped before the future was done");
  }
}

void event_loop::check_open() const {
  if (closed_) throw usage_error("the event loop is closed");
}

void event_loop::check_thread() const {
  if (running_ && &detail::here != thread_) {
    throw usage_error(
        "an event loop's method was called from another thread: use call_soon_threadsafe");
  }
}

std::vector<any_task> event_loop::tasks() {
  std::vector<any_task> found;
  for (detail::task_base* t = scheduler_.tasks; t; t = t->next_task_) {
    t->retain();
    found.push_back(any_task(t));
  }
  std::reverse(found.begin(), found.end());
  return found;
}

void event_loop::use_virtual_time(time_point start) noexcept {
  scheduler_.virtual_time = true;
  turns_between_looks_ = 0;
  scheduler_.virtual_now = start;
}

// ---- errors

void event_loop::set_handler(handler* h) { delete std::exchange(handler_, h); }

void event_loop::set_factory(detail::task_factory* f) noexcept {
  delete std::exchange(scheduler_.factory, f);
}

void event_loop::call_exception_handler(const exception_context& context) noexcept {
  if (!handler_) return default_exception_handler(context);
  try {
    if (context.task && context.task != current_task()) {
      context.task.get_context().run([&] { handler_->call(context); });
    } else {
      handler_->call(context);
    }
  } catch (...) {
    exception_context failed;
    failed.message = "exception in the exception handler";
    failed.exception = std::current_exception();
    default_exception_handler(failed);
    default_exception_handler(context);
  }
}

namespace detail {

void report(scheduler* s, const exception_context& context) noexcept {
  if (s && s->loop) {
    s->loop->call_exception_handler(context);
  } else {
    event_loop::default_exception_handler(context);
  }
}

void report_current_exception(scheduler* s, const char* message) noexcept {
  exception_context context;
  context.message = message;
  context.exception = std::current_exception();
  report(s, context);
}

void refuse_without_loop() {
  throw usage_error("no event loop runs on this thread: call this from a coroutine under run()");
}

}  // namespace detail

event_loop& get_running_loop() { return *detail::running_scheduler().loop; }

// ---- the kernel and other threads

void event_loop::submit(detail::operation& op) {
  ++(op.passive ? passive_ : scheduler_.in_flight);
  backend_->submit(op);
}

void event_loop::cancel(detail::operation& op) noexcept { backend_->cancel(op); }

void event_loop::detach(int fd) noexcept { backend_->detach(fd); }

std::string event_loop::backend_report() const { return backend_ ? backend_->report() : "closed"; }

void event_loop::watch(int fd, detail::operation_code direction, detail::callback* what) {
  if (!watchers_) watchers_ = new detail::fd_watchers(*this);
  watchers_->add(fd, direction, what);
}

bool event_loop::unwatch(int fd, detail::operation_code direction) {
  return watchers_ && watchers_->remove(fd, direction);
}

detail::signal_watchers& event_loop::signal_watchers() {
  if (!signal_watchers_) signal_watchers_ = new detail::signal_watchers(*this);
  return *signal_watchers_;
}

void event_loop::watch_signal(int number, detail::callback* what) {
  signal_watchers().set_callback(number, what);
}

bool event_loop::remove_signal_handler(int number) {
  return signal_watchers_ && signal_watchers_->remove_callback(number);
}

void event_loop::set_executor(executor_purpose purpose, executor* e) noexcept {
  executors_[static_cast<int>(purpose)] = e;
}

executor& event_loop::executor_for(executor_purpose purpose) {
  executor* e = executors_[static_cast<int>(purpose)];
  if (!e) {
    throw usage_error(
        "the event loop has no executor for this: use run() or a runner, or give it "
        "one by set_executor");
  }
  return *e;
}

}  // namespace weft
