#include <weft/flow/wait.hpp>

#include <algorithm>
#include <cstddef>

#include <weft/core/errors.hpp>

namespace weft::detail {

wait_awaiter_base::wait_awaiter_base(time_limit limit, return_when when) noexcept
    : limit_(limit), when_(when) {
  run = &wait_awaiter_base::timed_out;
}

wait_awaiter_base::~wait_awaiter_base() {
  // Destroyed in mid-wait: the loop closes.
  if (waiting_) [[unlikely]]
    stop();
}

void wait_awaiter_base::check() {
  if (futures_.empty()) throw value_error("wait was given nothing to wait for");
  drop_repeated(futures_);
  left_ = futures_.size() -
          static_cast<std::size_t>(std::count(futures_.begin(), futures_.end(), nullptr));
  watches_.resize(left_);
}

void wait_awaiter_base::start() {
  waiting_ = true;
  scheduler& s = *task_->scheduler_;
  if (limit_) s.timers.arm(this, s.now() + *limit_);
  auto slot = watches_.begin();
  for (future_base* one : futures_) {
    if (one) future_watch::start(*slot++, *one, this, &wait_awaiter_base::one_ended, task_);
  }
}

void wait_awaiter_base::stop() noexcept {
  waiting_ = false;
  scheduler& s = *task_->scheduler_;
  if (armed()) {
    s.timers.disarm(this);
  } else if (place == queued) {
    s.ready.unlink(this);
  }
}

void wait_awaiter_base::one_ended(void* owner, future_base& ended) {
  auto* self = static_cast<wait_awaiter_base*>(owner);
  const bool last = --self->left_ == 0;
  if (!self->waiting_) return;
  if (!last && self->when_ != return_when::first_completed) {
    if (self->when_ == return_when::all_completed || ended.state_ != outcome_kind::error) return;
    ended.unread_error_ = false;  // as in asyncio, who looks for an error has read it
  }
  self->stop();
  self->task_->wake();
}

void wait_awaiter_base::timed_out(ready_node* node) {
  auto* self = static_cast<wait_awaiter_base*>(static_cast<timer*>(node));
  self->place = over;
  self->stop();
  self->task_->wake();
}

bool wait_awaiter_base::cancel(const std::string* message) noexcept {
  if (!waiting_) return false;
  stop();
  task_->deliver_cancel(message);
  return true;
}

void wait_awaiter_base::settle() {
  task_->resumed();
  stop_watching();
  task_->throw_if_cancelled();
}

}  // namespace weft::detail
