// queue<T>: first in, first out, between tasks of one loop; bounded when it is given a size. Its
// kin, lifo_queue and priority_queue, differ only in what holds the items.
//
// A waiter's node stands in the line, then in the ready queue. When its turn comes it looks again,
// and lines up anew, behind the others, if somebody took the item (or the place) meanwhile.
#pragma once

#include <coroutine>
#include <cstddef>
#include <deque>
#include <stdexcept>
#include <utility>

#include <weft/core/errors.hpp>
#include <weft/sync/detail/queue_line.hpp>
#include <weft/sync/event.hpp>

namespace weft {

/// Thrown by a queue that was shut down. asyncio: QueueShutDown.
class queue_shut_down : public std::runtime_error {
 public:
  queue_shut_down() : std::runtime_error("the queue was shut down") {}
};

namespace detail {

/// Waits for an event, and gives nothing.
class join_ask {
 public:
  explicit join_ask(event& all_done) noexcept : all_done_(all_done) {}
  class joiner final : public event::waiter {
   public:
    using waiter::waiter;
    void await_resume() { waiter::await_resume(); }
  };
  joiner weft_await(promise_base&) const noexcept { return joiner(all_done_); }

 private:
  event& all_done_;
};

/// A queue's items: the first to come is the first to go.
template <class T>
class first_in_first_out {
 public:
  using value_type = T;
  void put(T&& item) { items_.push_back(std::move(item)); }
  T take() {
    T item = std::move(items_.front());
    items_.pop_front();
    return item;
  }

 private:
  std::deque<T> items_;
};

}  // namespace detail

/// `Items` holds the items and says which goes next: it has `put(T&&)` and `T take()`.
/// asyncio: Queue.
template <class T, class Items = detail::first_in_first_out<T>>
class queue : private detail::queue_base {
 public:
  using value_type = T;

  /// No bound unless `max_size` is positive.
  explicit queue(std::ptrdiff_t max_size = 0) : max_size_(max_size) {
    if (max_size > 0) most_ = static_cast<std::size_t>(max_size);
    all_done_.set();
  }
  queue(const queue&) = delete;
  queue& operator=(const queue&) = delete;

  std::size_t qsize() const noexcept { return count_; }
  /// As it was given. asyncio: Queue.maxsize.
  std::ptrdiff_t max_size() const noexcept { return max_size_; }
  bool empty() const noexcept { return count_ == 0; }
  bool full() const noexcept { return count_ >= most_; }

  class get_ask;
  class put_ask;
  /// `T x = co_await q.get()`: suspends while it is empty; getters are served in order. A cancel
  /// loses no item. Throws queue_shut_down once it is shut down and empty. asyncio: Queue.get.
  [[nodiscard]] get_ask get() noexcept { return get_ask(*this); }
  /// `co_await q.put(x)`: suspends while it is full. A cancelled put has put nothing. Throws
  /// queue_shut_down once it is shut down, also if it waited already. asyncio: Queue.put.
  [[nodiscard]] put_ask put(T item) { return put_ask(*this, std::move(item)); }
  /// At once, or queue_empty; queue_shut_down if it is shut down too. asyncio: Queue.get_nowait.
  T get_nowait() {
    if (empty()) {
      throw_if_shut_down();
      throw queue_empty();
    }
    return take();
  }
  /// At once, or queue_full, or queue_shut_down. asyncio: Queue.put_nowait.
  void put_nowait(T item) {
    throw_if_shut_down();
    if (full()) throw queue_full();
    add(std::move(item));
  }

  /// One item that was got is finished. Throws value_error when called more often than put.
  /// asyncio: Queue.task_done.
  void task_done() {
    if (unfinished_ == 0) throw value_error("task_done() called more often than put()");
    if (--unfinished_ == 0) all_done_.set();
  }
  /// `co_await q.join()`: until every item that was put is finished. asyncio: Queue.join.
  [[nodiscard]] detail::join_ask join() noexcept { return detail::join_ask(all_done_); }

  /// From now on nothing can be put, and get() throws when all is gone. `immediate`: all goes now,
  /// and counts as finished. Wakes everybody who waits to get or to put. May be called again, and
  /// be sharper then. asyncio: Queue.shutdown.
  void shutdown(bool immediate = false) {
    shut_down_ = true;
    if (immediate) {
      for (; !empty(); --count_) {
        items_.take();
        if (unfinished_ > 0) --unfinished_;
      }
      if (unfinished_ == 0) all_done_.set();
    }
    getters_.wake_all();
    putters_.wake_all();
  }

 private:
  [[noreturn, gnu::noinline, gnu::cold]] static void throw_shut_down() { throw queue_shut_down(); }
  void throw_if_shut_down() const {
    if (shut_down_) [[unlikely]]
      throw_shut_down();
  }
  T take() {
    T item = items_.take();
    --count_;
    putters_.wake_first();
    return item;
  }
  void add(T&& item) {
    items_.put(std::move(item));
    ++count_;
    ++unfinished_;
    all_done_.clear();
    getters_.wake_first();
  }

  Items items_;
  std::ptrdiff_t max_size_;
  std::size_t unfinished_ = 0;
  event all_done_;
};

// ---- mechanics

template <class T, class Items>
class queue<T, Items>::get_ask {
 public:
  explicit get_ask(queue& q) noexcept : queue_(q) {}

  class awaiter final : public detail::queue_waiter {
   public:
    explicit awaiter(queue& q) noexcept : queue_waiter(q, detail::queue_side::get) {}
    [[gnu::always_inline]] T await_resume() {
      if (resumed_by_cancel()) [[unlikely]]
        task_->throw_if_cancelled();
      return result();
    }
    T result() {
      auto& mine = static_cast<queue&>(queue_);
      if (mine.empty()) [[unlikely]]
        throw_shut_down();
      return mine.take();
    }
  };
  awaiter weft_await(detail::promise_base&) const noexcept { return awaiter(queue_); }

 private:
  queue& queue_;
};

template <class T, class Items>
class queue<T, Items>::put_ask {
 public:
  put_ask(queue& q, T&& item) : queue_(q), item_(std::move(item)) {}

  class awaiter final : public detail::queue_waiter {
   public:
    awaiter(queue& q, T&& item)
        : queue_waiter(q, detail::queue_side::put), item_(std::move(item)) {}
    [[gnu::always_inline]] void await_resume() {
      if (resumed_by_cancel()) [[unlikely]]
        task_->throw_if_cancelled();
      result();
    }
    void result() {
      auto& mine = static_cast<queue&>(queue_);
      mine.throw_if_shut_down();
      mine.add(std::move(item_));
    }

   private:
    T item_;
  };
  awaiter weft_await(detail::promise_base&) { return awaiter(queue_, std::move(item_)); }

 private:
  queue& queue_;
  T item_;
};

}  // namespace weft
