// How a loop closes: what is left is destroyed, what is in flight ends.
#include <thread>
#include <utility>

#include <weft/core/async_generator.hpp>
#include <weft/core/detail/backend.hpp>
#include <weft/core/detail/fd_watchers.hpp>
#include <weft/core/detail/signal_watchers.hpp>
#include <weft/core/event_loop.hpp>

namespace weft {

void event_loop::drop_ready() noexcept {
  scheduler_.ready.begin_turn();
  while (detail::ready_node* node = scheduler_.ready.next_of_turn()) {
    if (node->run == &detail::callback::fired) {
      auto* dropped = static_cast<detail::callback*>(node);
      dropped->drop();
      dropped->release();
    } else if (node->run == &detail::mailed::fired) {
      delete static_cast<detail::mailed*>(node);
    }
  }
}

void event_loop::destroy_tasks() noexcept {
  // Frames first, tasks after: what a frame's destructors wake must still be there.
  std::vector<any_task> left = tasks();
  for (const any_task& one : left) {
    auto* task = static_cast<detail::task_base*>(one.state());
    exception_context context;
    context.task = one;
    context.task_name = task->name();
    context.message = "task '" + context.task_name + "' was destroyed unfinished: its loop closed";
    call_exception_handler(context);
    detail::promise_base* root = task->resume_;
    while (!(root->parent_ & detail::promise_base::root)) {
      root = reinterpret_cast<detail::promise_base*>(root->parent_ & ~detail::promise_base::tags);
    }
    if (detail::wait_point* on = std::exchange(task->waiting_on_, nullptr))
      on->waiter_destroyed(*task);
    task->resume_ = nullptr;
    root->handle().destroy();
  }
  drop_ready();
  for (const any_task& one : left) {
    auto* task = static_cast<detail::task_base*>(one.state());
    task->unlink();
    task->result_base().set_cancelled(nullptr);
    task->drop_callbacks();
    task->state_ = detail::outcome_kind::cancelled;
    task->release();
  }
}

void event_loop::close() {
  if (closed_) return;
  if (running_) throw usage_error("a running event loop can't be closed");
  detail::scheduler* outer = std::exchange(detail::here, &scheduler_);
  drop_ready();
  destroy_tasks();
  while (scheduler_.generators) scheduler_.generators->leave();
  delete std::exchange(signal_watchers_, nullptr);
  delete std::exchange(watchers_, nullptr);
  while (detail::loop_resource* resource = scheduler_.resources) {
    resource->delist(scheduler_);
    resource->loop_closing();
  }
  // What is in flight ends here, or its memory would be written after it was freed.
  while (scheduler_.in_flight + passive_ > 0) {
    while (detail::ready_node* node = scheduler_.turn_end.pop()) node->run(node);
    wait_outside(time_point::max());
    run_turn();
  }
  take_mail();
  drop_ready();
  while (detail::timer* t = scheduler_.timers.pop_any()) {
    if (t->run != &detail::callback::fired) continue;
    auto* dropped = static_cast<detail::callback*>(t);
    dropped->place = detail::timer::over;
    dropped->drop();
    dropped->release();
  }
  closed_ = true;
  while (posting_.load(std::memory_order_acquire) > 0) std::this_thread::yield();
  detail::here = outer;
  delete std::exchange(backend_, nullptr);
}

}  // namespace weft
