#include <weft/flow/task_group.hpp>

#include <string>

#include <weft/core/detail/cancel_log.hpp>
#include <weft/core/detail/waiter_kind.hpp>

namespace weft {

/// One task of the group: its node runs a turn after the task ended.
struct task_group::member : detail::ready_node, detail::pooled {
  task_group* group;
  any_task task;
  member* previous;
  member* next_member = nullptr;

  member(task_group* g, any_task t, member* p) : group(g), task(std::move(t)), previous(p) {
    run = &task_group::member_done;
  }
  detail::task_base& base() const noexcept {
    return static_cast<detail::task_base&>(*task.state());
  }
};

const detail::waiter_kind task_group::member_kind(
    &task_group::member_done, [](detail::ready_node* node) -> detail::future_base* {
      return static_cast<member*>(node)->group->parent_;
    });

void task_group::enter() {
  if (parent_) throw usage_error("this task group has been used before");
  parent_ = detail::running_scheduler().current;
}

task_group::~task_group() {
  // Only a group whose own frame is destroyed in mid-wait still has members here.
  while (member* m = first_) {
    first_ = m->next_member;
    if (!m->base().remove_waiter(m)) m->base().scheduler_->ready.unlink(m);
    delete m;
  }
}

void task_group::refuse_task() const {
  throw usage_error(!parent_    ? "the task group has not begun"
                    : aborting_ ? "the task group is shutting down"
                                : "the task group is over");
}

void task_group::adopt(const any_task& made) {
  auto* m = new member(this, made, last_);
  (last_ ? last_->next_member : first_) = m;
  last_ = m;
  m->base().add_waiter(m);
}

void task_group::abort() noexcept {
  aborting_ = true;
  const detail::cancel_site site("its task group");
  for (member* m = first_; m; m = m->next_member) {
    if (!m->base().done()) m->base().cancel(nullptr);
  }
}

void task_group::member_done(detail::ready_node* node) {
  auto* m = static_cast<member*>(node);
  task_group& group = *m->group;
  (m->previous ? m->previous->next_member : group.first_) = m->next_member;
  (m->next_member ? m->next_member->previous : group.last_) = m->previous;
  const any_task ended = std::move(m->task);
  delete m;
  if (!group.first_ && group.ended_ && !group.ended_.done()) group.ended_.set_result();
  if (ended.cancelled()) return;
  std::exception_ptr error = ended.exception();
  if (!error) return;
  group.errors_.push_back(std::move(error));
  if (group.parent_->done() || group.aborting_ || group.parent_cancelled_) return;
  group.abort();
  group.parent_cancelled_ = true;
  const detail::cancel_site site("a task group, since a task of it failed");
  group.parent_->cancel(nullptr);
}

void task_group::body_ended(const detail::outcome_base& body) {
  exiting_ = true;
  if (body.kind_ == detail::outcome_kind::cancelled) propagate_.set_failure(body);
  if (body.kind_ != detail::outcome_kind::value && !aborting_) abort();
}

future<void> task_group::tasks_ended() {
  ended_ = make_future<void>();
  return ended_;
}

void task_group::wait_ended(const outcome<void>& waited) {
  if (waited.cancelled() && !aborting_) {
    propagate_.set_failure(waited);
    abort();
  }
  ended_ = future<void>();
}

void task_group::finish(const detail::outcome_base& body) {
  // Our own cancel of the parent is withdrawn; if that was all, it isn't passed on.
  if (parent_cancelled_ && parent_->uncancel() == 0) propagate_ = outcome<void>();
  if (propagate_.cancelled() && errors_.empty()) propagate_.raise();
  if (body.kind_ == detail::outcome_kind::error) errors_.push_back(body.error_);
  if (errors_.empty()) return;
  // A cancel from outside that gives way to the errors must reach the parent's next await.
  if (parent_->cancels_ > 0) {
    parent_->uncancel();
    parent_->cancel(nullptr);
  }
  throw exception_group("unhandled errors in a task group", std::move(errors_));
}

}  // namespace weft
