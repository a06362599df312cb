// as_completed: results as they come, in either of two ways, which may be mixed.
//
//   for (coro<page> next : as_completed(std::move(coros))) {
//     page p = co_await std::move(next);           // the next result, or its error
//   }
//
//   auto ends = as_completed(tasks, 10s);
//   while (task<page> t = co_await ends.next()) {  // one of the tasks given, done
//     if (!t.exception()) use(t.result());
//   }
//
// Both ways take from one queue of what has ended.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <initializer_list>
#include <type_traits>
#include <utility>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/future.hpp>
#include <weft/core/handle.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/detail/future_watch.hpp>
#include <weft/flow/detail/range.hpp>
#include <weft/flow/detail/take_unshared.hpp>
#include <weft/flow/detail/time_limit.hpp>

namespace weft {
namespace detail {

/// What the sequence and its steps share. It holds those that have ended; the others hold it by
/// nothing, and it them.
class completions : public pooled {
 public:
  completions() noexcept = default;
  completions(const completions&) = delete;
  completions& operator=(const completions&) = delete;

  void retain() noexcept { ++references_; }
  void release() noexcept {
    if (--references_ == 0) delete this;
  }

  /// Each of them counts once.
  void start(const std::vector<any_future>& futures, time_limit limit);

  /// Steps that nobody has taken yet.
  std::size_t left() const noexcept { return steps_left_; }
  void take_step() noexcept { --steps_left_; }
  /// The next that ends. Throws timeout_error past the limit.
  coro<any_future> next();

 private:
  ~completions();
  static void one_ended(void* self, future_base& ended);
  void timed_out();
  void put(any_future ended);
  void wake_getter();

  std::uint32_t references_ = 1;
  std::vector<future_watch*> watches_;
  std::vector<any_future> ended_;  // an empty handle: none within the limit
  std::size_t given_ = 0;          // of ended_, from the front
  std::size_t todo_ = 0;           // that count as running: none after the limit
  std::size_t steps_left_ = 0;
  std::deque<future<void>> getters_;
  timer_handle limit_;
};

class completions_ref {
 public:
  explicit completions_ref(completions* adopted) noexcept : shared_(adopted) {}
  completions_ref(const completions_ref& other) noexcept : shared_(other.shared_) {
    if (shared_) shared_->retain();
  }
  completions_ref(completions_ref&& other) noexcept
      : shared_(std::exchange(other.shared_, nullptr)) {}
  completions_ref& operator=(completions_ref other) noexcept {
    std::swap(shared_, other.shared_);
    return *this;
  }
  ~completions_ref() {
    if (shared_) shared_->release();
  }
  completions* operator->() const noexcept { return shared_; }

 private:
  completions* shared_;
};

template <class T>
coro<T> next_result(completions_ref shared) {
  any_future ended = co_await shared->next();
  co_return take_unshared(as_item<future<T>>(std::move(ended)));
}

template <class Item>
coro<Item> next_item(completions_ref shared) {
  if (shared->left() == 0) co_return Item();
  shared->take_step();
  any_future ended = co_await shared->next();
  co_return as_item<Item>(std::move(ended));
}

template <class Item>
struct result_of_item {
  using type = void;
};
template <class Item>
  requires requires { typename Item::value_type; }
struct result_of_item<Item> {
  using type = typename Item::value_type;
};

}  // namespace detail

/// What as_completed gives. Copies share one state. Dropping it leaves the tasks running.
template <class Item>
class completed_sequence {
 public:
  /// The next task or future that ends, one of those that were given (or made of a coro); errors
  /// stay in it. An empty handle when all have been given out. A cancel takes none away, but the
  /// step is used up. Throws timeout_error past the limit. asyncio: `async for`, `anext`.
  coro<Item> next() const { return detail::next_item<Item>(shared_); }

  /// Each `*` takes a step: a coro that gives the result of the next that ends, or throws its
  /// error, or timeout_error past the limit. asyncio: the plain `for`, `next`.
  class iterator {
   public:
    using iterator_concept = std::input_iterator_tag;
    using difference_type = std::ptrdiff_t;
    using value_type = coro<typename detail::result_of_item<Item>::type>;

    explicit iterator(const completed_sequence& sequence) noexcept : shared_(sequence.shared_) {}
    value_type operator*() const {
      shared_->take_step();
      return detail::next_result<typename detail::result_of_item<Item>::type>(shared_);
    }
    iterator& operator++() noexcept { return *this; }
    void operator++(int) noexcept {}
    friend bool operator==(const iterator& i, std::default_sentinel_t) noexcept {
      return i.shared_->left() == 0;
    }

   private:
    detail::completions_ref shared_;
  };
  iterator begin() const noexcept
    requires requires { typename Item::value_type; }
  {
    return iterator(*this);
  }
  std::default_sentinel_t end() const noexcept { return {}; }

  // For the library.
  explicit completed_sequence(detail::completions_ref shared) noexcept
      : shared_(std::move(shared)) {}

 private:
  detail::completions_ref shared_;
};

namespace detail {

template <class Source>
struct item_of_source {
  using type = Source;
};
template <class T>
struct item_of_source<coro<T>> {
  using type = task<T>;
};

template <class Range>
auto complete_all(Range&& range, time_limit limit) {
  using source = std::ranges::range_value_t<Range>;
  std::vector<any_future> futures;
  for (auto&& one : range) {
    if constexpr (is_coro<source>) {
      futures.push_back(create_task(std::move(one)));
    } else {
      futures.push_back(one);
    }
  }
  running_scheduler();
  completions_ref shared(new completions);
  shared->start(futures, limit);
  return completed_sequence<typename item_of_source<source>::type>(std::move(shared));
}

}  // namespace detail

/// Runs the coros of a range (which are taken) as tasks, or watches its tasks or futures, and gives
/// them in the order in which they end: see completed_sequence. What is given twice comes once.
/// Past the limit each further step throws timeout_error; nothing is cancelled. Throws usage_error
/// when no loop runs, or for a handle that stands for nothing. asyncio: as_completed.
template <std::ranges::input_range Range>
  requires detail::waitable<std::ranges::range_value_t<Range>>
auto as_completed(Range&& range, detail::time_limit limit = std::nullopt) {
  return detail::complete_all(std::forward<Range>(range), limit);
}
/// The same for handles one by one: `as_completed({a, b})`.
template <detail::waitable Item>
auto as_completed(std::initializer_list<Item> items, detail::time_limit limit = std::nullopt) {
  return detail::complete_all(items, limit);
}

}  // namespace weft
