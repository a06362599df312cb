// The loop's timers: an indexed 4-ary heap of {deadline, timer}. A timer knows its place, so that
// taking it out costs log4 n and leaves nothing behind. Equal deadlines fire in the order of their
// sequence numbers; a number can be taken before the timer is armed.
//
// Pure: the caller says what time it is.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include <weft/core/detail/ready_queue.hpp>
#include <weft/core/time.hpp>

namespace weft::detail {

/// A node that waits for its time, then stands in the ready queue.
struct timer : ready_node {
  static constexpr std::uint32_t idle = 0xffffffff;    // in no list
  static constexpr std::uint32_t queued = 0xfffffffe;  // due: its node stands in the ready queue
  static constexpr std::uint32_t over = 0xfffffffd;    // has run, or was taken back for good

  std::uint32_t place = idle;  // index in the heap, or one of the above
  std::uint32_t sequence = 0;

  bool armed() const noexcept { return place < over; }
};

class timer_heap {
 public:
  bool empty() const noexcept { return entries_.empty(); }
  std::size_t size() const noexcept { return entries_.size(); }
  time_point first_deadline() const noexcept { return entries_.front().deadline; }

  std::uint32_t take_sequence() noexcept { return sequence_++; }

  void arm(timer* t, time_point deadline) {
    t->sequence = take_sequence();
    arm_with_sequence(t, deadline);
  }
  void arm_with_sequence(timer* t, time_point deadline);

  /// Takes an armed timer out.
  void disarm(timer* t) noexcept;

  /// Takes some timer out, or null: for a loop that closes.
  timer* pop_any() noexcept;

  /// Moves the timers that are due at `now` to the end of the ready queue, in order.
  void fire_due(time_point now, ready_queue& ready) noexcept;

 private:
  struct entry {
    time_point deadline;
    timer* owner;
  };
  static bool before(const entry& a, const entry& b) noexcept {
    if (a.deadline != b.deadline) return a.deadline < b.deadline;
    return static_cast<std::int32_t>(a.owner->sequence - b.owner->sequence) < 0;
  }
  void put(std::size_t place, entry e) noexcept {
    entries_[place] = e;
    e.owner->place = static_cast<std::uint32_t>(place);
  }
  void sift_up(std::size_t place, entry e) noexcept;
  void sift_down(std::size_t place, entry e) noexcept;

  std::vector<entry> entries_;
  std::uint32_t sequence_ = 0;
};

}  // namespace weft::detail
