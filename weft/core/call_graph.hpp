// call_graph: who awaits whom. From a future or task upwards: the coroutines that it stands in, and
// the tasks that wait for it, each with its own.
//
//   std::string text = format_call_graph(task);
#pragma once

#include <string>
#include <vector>

#include <weft/core/future.hpp>
#include <weft/core/task.hpp>

namespace weft {

/// A future, what it stands in, and those that it is awaited by. asyncio: FutureCallGraph.
struct future_call_graph {
  any_future future;
  std::vector<stack_frame> call_stack;  // of a task, innermost first; empty while it runs
  std::vector<future_call_graph> awaited_by;

  /// The future as a task; an empty handle if it is none.
  any_task task() const;
};

/// The graph from this future upwards, as it is now; from the current task without an argument.
/// Throws usage_error for an empty handle, and without a current task. A task that waits for itself
/// through others is not followed twice. asyncio: capture_call_graph.
future_call_graph capture_call_graph(const any_future& future);
future_call_graph capture_call_graph();

/// The same as text for a person. asyncio: format_call_graph, print_call_graph (to stderr).
std::string format_call_graph(const any_future& future);
std::string format_call_graph();
void print_call_graph(const any_future& future);
void print_call_graph();

/// For primitives of one's own, whose waits weft doesn't see: `waiter` counts as awaiting `future`
/// until it is done, or until that is taken back. Twice counts once. asyncio:
/// future_add_to_awaited_by, future_discard_from_awaited_by.
void future_add_to_awaited_by(const any_future& future, const any_future& waiter);
void future_discard_from_awaited_by(const any_future& future, const any_future& waiter);

}  // namespace weft
