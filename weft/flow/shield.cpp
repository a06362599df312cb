#include <weft/flow/shield.hpp>

#include <exception>

#include <weft/core/call_graph.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/exception_context.hpp>

namespace weft::detail {
namespace {

/// Waits for the end of an inner future whose shield was cancelled.
struct late_error_report final : future_callback {
  using future_callback::future_callback;
  void call() override {
    if (future_->state_ != outcome_kind::error) return;
    future_->unread_error_ = false;
    future_->retain();
    const any_future ended(future_);
    exception_context context;
    context.message = "exception in a shielded future";
    context.exception = ended.exception();
    if (future_->is_task_) {
      future_->retain();
      context.task = any_task(static_cast<task_base*>(future_));
      context.task_name = context.task.get_name();
      context.message = "exception in shielded task '" + context.task_name + "'";
    }
    report(scheduler_, context);
  }
  void drop() noexcept override {
    alive_ = false;
    let_go();
  }
};

/// One report is enough, however many shields of this future were cancelled.
void drop_earlier_report(future_base& inner) noexcept {
  ready_node* node = inner.waiters_;
  if (!node) return;
  do {
    node = node->next;
    if (node->run != &callback::fired) continue;
    auto* earlier = dynamic_cast<late_error_report*>(static_cast<callback*>(node));
    if (!earlier) continue;
    inner.remove_waiter(earlier);
    earlier->drop();
    earlier->release();
    return;
  } while (node != inner.waiters_);
}

}  // namespace

shield_base::shield_base(future_base* inner) : future_base(*inner->scheduler_), inner_(inner) {
  // Until the inner one ends, even if the outer one ends before.
  if (const any_task caller = current_task()) {
    inner->retain();
    future_add_to_awaited_by(any_future(inner), caller);
  }
  future_watch::start(inner_watch_, *inner, this, &shield_base::inner_done);
  future_watch::start(own_watch_, *this, this, &shield_base::outer_done);
}

shield_base::~shield_base() {
  future_watch::stop(inner_watch_);
  inner_->release();
}

void shield_base::inner_done(void* owner, future_base& inner) {
  auto* self = static_cast<shield_base*>(owner);
  if (self->done()) return;
  outcome_base& mine = self->result_base();
  if (inner.state_ == outcome_kind::cancelled) {
    self->cancel(nullptr);
  } else if (inner.state_ == outcome_kind::error) {
    inner.unread_error_ = false;
    mine = inner.result_base();
    self->finish(outcome_kind::error);
  } else {
    try {
      self->take_value();
      self->finish(outcome_kind::value);
    } catch (...) {
      mine.set_current_exception();
      self->finish(outcome_kind::error);
    }
  }
}

void shield_base::outer_done(void* owner, future_base&) {
  auto* self = static_cast<shield_base*>(owner);
  future_base& inner = *self->inner_;
  if (inner.done()) return;
  future_watch::stop(self->inner_watch_);
  drop_earlier_report(inner);
  inner.add_callback(new late_error_report(inner));
}

}  // namespace weft::detail
