// waiter_kind: who awaits a future by a node that stands in its list of waiters. The call graph
// asks; the nodes themselves only know what to run, so each kind of node says it here, by that
// function.
#pragma once

#include <weft/core/detail/ready_queue.hpp>

namespace weft::detail {

struct future_base;

/// The same for a done callback of the library's own, which says it itself.
class awaiting_callback {
 public:
  /// Or null.
  virtual future_base* awaiting() const noexcept = 0;

 protected:
  ~awaiting_callback() = default;
};

/// Made once, as a constant of the file that knows the nodes.
class waiter_kind {
 public:
  using awaiting_function = future_base* (*)(ready_node*);
  waiter_kind(void (*run)(ready_node*), awaiting_function who) noexcept
      : run_(run), awaiting_(who), next_(first) {
    first = this;
  }

  /// Who awaits by this node, or null: a callback, or nobody in particular.
  static future_base* awaiting(ready_node* node) noexcept {
    for (const waiter_kind* kind = first; kind; kind = kind->next_) {
      if (kind->run_ == node->run) return kind->awaiting_(node);
    }
    return nullptr;
  }

 private:
  void (*run_)(ready_node*);
  awaiting_function awaiting_;
  const waiter_kind* next_;
  inline static const waiter_kind* first = nullptr;
};

}  // namespace weft::detail
