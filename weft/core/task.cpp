#include <weft/core/task.hpp>

#include <algorithm>
#include <limits>

#include <weft/core/detail/cancel_log.hpp>
#include <weft/core/detail/exception_rows.hpp>
#include <weft/core/detail/step.hpp>
#include <weft/core/event_loop.hpp>

namespace weft {
namespace detail {

void task_base::drop(extra* e) noexcept {
  delete e->cancel_message;
  delete e->asked_message;
  delete e;
}

task_base::extra& task_base::more() {
  if (!has_more()) {
    auto* made = new extra;
    made->number = tag_ >> 1;
    tag_ = reinterpret_cast<std::uintptr_t>(made);
  }
  return *more_if_any();
}

std::string task_base::name() const {
  const extra* e = more_if_any();
  if (e && !e->name.empty()) return e->name;
  return "Task-" + std::to_string(e ? e->number : tag_ >> 1);
}

bool task_base::cancel(const std::string* message) noexcept {
  if (done()) return false;
  if (!scheduler_->cancels) scheduler_->cancels = new cancel_log;
  task_base* task = this;
  for (;;) {
    scheduler_->cancels->note(*task, scheduler_->current);
    if (task->cancels_ < std::numeric_limits<std::uint16_t>::max()) ++task->cancels_;
    wait_point* point = task->waiting_on_;
    if (!point) break;
    task_base* awaited = point->as_task();
    if (awaited && !awaited->done()) {
      task = awaited;
      continue;
    }
    if (point->cancel(message)) return true;
    break;
  }
  // While one cancel is under way another only asks for more: the first keeps its message.
  if (!(task->poke_ & delivering)) task->set_message(message);
  task->store_asked_message(message);
  task->poke_ |= must_cancel;
  return true;
}

std::uint32_t task_base::uncancel() noexcept {
  if (cancels_ > 0 && --cancels_ == 0 && !done()) poke_ &= delivering;
  return cancels_;
}

void task_base::cancel_at_suspension() noexcept {
  if (!(poke_ & must_cancel) || !waiting_on_) return;
  const extra* e = more_if_any();
  if (waiting_on_->cancel(e ? e->cancel_message : nullptr)) {
    poke_ &= delivering;
  }
}

void task_base::store_message(const std::string* message) noexcept {
  extra& e = more();
  auto* copy = message ? new std::string(*message) : nullptr;
  delete std::exchange(e.cancel_message, copy);
}

void task_base::store_asked_message(const std::string* message) noexcept {
  if (!message && !asked_message()) return;
  delete std::exchange(more().asked_message, message ? new std::string(*message) : nullptr);
}

std::string* task_base::take_message() noexcept {
  poke_ = 0;
  extra* e = more_if_any();
  return e ? std::exchange(e->cancel_message, nullptr) : nullptr;
}

void task_base::start_eagerly() noexcept {
  enlist();
  run = step;
  scheduler& s = *scheduler_;
  task_base* const maker = s.current;
  {
    outside_context_scope outside;
    run_step(s, this);
    s.current = maker;
  }
}

void task_base::finish_task(outcome_kind kind) noexcept {
  unlink();
  resume_ = nullptr;
  if (poke_) [[unlikely]] {
    // Cancelled in its last step: asyncio lets a value give way to the cancel, not an error.
    if ((poke_ & must_cancel) && kind == outcome_kind::value) {
      const extra* e = more_if_any();
      result_base().set_cancelled(e ? e->cancel_message : nullptr);
      kind = outcome_kind::cancelled;
      poke_ = keeps_message;
    } else {
      poke_ = 0;
    }
  }
  finish(kind);
  release();
}

void task_base::end_unstarted() noexcept {
  resume_->handle().destroy();
  std::string* message = take_message();
  result_base().set_cancelled(message);
  delete message;
  finish_task(outcome_kind::cancelled);
}

void first_step(ready_node* node) {
  if (begin(node)) step(node);
}

void step(ready_node* node) {
  auto* task = static_cast<task_base*>(node);
  run_step(*task->scheduler_, task);
}

}  // namespace detail

void task_options::apply(detail::task_base& made) && {
  if (!name_.empty()) made.more().name = std::move(name_);
  if (context_) made.more().context = std::move(context_);
}

std::string any_task::waiting_on() const {
  const detail::wait_point* point = base()->waiting_on_;
  return point ? point->wait_name() : "";
}

std::vector<stack_frame> any_task::get_stack() const {
  std::vector<stack_frame> frames;
  const detail::promise_base* promise = base()->resume_;
  if (base()->scheduler_->current == base()) promise = nullptr;
  while (promise) {
    if (!detail::is_inside_weft(promise->where_)) frames.push_back({promise->where_});
    if (promise->parent_ & detail::promise_base::root) break;
    promise = reinterpret_cast<const detail::promise_base*>(promise->parent_ &
                                                            ~detail::promise_base::tags);
  }
  return frames;
}

any_task current_task() {
  detail::task_base* current = detail::here ? detail::here->current : nullptr;
  if (!current) return any_task();
  current->retain();
  return any_task(current);
}

std::vector<any_task> all_tasks() {
  std::vector<any_task> tasks;
  for (detail::task_base* t = detail::running_scheduler().tasks; t; t = t->next_task_) {
    t->retain();
    tasks.push_back(any_task(t));
  }
  std::reverse(tasks.begin(), tasks.end());
  return tasks;
}

}  // namespace weft
