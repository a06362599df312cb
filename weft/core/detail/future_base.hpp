// future_base: the half of a future that doesn't know its value's type: state, waiters, counts.
//
// Waiters are a circular list held by its last node. Completing splices the whole list to the
// ready queue, in order and at a constant price: a task that waits and a done callback are both
// just a node with something to run.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include <weft/core/detail/frame_pool.hpp>
#include <weft/core/detail/scheduler.hpp>
#include <weft/core/detail/wait_point.hpp>
#include <weft/core/handle.hpp>
#include <weft/core/outcome.hpp>

namespace weft::detail {

struct future_callback;

struct future_base : wait_point, pooled {
  ready_node* waiters_ = nullptr;
  scheduler* scheduler_;
  std::uint32_t references_ = 1;
  std::uint16_t cancels_ = 0;  // of tasks: cancel requests less uncancels
  std::uint8_t outcome_words_ = 0;
  outcome_kind state_ : 3 = outcome_kind::none;  // what cancelled() and done() say
  bool is_task_ : 1 = false;
  bool unread_error_ : 1 = false;
  bool has_callbacks_ : 1 = false;
  std::uint8_t poke_ : 2 = 0;  // of tasks: see task_base

  explicit future_base(scheduler& s) noexcept : scheduler_(&s) {}
  future_base(const future_base&) = delete;
  future_base& operator=(const future_base&) = delete;
  virtual ~future_base() = default;

  /// Says where the derived object keeps its outcome.
  void set_outcome_place(outcome_base& outcome) noexcept {
    const auto bytes = reinterpret_cast<char*>(&outcome) - reinterpret_cast<char*>(this);
    outcome_words_ = static_cast<std::uint8_t>(bytes / 8);
  }
  outcome_base& result_base() noexcept {
    return *reinterpret_cast<outcome_base*>(reinterpret_cast<char*>(this) +
                                            std::size_t{8} * outcome_words_);
  }
  template <class T>
  outcome<T>& result_as() noexcept {
    return static_cast<outcome<T>&>(result_base());
  }

  bool done() const noexcept { return state_ != outcome_kind::none; }
  /// Throws what stands in the place of a value.
  [[noreturn]] void raise_failure();
  /// As in asyncio, a task that was ended by a cancel tells its message once; one whose value gave
  /// way to a cancel keeps it.
  bool tells_once() const noexcept {
    return is_task_ && state_ == outcome_kind::cancelled && !poke_;
  }
  /// Its failure was told to somebody.
  void told_failure() noexcept {
    if (tells_once()) result_base().error_ = nullptr;
  }

  void retain() noexcept { ++references_; }
  void release() noexcept {
    if (--references_ == 0) dispose();
  }

  /// Queues the node now if the future is done, else when it is.
  void add_waiter(ready_node* node) noexcept {
    if (done()) return scheduler_->ready.push(node);
    if (waiters_) {
      node->next = waiters_->next;
      waiters_->next = node;
    } else {
      node->next = node;
    }
    waiters_ = node;
  }
  /// Adds a done callback and takes over its count.
  void add_callback(future_callback* made) noexcept;
  /// Destroys the done callbacks of a future that will never be done.
  void drop_callbacks() noexcept;
  /// False when it doesn't wait here (any more). Linear in the number of waiters.
  bool remove_waiter(ready_node* node) noexcept;

  /// The outcome is stored: sets the state and queues the waiters.
  void finish(outcome_kind state) noexcept {
    state_ = state;
    unread_error_ = state == outcome_kind::error;
    if (ready_node* last = waiters_) {
      if (has_callbacks_) hold_for_callbacks();
      waiters_ = nullptr;
      scheduler_->ready.splice(last);
    }
  }

  // A plain future is cancelled at once; tasks and gathers have their own ways.
  bool cancel(const std::string* message) noexcept override;
  const char* wait_name() const noexcept override { return "future"; }
  /// One that outlives the loop must not keep the node of a task that doesn't.
  void waiter_destroyed(task_base& waiter) noexcept override;

 private:
  void dispose() noexcept {
    if (unread_error_ || waiters_) [[unlikely]]
      return report_and_dispose();
    delete this;
  }
  void report_and_dispose() noexcept;
  void hold_for_callbacks() noexcept;
};

/// A callback that waits for its future's end. While that is pending the callback doesn't hold it -
/// a future that nobody else holds will never be done, and goes with its callbacks - but then it
/// does, until it has run.
struct future_callback : callback {
  future_base* future_;
  bool alive_ = true;  // the callable is still there
  bool holding_ = false;

  explicit future_callback(future_base& future) noexcept
      : callback(*future.scheduler_), future_(&future) {}
  void hold() noexcept {
    holding_ = true;
    future_->retain();
  }
  void let_go() noexcept {
    if (std::exchange(holding_, false)) future_->release();
  }
};

template <class T>
struct future_state final : future_base {
  outcome<T> outcome_;
  explicit future_state(scheduler& s) noexcept : future_base(s) { set_outcome_place(outcome_); }
};

/// Tells the exception handler of an error that nobody read.
void report_unread_error(future_base& future) noexcept;

}  // namespace weft::detail
