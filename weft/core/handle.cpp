#include <weft/core/handle.hpp>

#include <weft/core/context.hpp>
#include <weft/core/event_loop.hpp>

namespace weft {
namespace detail {

void callback::cancel() noexcept {
  if (std::exchange(cancelled_, true)) return;
  if (place == over) return;  // it has run, or runs now and must keep what it stands on
  drop();
  if (armed()) {
    scheduler_->timers.disarm(this);
    place = over;
    release();
  }
}

void callback::fired(ready_node* node) {
  auto* self = static_cast<callback*>(node);
  self->place = over;
  if (!self->cancelled_) {
    ambient_context_scope scope(self->context_);
    try {
      self->call();
    } catch (...) {
      report_current_exception(self->scheduler_, "exception in a callback");
    }
  }
  self->drop();
  self->release();
}

void mailed::fired(ready_node* node) {
  auto* self = static_cast<mailed*>(node);
  context_ref in = std::move(self->context_);  // must outlive the node, which goes first
  ambient_context_scope scope(in);
  try {
    self->call();
  } catch (...) {
    report_current_exception(here, "exception in a callback from another thread");
  }
  delete self;
}

void run_in(callback& made, const context& in) noexcept { made.context_ = in.cell(); }

}  // namespace detail

context handle::get_context() const {
  if (!callback_) throw usage_error("this handle stands for no callback");
  context shared(callback_->context_);
  callback_->context_ = shared.cell();
  return shared;
}

}  // namespace weft
