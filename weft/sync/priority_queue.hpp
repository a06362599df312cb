// priority_queue<T>: a queue from which the smallest item comes first. Pairs and tuples of a
// priority and the thing itself are the usual items. Among equal ones the order is a binary heap's,
// as in asyncio: none that a program should count on.
#pragma once

#include <utility>
#include <vector>

// std::push_heap, std::pop_heap and std::less, which libstdc++ has in files of their own too.
#if defined(_GLIBCXX_RELEASE)
#include <queue>
#else
#include <algorithm>
#include <functional>
#endif

#include <weft/sync/queue.hpp>

namespace weft {
namespace detail {

template <class T, class Compare>
class smallest_first {
 public:
  using value_type = T;
  void put(T&& item) {
    items_.push_back(std::move(item));
    std::push_heap(items_.begin(), items_.end(), after());
  }
  T take() {
    std::pop_heap(items_.begin(), items_.end(), after());
    T item = std::move(items_.back());
    items_.pop_back();
    return item;
  }

 private:
  /// The heap's top is the greatest by its order: turned round, the smallest.
  struct after {
    bool operator()(const T& a, const T& b) const { return Compare()(b, a); }
  };
  std::vector<T> items_;
};

}  // namespace detail

/// `compare(a, b)`: does a come out before b? Other than std::priority_queue's, which puts the
/// greatest first. Else as queue. asyncio: PriorityQueue.
template <class T, class Compare = std::less<T>>
using priority_queue = queue<T, detail::smallest_first<T, Compare>>;

}  // namespace weft
