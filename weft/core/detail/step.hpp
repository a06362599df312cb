// One step of a task: the loop's innermost function, inlined into run_turn.
#pragma once

#include <weft/core/detail/task_base.hpp>

namespace weft::detail {

/// Runs the task to its next suspension. A coroutine that ends leaves its parent in `next`; the
/// root leaves itself, and with it the task is over.
[[gnu::always_inline]] inline void run_step(scheduler& s, task_base* task) {
  s.current = task;
  promise_base* innermost = task->resume_;
  for (;;) {
    innermost->handle().resume();
    const std::uintptr_t next = s.next;
    if (!next) [[likely]]
      return;
    s.next = 0;
    innermost = reinterpret_cast<promise_base*>(next & ~promise_base::tags);
    if (next & promise_base::root) {
      const outcome_kind kind = task->result_base().kind_;
      // The frame goes before anybody hears of the end; what its destructors do is still the
      // task's doing.
      innermost->handle().destroy();
      s.current = nullptr;
      task->finish_task(kind);
      return;
    }
  }
}

/// Before a task's first step: false if it was cancelled by then, and is over.
[[gnu::always_inline]] inline bool begin(ready_node* node) {
  auto* task = static_cast<task_base*>(node);
  node->run = step;
  if (task->poke_) [[unlikely]] {
    task->end_unstarted();
    return false;
  }
  return true;
}

}  // namespace weft::detail
