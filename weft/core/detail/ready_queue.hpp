// The queue of what runs next: first in, first out, intrusive, so that a wake-up never allocates.
//
// A turn takes what is queued when it begins; what that queues runs in the next turn. The rest of
// a turn stays reachable, since two owners must be able to take back a queued node: a timeout that
// fired in the turn in which its scope ends, and a wait that is cancelled.
#pragma once

namespace weft::detail {

/// Stands in one list at a time: the ready queue, a future's waiters, a loop's mail from threads.
struct ready_node {
  ready_node* next = nullptr;
  void (*run)(ready_node*) = nullptr;

  ready_node() noexcept = default;
  explicit ready_node(void (*what)(ready_node*)) noexcept : run(what) {}
};

class ready_queue {
 public:
  bool empty() const noexcept { return !head_; }
  /// Of one that isn't empty: is there no second?
  bool has_one() const noexcept { return !head_->next; }

  void push(ready_node* node) noexcept {
    node->next = nullptr;
    *tail_ = node;
    tail_ = &node->next;
  }

  /// Appends a circular list, given its last node: in order, at a constant price.
  void splice(ready_node* last) noexcept {
    *tail_ = last->next;
    last->next = nullptr;
    tail_ = &last->next;
  }

  /// The first node of the queue itself, for those that have no turns.
  ready_node* pop() noexcept {
    ready_node* node = head_;
    if (node && !(head_ = node->next)) tail_ = &head_;
    return node;
  }

  void begin_turn() noexcept {
    turn_ = head_;
    head_ = nullptr;
    tail_ = &head_;
  }

  /// The next node of the turn, or null at its end.
  ready_node* next_of_turn() noexcept {
    ready_node* node = turn_;
    if (node) turn_ = node->next;
    return node;
  }

  /// Takes a queued node back. Linear, and rare.
  void unlink(ready_node* node) noexcept {
    for (ready_node** p = &turn_; *p; p = &(*p)->next) {
      if (*p == node) {
        *p = node->next;
        return;
      }
    }
    for (ready_node** p = &head_; *p; p = &(*p)->next) {
      if (*p == node) {
        *p = node->next;
        if (tail_ == &node->next) tail_ = p;
        return;
      }
    }
  }

 private:
  ready_node* head_ = nullptr;
  ready_node** tail_ = &head_;
  ready_node* turn_ = nullptr;
};

}  // namespace weft::detail
