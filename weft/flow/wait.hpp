// wait: until some or all of several tasks are done. It cancels none of them and throws none of
// their errors.
//
//   auto [done, pending] = co_await wait(tasks, 5s, return_when::first_completed);
//   for (const task<page>& one : pending) one.cancel();
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/detail/task_base.hpp>
#include <weft/core/future.hpp>
#include <weft/flow/detail/future_watch.hpp>
#include <weft/flow/detail/range.hpp>
#include <weft/flow/detail/time_limit.hpp>

namespace weft {

/// When a wait ends. asyncio: FIRST_COMPLETED, FIRST_EXCEPTION, ALL_COMPLETED.
enum class return_when : std::uint8_t {
  first_completed,  // one is done, or cancelled
  first_exception,  // one failed, which a cancelled one has not; or all are done
  all_completed,
};

/// What a wait gives: the handles that it was given, each once, in the order of the arguments.
template <class Item>
struct wait_result {
  std::vector<Item> done;
  std::vector<Item> pending;
};

namespace detail {

/// The part of a wait that doesn't know the handles' type.
class wait_awaiter_base : public wait_point, private timer {
 public:
  wait_awaiter_base(time_limit limit, return_when when) noexcept;
  wait_awaiter_base(const wait_awaiter_base&) = delete;
  wait_awaiter_base& operator=(const wait_awaiter_base&) = delete;

  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) {
    task_ = here->current;
    start();
    task_->suspend(where, this);
  }
  bool cancel(const std::string* message) noexcept override;
  const char* wait_name() const noexcept override { return "wait"; }

 protected:
  ~wait_awaiter_base();
  /// Null stands for one that was given before. Throws as wait does.
  void check();
  void stop_watching() noexcept { future_watch::stop_all(watches_); }
  /// Resumed: throws a cancel.
  void settle();

  std::vector<future_base*> futures_;

 private:
  static void one_ended(void* self, future_base& ended);
  static void timed_out(ready_node* node);
  void start();
  void stop() noexcept;

  std::vector<future_watch*> watches_;
  task_base* task_ = nullptr;
  std::size_t left_ = 0;
  time_limit limit_;
  return_when when_;
  bool waiting_ = false;
};

template <class Item>
class wait_awaiter final : public wait_awaiter_base {
 public:
  wait_awaiter(std::vector<Item>&& items, time_limit limit, return_when when) noexcept
      : wait_awaiter_base(limit, when), items_(std::move(items)) {}
  ~wait_awaiter() { stop_watching(); }  // while the futures are there

  bool await_ready() {
    futures_.reserve(items_.size());
    for (const Item& one : items_) futures_.push_back(one.state());
    check();
    return false;
  }
  wait_result<Item> await_resume() {
    settle();
    wait_result<Item> result;
    for (std::size_t i = 0; i < items_.size(); ++i) {
      if (!futures_[i]) continue;
      (futures_[i]->done() ? result.done : result.pending).push_back(std::move(items_[i]));
    }
    return result;
  }

 private:
  std::vector<Item> items_;
};

/// What wait(...) gives: the question, not yet the wait.
template <class Item>
class [[nodiscard("a wait must be awaited")]] wait_ask {
 public:
  wait_ask(std::vector<Item>&& items, time_limit limit, return_when when) noexcept
      : items_(std::move(items)), limit_(limit), when_(when) {}
  wait_awaiter<Item> weft_await(promise_base&) && {
    return wait_awaiter<Item>(std::move(items_), limit_, when_);
  }

 private:
  std::vector<Item> items_;
  time_limit limit_;
  return_when when_;
};

template <class Range>
auto ask_wait(Range&& range, time_limit limit, return_when when) {
  using item = std::ranges::range_value_t<Range>;
  static_assert(!is_coro<item>,
                "wait takes no coros, whose results would be lost: make tasks of "
                "them by create_task, and wait for those");
  std::vector<item> items;
  for (auto&& one : range) items.push_back(one);
  return wait_ask<item>(std::move(items), limit, when);
}

}  // namespace detail

/// `co_await wait(range)`: suspends until all are done. The range is of tasks, futures, `any_task`
/// or `any_future`; its handles are copied. What is given twice counts once. A cancel ends the wait
/// alone. Throws value_error, at the await, for an empty range. asyncio: wait.
template <std::ranges::input_range Range>
  requires detail::waitable<std::ranges::range_value_t<Range>>
auto wait(Range&& range, return_when when = return_when::all_completed) {
  return detail::ask_wait(std::forward<Range>(range), std::nullopt, when);
}
/// The same for at most `limit`, or without one for `std::nullopt`. Throws nothing when it is over:
/// what is not done is pending.
template <std::ranges::input_range Range>
  requires detail::waitable<std::ranges::range_value_t<Range>>
auto wait(Range&& range, detail::time_limit limit, return_when when = return_when::all_completed) {
  return detail::ask_wait(std::forward<Range>(range), limit, when);
}
/// The same for handles one by one; those of several types are any_future. g++ 12 wants it named
/// before it is awaited: `auto both = wait({a, b}); co_await std::move(both);`.
template <detail::waitable Item>
auto wait(std::initializer_list<Item> items, return_when when = return_when::all_completed) {
  return detail::ask_wait(items, std::nullopt, when);
}
template <detail::waitable Item>
auto wait(std::initializer_list<Item> items, detail::time_limit limit,
          return_when when = return_when::all_completed) {
  return detail::ask_wait(items, limit, when);
}
inline auto wait(std::initializer_list<any_future> items,
                 return_when when = return_when::all_completed) {
  return detail::ask_wait(items, std::nullopt, when);
}
inline auto wait(std::initializer_list<any_future> items, detail::time_limit limit,
                 return_when when = return_when::all_completed) {
  return detail::ask_wait(items, limit, when);
}

}  // namespace weft
