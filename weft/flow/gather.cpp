#include <weft/flow/gather.hpp>

#include <weft/core/detail/waiter_kind.hpp>

namespace weft::detail {

const waiter_kind gather_base::child_kind(&gather_base::child_done, [](ready_node* node) {
  return static_cast<child*>(node)->owner->caller_;
});

gather_base::gather_base(scheduler& s, std::size_t count, bool keeps_errors)
    : future_base(s),
      children_(new child[count]),
      caller_(s.current),
      count_(static_cast<std::uint32_t>(count)),
      keeps_errors_(keeps_errors) {
  if (caller_) caller_->retain();
}

gather_base::~gather_base() {
  if (!started_) leave_children();
  for (std::uint32_t i = 0; i < added_; ++i) children_[i].future->release();
  if (caller_) caller_->release();
  delete[] children_;
}

void gather_base::leave_children() noexcept {
  for (std::uint32_t i = 0; i < added_; ++i) {
    child& c = children_[i];
    if (c.run && !c.future->remove_waiter(&c)) c.future->scheduler_->ready.unlink(&c);
  }
}

void gather_base::start() {
  started_ = true;
  if (count_ == 0) {
    collect();
    finish(outcome_kind::value);
    return;
  }
  retain();  // the children's, until the last one's node ran
  // The children that were done count at once and in order (CPython 3.12 and later), but only when
  // the others are waited for: the first of them may end the gather.
  if (!any_was_done_) return;
  retain();
  for (std::uint32_t i = 0; i < count_; ++i) {
    if (!children_[i].run) settle(children_[i], ++ended_ == count_);
  }
  release();
}

void gather_base::child_done(ready_node* node) {
  auto* c = static_cast<child*>(node);
  gather_base& self = *c->owner;
  const bool last = ++self.ended_ == self.count_;
  // A value that isn't the last is looked at when all are here.
  if (last || c->future->state_ != outcome_kind::value) self.settle(*c, last);
}

void gather_base::settle(child& c, bool last) {
  future_base& f = *c.future;
  outcome_base& mine = result_base();
  if (done()) {
    // It has failed before: as in asyncio, later errors count as read.
    f.unread_error_ = false;
  } else if (!keeps_errors_ && f.state_ != outcome_kind::value) {
    f.unread_error_ = false;
    mine = f.result_base();
    f.told_failure();
    finish(outcome_kind::error);
  } else if (last && cancel_requested_) {
    // As an error: cancelled() stays false, as in CPython. Its message is that of the last
    // argument, even if that one withstood the cancel.
    future_base& by_order = *children_[count_ - 1].future;
    if (by_order.state_ != outcome_kind::cancelled && by_order.is_task_) {
      mine.set_cancelled(static_cast<task_base&>(by_order).asked_message());
    } else {
      mine.kind_ = outcome_kind::cancelled;
      if (by_order.state_ == outcome_kind::cancelled) mine.error_ = by_order.result_base().error_;
    }
    by_order.told_failure();
    finish(outcome_kind::error);
  } else if (last) {
    try {
      collect();
      finish(outcome_kind::value);
    } catch (...) {
      mine.set_current_exception();
      finish(outcome_kind::error);
    }
  }
  if (last) release();
}

bool gather_base::cancel(const std::string* message) noexcept {
  if (done()) return false;
  bool any = false;
  for (std::uint32_t i = 0; i < count_; ++i) any |= children_[i].future->cancel(message);
  if (any) cancel_requested_ = true;
  return any;
}

}  // namespace weft::detail
