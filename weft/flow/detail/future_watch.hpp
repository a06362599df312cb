// future_watch: the library's own done callback, without a closure. Its owner is told once, a turn
// after the future's end, and may take it back at any time; each knows of the other's end.
//
// Like every done callback it holds the future only once that is done, and is dropped with a future
// or a loop that ends without it.
#pragma once

#include <type_traits>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/detail/waiter_kind.hpp>
#include <weft/core/future.hpp>

namespace weft::detail {

class future_watch final : public future_callback, public awaiting_callback {
 public:
  using told = void (*)(void* owner, future_base& ended);

  /// `slot` is where the owner keeps it: null again once it has told. It must not move. The call
  /// graph shows `awaiting`, which lives as long as the owner, as one that awaits the future.
  static void start(future_watch*& slot, future_base& f, void* owner, told tell,
                    future_base* awaiting = nullptr);
  /// Takes it back. One that is queued already is left to run, and tells nobody.
  static void stop(future_watch*& slot) noexcept;
  static void stop_all(std::vector<future_watch*>& slots) noexcept {
    for (future_watch*& one : slots) stop(one);
  }

 private:
  future_watch(future_watch*& slot, future_base& f, void* owner, told tell,
               future_base* awaiting) noexcept
      : future_callback(f), slot_(&slot), owner_(owner), tell_(tell), awaiting_(awaiting) {}
  future_base* awaiting() const noexcept override { return slot_ ? awaiting_ : nullptr; }
  void call() override;
  void drop() noexcept override;

  future_watch** slot_;  // null when there is no owner any more
  void* owner_;
  told tell_;
  future_base* awaiting_;
};

/// Of several futures: puts null in the place of each that stands further ahead too. Throws
/// usage_error for one that is null, or of another loop.
void drop_repeated(std::vector<future_base*>& all);

template <class Item>
concept waitable = std::is_base_of_v<any_future, Item> || is_coro<Item>;

}  // namespace weft::detail
