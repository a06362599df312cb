#include <weft/core/detail/tick_clock.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

#if defined(__x86_64__)
#include <cpuid.h>

#include <fstream>
#include <string>
#endif

namespace weft::detail {
namespace {

constexpr duration measured_at_least = std::chrono::milliseconds(1);
constexpr duration measured_at_most = std::chrono::milliseconds(160);  // or twice that
constexpr duration good_at_most = std::chrono::milliseconds(10);
constexpr double one = 4294967296.0;  // 2^32

#if defined(__x86_64__)

/// Does the counter run at one speed, on all processors alike? The processor says the first, the
/// kernel that it has tested the second: else it would use another clock source itself.
bool counter_is_steady() {
  unsigned a = 0, b = 0, c = 0, d = 0;
  constexpr unsigned invariant = 1u << 8;
  if (!__get_cpuid(0x80000007, &a, &b, &c, &d) || !(d & invariant)) return false;
  std::ifstream file("/sys/devices/system/clocksource/clocksource0/current_clocksource");
  std::string source;
  return file >> source && source == "tsc";
}

/// Both at one moment: the closest of some, since an interrupt may come in between.
tick_scale::reading read_both() noexcept {
  tick_scale::reading closest;
  std::uint64_t shortest = UINT64_MAX;
  for (int i = 0; i < 3; ++i) {
    const std::uint64_t before = __builtin_ia32_rdtsc();
    const time_point time = std::chrono::steady_clock::now();
    const std::uint64_t taken = __builtin_ia32_rdtsc() - before;
    if (taken >= shortest) continue;
    shortest = taken;
    closest = {before + taken / 2, time};
  }
  return closest;
}

#endif

}  // namespace

time_point tick_scale::sync(reading now) noexcept {
  const duration measured = now.time - from_.time;
  const std::uint64_t ticks = now.ticks - from_.ticks;
  if (from_.ticks == 0 || measured <= duration::zero() || ticks >> 62) {
    restart(now);
    return now.time;
  }
  if (measured < measured_at_least) {
    base_ = now;
    return now.time;
  }
  const auto slope = static_cast<std::uint64_t>(static_cast<double>(measured.count()) /
                                                static_cast<double>(ticks) * one);
  const std::uint64_t change = slope > slope_ ? slope - slope_ : slope_ - slope;
  if (slope == 0 || (slope_ != 0 && change > slope_ / 1000)) {
    // The counter has jumped: another machine, perhaps.
    restart(now);
    return now.time;
  }
  // Not back behind what was said.
  if (now.ticks - base_.ticks < 2 * good_for_) now.time = std::max(now.time, at(now.ticks));
  slope_ = slope;
  base_ = now;
  const duration good = std::min(measured / 16, good_at_most);
  good_for_ = static_cast<std::uint64_t>(static_cast<double>(good.count()) * one /
                                         static_cast<double>(slope));
  if (now.time - next_from_.time >= measured_at_most) from_ = std::exchange(next_from_, now);
  return now.time;
}

void tick_scale::restart(reading now) noexcept {
  *this = tick_scale();
  base_ = from_ = next_from_ = now;
}

time_point tick_clock::look() noexcept {
#if defined(__x86_64__)
  static const bool steady = counter_is_steady();
  if (steady) return scale_.sync(read_both());
#endif
  return std::chrono::steady_clock::now();
}

}  // namespace weft::detail
