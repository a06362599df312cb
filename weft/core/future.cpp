#include <weft/core/future.hpp>

#include <weft/core/event_loop.hpp>

namespace weft {

std::exception_ptr any_future::exception() const {
  if (!done()) throw invalid_state_error("the future isn't done");
  detail::outcome_base& outcome = state_->result_base();
  if (cancelled()) state_->raise_failure();
  state_->unread_error_ = false;
  if (outcome.kind_ == detail::outcome_kind::cancelled && !outcome.error_) {
    return std::make_exception_ptr(cancelled_error());
  }
  return outcome.error_;
}

std::size_t any_future::remove_done_callback(const handle& callback) const noexcept {
  detail::callback* made = callback.get();
  if (!made || state_->done() || !state_->remove_waiter(made)) return 0;
  made->drop();
  made->release();
  return 1;
}

namespace detail {

bool future_base::remove_waiter(ready_node* node) noexcept {
  if (!waiters_) return false;
  ready_node* previous = waiters_;
  do {
    if (previous->next == node) {
      if (node == previous) {
        waiters_ = nullptr;
      } else {
        previous->next = node->next;
        if (waiters_ == node) waiters_ = previous;
      }
      return true;
    }
    previous = previous->next;
  } while (previous != waiters_);
  return false;
}

bool future_base::cancel(const std::string* message) noexcept {
  if (done()) return false;
  result_base().set_cancelled(message);
  finish(outcome_kind::cancelled);
  return true;
}

void future_base::waiter_destroyed(task_base& waiter) noexcept { remove_waiter(&waiter); }

void future_base::report_and_dispose() noexcept {
  if (unread_error_) {
    unread_error_ = false;
    references_ = 1;  // the report's
    report_unread_error(*this);
    if (--references_ > 0) return;  // the handler kept it
  }
  if (waiters_) drop_callbacks();
  delete this;
}

void future_base::add_callback(future_callback* made) noexcept {
  has_callbacks_ = true;
  if (done()) made->hold();
  add_waiter(made);
}

void future_base::hold_for_callbacks() noexcept {
  ready_node* node = waiters_;
  do {
    if (node->run == &callback::fired) {
      auto* one = static_cast<future_callback*>(node);
      if (one->alive_) one->hold();
    }
    node = node->next;
  } while (node != waiters_);
}

void future_base::drop_callbacks() noexcept {
  ready_node* last = std::exchange(waiters_, nullptr);
  if (!last) return;
  ready_node* node = std::exchange(last->next, nullptr);
  while (node) {
    ready_node* next = node->next;
    if (node->run == &callback::fired) {
      auto* one = static_cast<future_callback*>(node);
      one->drop();
      one->release();
    }
    node = next;
  }
}

void future_base::raise_failure() {
  const outcome_base told = result_base();
  told_failure();
  told.raise();
}

void refuse_await(const future_base* state) {
  if (!state) throw usage_error("this handle stands for no future: it was moved from or never set");
  if (state->scheduler_ != here) throw usage_error("the future belongs to another event loop");
  throw usage_error("a task can't await itself");
}

void report_unread_error(future_base& future) noexcept {
  try {
    exception_context context;
    context.exception = future.result_base().error_;
    if (future.is_task_) {
      future.retain();
      context.task = any_task(static_cast<task_base*>(&future));
      context.task_name = context.task.get_name();
      context.message = "exception of task '" + context.task_name +
                        "' was never retrieved: await the task, or ask for its exception()";
    } else {
      context.message = "exception of a future was never retrieved";
    }
    report(future.scheduler_, context);
  } catch (...) {
    // No memory left to report with: the process has a larger problem than this report.
  }
}

}  // namespace detail
}  // namespace weft
