// The limit's timers: a heap of four children a node. The deadline stands in the heap beside the
// pointer, so that a comparison touches no timer; a timer knows its place, so that it leaves from
// the middle.
#pragma once

#include <algorithm>
#include <coroutine>
#include <cstdint>
#include <ctime>
#include <vector>

namespace limit {

/// What is ready, or will be: one of a list, and whom to resume.
struct link {
  link* next;
  std::coroutine_handle<> handle;
};

using nanoseconds = std::int64_t;

inline nanoseconds now() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1'000'000'000L + t.tv_nsec;
}

struct timer {
  static constexpr std::uint32_t not_armed = UINT32_MAX;

  nanoseconds at;
  link ready;
  std::uint32_t place = not_armed;
};

class timer_heap {
 public:
  bool empty() const { return heap_.empty(); }
  nanoseconds first() const { return heap_.front().at; }

  void arm(timer* t) {
    heap_.push_back({});
    rise(heap_.size() - 1, {t->at, t});
  }

  void disarm(timer* t) {
    const std::size_t place = t->place;
    const entry last = heap_.back();
    heap_.pop_back();
    if (place == heap_.size()) return;
    if (place && heap_[(place - 1) / 4].at > last.at) {
      rise(place, last);
    } else {
      sink(place, last);
    }
  }

  timer* pop() {
    timer* first = heap_.front().what;
    const entry last = heap_.back();
    heap_.pop_back();
    if (!heap_.empty()) sink(0, last);
    first->place = timer::not_armed;
    return first;
  }

 private:
  struct entry {
    nanoseconds at;
    timer* what;
  };

  void set(std::size_t place, entry e) {
    heap_[place] = e;
    e.what->place = static_cast<std::uint32_t>(place);
  }

  void rise(std::size_t place, entry e) {
    while (place) {
      const std::size_t parent = (place - 1) / 4;
      if (heap_[parent].at <= e.at) break;
      set(place, heap_[parent]);
      place = parent;
    }
    set(place, e);
  }

  void sink(std::size_t place, entry e) {
    const std::size_t size = heap_.size();
    for (;;) {
      const std::size_t child = place * 4 + 1;
      if (child >= size) break;
      const std::size_t end = std::min(child + 4, size);
      std::size_t least = child;
      for (std::size_t i = child + 1; i < end; ++i) {
        if (heap_[i].at < heap_[least].at) least = i;
      }
      if (heap_[least].at >= e.at) break;
      set(place, heap_[least]);
      place = least;
    }
    set(place, e);
  }

  std::vector<entry> heap_;
};

}  // namespace limit
