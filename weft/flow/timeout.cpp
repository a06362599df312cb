#include <weft/flow/timeout.hpp>

#include <exception>

#include <weft/core/detail/cancel_log.hpp>
#include <weft/core/detail/exception_rows.hpp>

namespace weft {

void timeout_scope::refuse_second_use() { throw usage_error("this timeout has been used before"); }

void timeout_scope::begin_with(time_point when) {
  detail::scheduler& s = *detail::here;
  if (when <= s.now()) {
    place = queued;
    s.ready.push(this);
  } else {
    sequence = s.timers.take_sequence();
  }
}

void timeout_scope::fired(detail::ready_node* node) {
  auto* self = static_cast<timeout_scope*>(static_cast<detail::timer*>(node));
  self->place = over;
  self->state_ = state::expiring;
  const detail::cancel_site site("a timeout");
  self->task_->cancel(nullptr);
}

void timeout_scope::take_back() noexcept {
  if (place == queued) {
    task_->scheduler_->ready.unlink(this);
  } else if (armed()) {
    task_->scheduler_->timers.disarm(this);
  }
  place = idle;
}

void timeout_scope::reschedule(std::optional<time_point> when) {
  if (state_ != state::entered) {
    throw usage_error(state_ == state::created ? "the timeout has not begun"
                                               : "the timeout has fired or ended already");
  }
  take_back();
  when_ = when;
  if (!when_) return;
  detail::scheduler& s = *task_->scheduler_;
  if (*when_ <= s.now()) {
    place = queued;
    s.ready.push(this);
  } else {
    s.timers.arm(this, *when_);
  }
}

bool timeout_scope::leave_expired(detail::outcome_kind body) noexcept {
  state_ = state::expired;
  return task_->uncancel() <= cancels_at_entry_ && body == detail::outcome_kind::cancelled;
}

namespace detail {

void throw_timeout() {
  // It begins with what the body was waiting for when the cancel came.
  const std::exception_ptr error = std::make_exception_ptr(timeout_error());
  take_over_cancel_rows(error);
  std::rethrow_exception(error);
}

}  // namespace detail
}  // namespace weft
