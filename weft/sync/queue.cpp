#include <weft/sync/queue.hpp>

#include <weft/core/detail/step.hpp>

namespace weft::detail {

bool queue_waiter::cancel(const std::string* message) noexcept {
  if (state_ != state::pending) return false;
  state_ = state::cancelled;
  line().remove(this);
  task_->deliver_cancel(message);
  return true;
}

template <queue_side Side>
void queue_waiter::look_again(ready_node* node) {
  auto& self = static_cast<queue_waiter&>(*node);
  const bool blocked =
      Side == queue_side::get ? self.queue_.nothing_to_get() : self.queue_.no_place_to_put();
  if (blocked && !self.task_->poke_) [[unlikely]] {
    self.line_up();
    return;
  }
  self.state_ = state::resumed;
  run_step(*here, self.task_);
}
template void queue_waiter::look_again<queue_side::get>(ready_node*);
template void queue_waiter::look_again<queue_side::put>(ready_node*);

void queue_waiter::waiter_destroyed(task_base&) noexcept {
  if (state_ == state::pending) line().remove(this);
  if (state_ == state::woken) task_->scheduler_->ready.unlink(this);
}

}  // namespace weft::detail
