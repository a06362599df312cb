// tick_clock: CLOCK_MONOTONIC by the processor's time stamp counter. Reading the counter costs less
// than half of a clock_gettime, and each deadline needs the time.
//
// The counter is a straight line under the clock: two readings of both, some time apart, give its
// slope. Each look at the real clock is good for a sixteenth of the time that the slope was
// measured over, at most 10 ms; so an error of the measurement is divided by 16, and what ntpd does
// to the clock is seen soon. Where the counter isn't known to be steady the real clock is asked
// each time.
#pragma once

#include <cstdint>

#include <weft/core/time.hpp>

namespace weft::detail {

/// The line. Pure: the caller reads counter and clock.
class tick_scale {
 public:
  struct reading {
    std::uint64_t ticks = 0;
    time_point time{};
  };

  /// May at() be asked, or is it time for a sync()?
  bool covers(std::uint64_t ticks) const noexcept { return ticks - base_.ticks < good_for_; }
  /// The time at this count, which is covered.
  time_point at(std::uint64_t ticks) const noexcept { return base_.time + scaled(ticks); }

  /// Goes on from a reading of both, and gives its time: at least what at() said before.
  time_point sync(reading now) noexcept;

 private:
  duration scaled(std::uint64_t ticks) const noexcept {
    return duration(static_cast<duration::rep>(((ticks - base_.ticks) * slope_) >> 32));
  }
  void restart(reading now) noexcept;

  reading base_;
  std::uint64_t good_for_ = 0;  // ticks after the base
  std::uint64_t slope_ = 0;     // nanoseconds a tick, in 2^-32; 0: not known yet
  reading from_;                // where the measurement of the slope begins
  reading next_from_;
};

/// One loop's clock; for one thread at a time.
class tick_clock {
 public:
  time_point now() noexcept {
#if defined(__x86_64__)
    const std::uint64_t ticks = __builtin_ia32_rdtsc();
    if (scale_.covers(ticks)) [[likely]]
      return scale_.at(ticks);
#endif
    return look();
  }

 private:
  time_point look() noexcept;

  tick_scale scale_;
};

}  // namespace weft::detail
