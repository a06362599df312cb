#include <weft/core/detail/timer_heap.hpp>

namespace weft::detail {

void timer_heap::arm_with_sequence(timer* t, time_point deadline) {
  entries_.push_back({deadline, t});
  sift_up(entries_.size() - 1, {deadline, t});
}

void timer_heap::disarm(timer* t) noexcept {
  const std::size_t hole = t->place;
  t->place = timer::idle;
  const entry last = entries_.back();
  entries_.pop_back();
  if (hole == entries_.size()) return;
  if (hole > 0 && before(last, entries_[(hole - 1) / 4])) {
    sift_up(hole, last);
  } else {
    sift_down(hole, last);
  }
}

void timer_heap::fire_due(time_point now, ready_queue& ready) noexcept {
  while (!entries_.empty() && entries_.front().deadline <= now) {
    timer* due = entries_.front().owner;
    const entry last = entries_.back();
    entries_.pop_back();
    if (!entries_.empty()) sift_down(0, last);
    due->place = timer::queued;
    ready.push(due);
  }
}

timer* timer_heap::pop_any() noexcept {
  if (entries_.empty()) return nullptr;
  timer* last = entries_.back().owner;
  entries_.pop_back();
  last->place = timer::idle;
  return last;
}

void timer_heap::sift_up(std::size_t place, entry e) noexcept {
  while (place > 0) {
    const std::size_t parent = (place - 1) / 4;
    if (!before(e, entries_[parent])) break;
    put(place, entries_[parent]);
    place = parent;
  }
  put(place, e);
}

void timer_heap::sift_down(std::size_t place, entry e) noexcept {
  const std::size_t count = entries_.size();
  for (;;) {
    const std::size_t first = place * 4 + 1;
    if (first >= count) break;
    const std::size_t end = first + 4 < count ? first + 4 : count;
    std::size_t least = first;
    for (std::size_t child = first + 1; child < end; ++child) {
      if (before(entries_[child], entries_[least])) least = child;
    }
    if (!before(entries_[least], e)) break;
    put(place, entries_[least]);
    place = least;
  }
  put(place, e);
}

}  // namespace weft::detail
