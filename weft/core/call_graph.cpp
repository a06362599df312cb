#include <weft/core/call_graph.hpp>

#include <algorithm>
#include <cstdio>
#include <utility>

#include <weft/core/detail/waiter_kind.hpp>

namespace weft {
namespace detail {
namespace {

future_base* the_task(ready_node* node) { return static_cast<task_base*>(node); }
const waiter_kind suspended_task(&step, &the_task);
const waiter_kind unstarted_task(&first_step, &the_task);

/// What was added by hand: a done callback that does nothing.
struct awaited_by_mark final : future_callback, awaiting_callback {
  any_future waiter_;

  awaited_by_mark(future_base& future, any_future waiter)
      : future_callback(future), waiter_(std::move(waiter)) {}
  void call() override {}
  future_base* awaiting() const noexcept override { return waiter_.state(); }
  void drop() noexcept override {
    alive_ = false;
    waiter_ = any_future();
    let_go();
  }
};

awaited_by_mark* as_mark(ready_node* node) {
  if (node->run != &callback::fired) return nullptr;
  return dynamic_cast<awaited_by_mark*>(static_cast<future_callback*>(node));
}

future_base* awaiting(ready_node* node) {
  if (node->run != &callback::fired) return waiter_kind::awaiting(node);
  const auto* told = dynamic_cast<awaiting_callback*>(static_cast<future_callback*>(node));
  return told ? told->awaiting() : nullptr;
}

template <class F>
void for_each_waiter(const future_base& future, F&& f) {
  if (future.done() || !future.waiters_) return;
  ready_node* node = future.waiters_->next;
  for (;;) {
    f(node);
    if (node == future.waiters_) return;
    node = node->next;
  }
}

any_future handle_to(future_base* future) {
  future->retain();
  return any_future(future);
}

using path = std::vector<future_base*>;

future_call_graph graph_of(future_base* future, path& above) {
  future_call_graph graph;
  graph.future = handle_to(future);
  if (future->is_task_) graph.call_stack = graph.task().get_stack();
  above.push_back(future);
  path waiters;
  for_each_waiter(*future, [&](ready_node* node) {
    future_base* waiter = awaiting(node);
    if (!waiter || std::ranges::find(waiters, waiter) != waiters.end()) return;
    waiters.push_back(waiter);
  });
  for (future_base* waiter : waiters) {
    if (std::ranges::find(above, waiter) != above.end()) continue;
    graph.awaited_by.push_back(graph_of(waiter, above));
  }
  above.pop_back();
  return graph;
}

void format(const future_call_graph& graph, const std::string& indent, std::string& text) {
  const any_task task = graph.task();
  text += indent + "* " + (task ? "task '" + task.get_name() + "'" : "a future") + "\n";
  if (!graph.call_stack.empty()) {
    text += indent + "  + stands in:\n";
    for (const stack_frame& frame : graph.call_stack) {
      text += indent + "  |   " + frame.where.file_name() + ":" +
              std::to_string(frame.where.line()) + " " + frame.where.function_name() + "\n";
    }
  }
  if (graph.awaited_by.empty()) return;
  text += indent + "  + awaited by:\n";
  for (const future_call_graph& one : graph.awaited_by) format(one, indent + "    ", text);
}

}  // namespace
}  // namespace detail

any_task future_call_graph::task() const {
  detail::future_base* state = future.state();
  if (!state || !state->is_task_) return any_task();
  state->retain();
  return any_task(static_cast<detail::task_base*>(state));
}

future_call_graph capture_call_graph(const any_future& future) {
  if (!future) throw usage_error("there is no call graph of a handle that stands for nothing");
  detail::path above;
  return detail::graph_of(future.state(), above);
}

future_call_graph capture_call_graph() {
  any_task current = current_task();
  if (!current) throw usage_error("there is no current task: name the future");
  return capture_call_graph(current);
}

std::string format_call_graph(const any_future& future) {
  std::string text;
  detail::format(capture_call_graph(future), "", text);
  return text;
}
std::string format_call_graph() {
  std::string text;
  detail::format(capture_call_graph(), "", text);
  return text;
}

void print_call_graph(const any_future& future) {
  std::fputs(format_call_graph(future).c_str(), stderr);
}
void print_call_graph() { std::fputs(format_call_graph().c_str(), stderr); }

void future_add_to_awaited_by(const any_future& future, const any_future& waiter) {
  if (future.done()) return;
  bool there = false;
  detail::for_each_waiter(*future.state(), [&](detail::ready_node* node) {
    detail::awaited_by_mark* mark = detail::as_mark(node);
    there = there || (mark && mark->waiter_ == waiter);
  });
  if (!there) future.state()->add_callback(new detail::awaited_by_mark(*future.state(), waiter));
}

void future_discard_from_awaited_by(const any_future& future, const any_future& waiter) {
  detail::awaited_by_mark* found = nullptr;
  detail::for_each_waiter(*future.state(), [&](detail::ready_node* node) {
    detail::awaited_by_mark* mark = detail::as_mark(node);
    if (mark && mark->waiter_ == waiter) found = mark;
  });
  if (!found || !future.state()->remove_waiter(found)) return;
  found->drop();
  found->release();
}

}  // namespace weft
