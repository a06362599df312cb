// queue<T>: first in, first out, between tasks of one loop; bounded when it is given a size.
//
// A waiter's node stands in the line, then in the ready queue. When its turn comes it looks again,
// and lines up anew, behind the others, if somebody took the item (or the place) meanwhile.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include <weft/core/errors.hpp>
#include <weft/sync/detail/queue_line.hpp>
#include <weft/sync/event.hpp>

namespace weft {

/// asyncio: Queue.
template <class T>
class queue {
 public:
  using value_type = T;

  /// No bound when `max_size` is zero.
  explicit queue(std::size_t max_size = 0) : max_size_(max_size) { all_done_.set(); }
  queue(const queue&) = delete;
  queue& operator=(const queue&) = delete;

  std::size_t qsize() const noexcept { return items_.size(); }
  std::size_t max_size() const noexcept { return max_size_; }
  bool empty() const noexcept { return items_.empty(); }
  bool full() const noexcept { return max_size_ > 0 && items_.size() >= max_size_; }

  class get_ask;
  class put_ask;
  /// `T x = co_await q.get()`: suspends while it is empty; getters are served in order. A cancel
  /// loses no item. asyncio: Queue.get.
  [[nodiscard]] get_ask get() noexcept { return get_ask(*this); }
  /// `co_await q.put(x)`: suspends while it is full. A cancelled put has put nothing.
  /// asyncio: Queue.put.
  [[nodiscard]] put_ask put(T item) { return put_ask(*this, std::move(item)); }
  /// At once, or queue_empty. asyncio: Queue.get_nowait.
  T get_nowait() {
    if (empty()) throw queue_empty();
    return take();
  }
  /// At once, or queue_full. asyncio: Queue.put_nowait.
  void put_nowait(T item) {
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
  [[nodiscard]] event::wait_ask join() noexcept { return all_done_.wait(); }

 private:
  T take() {
    T item = std::move(items_.front());
    items_.pop_front();
    putters_.wake_first();
    return item;
  }
  void add(T&& item) {
    items_.push_back(std::move(item));
    ++unfinished_;
    all_done_.clear();
    getters_.wake_first();
  }
  static bool nothing_to_get(const void* self) noexcept {
    return static_cast<const queue*>(self)->empty();
  }
  static bool no_place_to_put(const void* self) noexcept {
    return static_cast<const queue*>(self)->full();
  }

  std::deque<T> items_;
  std::size_t max_size_;
  std::size_t unfinished_ = 0;
  detail::queue_line getters_{this, &nothing_to_get, "queue.get"};
  detail::queue_line putters_{this, &no_place_to_put, "queue.put"};
  event all_done_;
};

// ---- mechanics

template <class T>
class queue<T>::get_ask {
 public:
  explicit get_ask(queue& q) noexcept : queue_(q) {}

  class awaiter final : public detail::queue_waiter {
   public:
    explicit awaiter(queue& q) noexcept : queue_waiter(q.getters_), queue_(q) {}
    T await_resume() {
      settle();
      return queue_.take();
    }

   private:
    queue& queue_;
  };
  awaiter weft_await(detail::promise_base&) const noexcept { return awaiter(queue_); }

 private:
  queue& queue_;
};

template <class T>
class queue<T>::put_ask {
 public:
  put_ask(queue& q, T&& item) : queue_(q), item_(std::move(item)) {}

  class awaiter final : public detail::queue_waiter {
   public:
    awaiter(queue& q, T&& item) : queue_waiter(q.putters_), queue_(q), item_(std::move(item)) {}
    void await_resume() {
      settle();
      queue_.add(std::move(item_));
    }

   private:
    queue& queue_;
    T item_;
  };
  awaiter weft_await(detail::promise_base&) { return awaiter(queue_, std::move(item_)); }

 private:
  queue& queue_;
  T item_;
};

}  // namespace weft
