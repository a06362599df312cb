// Durations and points in time: std::chrono's, on the monotonic clock, in nanoseconds.
//
// Durations, clocks and literals alone: <chrono> brings the calendar and the streams too, which
// cost each file 0.1 s. libstdc++ has the part in a file of its own, which <mutex> includes as
// well.
#pragma once

#include <type_traits>

#if defined(_GLIBCXX_RELEASE)
#include <mutex>
#else
#include <chrono>
#endif

namespace weft {

using duration = std::chrono::nanoseconds;

/// A point on the loop's clock: CLOCK_MONOTONIC, or virtual time under weft::virtual_time.
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;

namespace detail {

/// Any std::chrono duration, floating ones too, in nanoseconds: rounded up, so that nothing fires
/// early, and held within what fits.
template <class Rep, class Period>
constexpr duration to_duration(std::chrono::duration<Rep, Period> d) noexcept {
  if constexpr (std::is_floating_point_v<Rep>) {
    constexpr double limit = 9.2e18;
    const double ns = std::chrono::duration<double, std::nano>(d).count();
    if (!(ns > -limit)) return duration::min() / 2;
    if (ns > limit / 2) return duration::max() / 2;
    const auto whole = static_cast<duration::rep>(ns);
    return duration(static_cast<double>(whole) < ns ? whole + 1 : whole);
  } else {
    if constexpr (std::ratio_less_v<Period, std::nano>) return std::chrono::ceil<duration>(d);
    if (d > std::chrono::duration_cast<std::chrono::duration<Rep, Period>>(duration::max() / 2)) {
      return duration::max() / 2;
    }
    return std::chrono::ceil<duration>(d);
  }
}

}  // namespace detail
}  // namespace weft
