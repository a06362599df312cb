#include <weft/sync/queue.hpp>

#include <weft/core/detail/step.hpp>

namespace weft::detail {

bool queue_waiter::cancel(const std::string* message) noexcept {
  if (state_ != state::pending) return false;
  state_ = state::cancelled;
  line_.remove(this);
  task_->deliver_cancel(message);
  return true;
}

void queue_waiter::look_again(ready_node* node) {
  auto* self = static_cast<queue_waiter*>(node);
  if (!self->task_->poke_ && self->line_.blocked()) {
    self->line_up();
    return;
  }
  self->state_ = state::resumed;
  run_step(*self->task_->scheduler_, self->task_);
}

}  // namespace weft::detail
