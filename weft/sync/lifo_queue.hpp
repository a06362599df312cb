// lifo_queue<T>: a queue from which the item put last comes first.
#pragma once

#include <cstddef>
#include <utility>
#include <vector>

#include <weft/sync/queue.hpp>

namespace weft {
namespace detail {

template <class T>
class last_in_first_out {
 public:
  using value_type = T;
  void put(T&& item) { items_.push_back(std::move(item)); }
  T take() {
    T item = std::move(items_.back());
    items_.pop_back();
    return item;
  }

 private:
  std::vector<T> items_;
};

}  // namespace detail

/// Else as queue. asyncio: LifoQueue.
template <class T>
using lifo_queue = queue<T, detail::last_in_first_out<T>>;

}  // namespace weft
