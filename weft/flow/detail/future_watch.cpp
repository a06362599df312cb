#include <weft/flow/detail/future_watch.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <utility>

namespace weft::detail {

void future_watch::start(future_watch*& slot, future_base& f, void* owner, told tell,
                         future_base* awaiting) {
  slot = new future_watch(slot, f, owner, tell, awaiting);
  f.add_callback(slot);
}

void future_watch::stop(future_watch*& slot) noexcept {
  future_watch* w = std::exchange(slot, nullptr);
  if (!w) return;
  w->slot_ = nullptr;
  if (w->future_->done() || !w->future_->remove_waiter(w)) return;
  w->drop();
  w->release();
}

void future_watch::call() {
  if (future_watch** slot = std::exchange(slot_, nullptr)) {
    *slot = nullptr;
    tell_(owner_, *future_);
  }
}

void future_watch::drop() noexcept {
  if (slot_) *std::exchange(slot_, nullptr) = nullptr;
  alive_ = false;
  let_go();
}

void drop_repeated(std::vector<future_base*>& all) {
  std::vector<std::size_t> order(all.size());
  for (std::size_t i = 0; i < order.size(); ++i) {
    order[i] = i;
    if (!all[i] || all[i]->scheduler_ != here) refuse_await(all[i]);
  }
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return all[a] == all[b] ? a < b : std::less<>()(all[a], all[b]);
  });
  const future_base* previous = nullptr;
  for (const std::size_t i : order) {
    if (all[i] == previous) {
      all[i] = nullptr;
    } else {
      previous = all[i];
    }
  }
}

}  // namespace weft::detail
