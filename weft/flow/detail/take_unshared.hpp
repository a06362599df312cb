// take_unshared: the result of a future that was awaited for somebody else.
#pragma once

#include <type_traits>
#include <utility>

#include <weft/core/future.hpp>

namespace weft::detail {

/// The result of a future that is done: moved out only when nobody else can ask for it.
template <class T>
T take_unshared(future<T> f) {
  if constexpr (std::is_copy_constructible_v<stored<T>>) {
    if (f.state()->references_ > 1) return f.result();
  }
  return std::move(f).result();
}

/// The same future, by its type.
template <class Item>
Item as_item(any_future f) noexcept {
  if constexpr (std::is_constructible_v<Item, future_base*>) {
    return Item(f.release_state());
  } else {
    return Item(static_cast<task_base*>(f.release_state()));
  }
}

}  // namespace weft::detail
