// task_base: the half of a task that doesn't know its result's type.
//
// A task is a separate object, not its coroutine's frame: the frame, with the arguments in it, is
// destroyed when the body ends and before anybody hears of it, as Python drops locals; the handles
// keep only the outcome. One node: a task stands in one queue at a time, so the same node is its
// place in the ready queue and in a future's list of waiters.
//
// A cancel is two bits. `must_cancel`: throw at the next suspension point (the task runs, is queued
// or hasn't started). `delivering`: its wait was ended by a cancel; the next step throws. One test
// of the pair, in await_resume, covers both.
#pragma once

#include <coroutine>
#include <cstdint>
#include <string>
#include <utility>

#include <weft/core/detail/context_data.hpp>
#include <weft/core/detail/future_base.hpp>
#include <weft/core/detail/promise.hpp>

namespace weft::detail {

/// What a task's node runs: its first step, which may find it cancelled, and each further one.
void first_step(ready_node* node);
void step(ready_node* node);

struct task_base : future_base, ready_node {
  static constexpr std::uint8_t must_cancel = 1;
  static constexpr std::uint8_t delivering = 2;
  static constexpr std::uint8_t keeps_message = 1;  // when done: see tells_once

  wait_point* waiting_on_ = nullptr;
  promise_base* resume_ = nullptr;  // the innermost suspended coroutine
  std::uintptr_t tag_;              // number << 1 | 1, or a pointer to `extra`
  task_base* previous_ = nullptr;   // in the loop's list of tasks
  task_base* next_task_ = nullptr;

  /// What few tasks need, made on first use.
  struct extra {
    std::uint64_t number = 0;
    std::string name;
    std::string* cancel_message = nullptr;
    std::string* asked_message = nullptr;  // of the last cancel that met no wait
    context_ref context;
  };

  explicit task_base(scheduler& s) noexcept
      : future_base(s),
        ready_node(&first_step),
        tag_(static_cast<std::uintptr_t>(++s.tasks_created) << 1 | 1) {
    is_task_ = true;
  }
  ~task_base() override {
    if (has_more()) [[unlikely]]
      drop(more_if_any());
  }

  extra& more();
  bool has_more() const noexcept { return !(tag_ & 1); }
  extra* more_if_any() const noexcept {
    return tag_ & 1 ? nullptr : reinterpret_cast<extra*>(tag_);
  }
  std::string name() const;

  bool cancel(const std::string* message) noexcept override;
  const char* wait_name() const noexcept override { return "task"; }
  task_base* as_task() noexcept override { return this; }
  std::uint32_t uncancel() noexcept;

  // ---- for awaiters

  /// The task's step ends in this coroutine's await; `on` is what a cancel must reach.
  template <class Promise>
  void suspend(std::coroutine_handle<Promise> where, wait_point* on) noexcept {
    resume_ = &where.promise();
    waiting_on_ = on;
    if (poke_) [[unlikely]]
      cancel_at_suspension();
  }
  void resumed() noexcept { waiting_on_ = nullptr; }
  /// Throws a cancel that is due. Inline, for the price of a cancel.
  [[gnu::always_inline]] void throw_if_cancelled() {
    if (poke_) [[unlikely]]
      throw cancelled_error(cancelled_error::adopt_message{take_message()});
  }
  /// A wait that its wait_point ended: the next step throws.
  void deliver_cancel(const std::string* message) noexcept {
    poke_ |= delivering;
    set_message(message);
    scheduler_->ready.push(this);
  }
  /// The message of the cancel that is thrown now; ends the request.
  std::string* take_message() noexcept;
  /// What CPython keeps after the cancel too, until the next one that meets no wait.
  const std::string* asked_message() const noexcept {
    const extra* e = more_if_any();
    return e ? e->asked_message : nullptr;
  }
  /// Queues the next step.
  void wake() noexcept { wake_in(*scheduler_); }
  /// The same for one who knows the scheduler.
  void wake_in(scheduler& s) noexcept { s.ready.push(this); }

  // ---- for the loop

  /// Gives a new task the context of its maker.
  void inherit_context() noexcept {
    const task_base* maker = here ? here->current : nullptr;
    const extra* e = maker ? maker->more_if_any() : nullptr;
    if (!maker || (e && e->context) || entered_context) [[unlikely]]
      copy_context_of_maker();
  }
  void set_message(const std::string* message) noexcept {
    if (message || (has_more() && more().cancel_message)) [[unlikely]]
      store_message(message);
  }
  /// Puts it among the loop's tasks and queues its first step.
  void link() noexcept {
    enlist();
    scheduler_->ready.push(this);
  }
  /// Puts it there and runs the first step now, inside whatever runs.
  void start_eagerly() noexcept;
  void unlink() noexcept {
    (previous_ ? previous_->next_task_ : scheduler_->tasks) = next_task_;
    if (next_task_) next_task_->previous_ = previous_;
  }
  /// Cancelled before its first step.
  void end_unstarted() noexcept;
  /// The body ended and its frame is gone: publishes the outcome.
  void finish_task(outcome_kind kind) noexcept;

 private:
  void enlist() noexcept {
    scheduler& s = *scheduler_;
    next_task_ = s.tasks;
    if (s.tasks) s.tasks->previous_ = this;
    s.tasks = this;
    retain();  // the loop's, until it is done
  }
  void copy_context_of_maker() noexcept;
  static void drop(extra* e) noexcept;
  void cancel_at_suspension() noexcept;
  void store_message(const std::string* message) noexcept;
  void store_asked_message(const std::string* message) noexcept;
};

template <class T>
struct task_state final : task_base {
  outcome<T> outcome_;
  explicit task_state(scheduler& s) noexcept : task_base(s) { set_outcome_place(outcome_); }
};

/// Where this task's things are queued, in its loop's thread: the running loop's, which needs no
/// pointer of the task's. Else what a wake-up queues would wait for a chain of loads.
inline scheduler& scheduler_of(const task_base* task) noexcept {
  return here ? *here : *task->scheduler_;
}

/// The task that runs on this thread.
inline task_base& current_task_base() noexcept { return *here->current; }

}  // namespace weft::detail
