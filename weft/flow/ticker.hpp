// ticker: something done every so often, on a fixed schedule: what the work takes doesn't shift the
// later ticks.
//
//   ticker every_second(1s);
//   for (;;) {
//     co_await every_second.next();
//     flush(metrics);
//   }
#pragma once

#include <cstdint>

#include <weft/core/coro.hpp>
#include <weft/core/time.hpp>

namespace weft {

/// What becomes of ticks that passed while nobody waited for them.
enum class missed_ticks : std::uint8_t {
  skip,   // they are left out; the next is the schedule's next
  burst,  // each is made up for at once
  delay,  // they are left out, and the schedule begins anew at the tick that came late
};

/// For one task at a time. Its first tick is due a period after it was made.
class ticker {
 public:
  /// Throws value_error for a period that isn't above zero, usage_error when no loop runs.
  template <class Rep, class Period>
  explicit ticker(std::chrono::duration<Rep, Period> period,
                  missed_ticks when_late = missed_ticks::skip)
      : ticker(detail::to_duration(period), when_late, detail_tag()) {}

  /// Suspends until the next tick and gives its time on the schedule. One that is due already takes
  /// a turn of the loop. A cancel leaves the tick for the next call.
  coro<time_point> next();

  /// Begins a new schedule: the next tick is due a period from now.
  void reset();

  /// When the next tick is due.
  time_point when() const noexcept { return next_; }
  /// Ticks that were left out until now.
  std::uint64_t missed() const noexcept { return missed_; }

 private:
  struct detail_tag {};
  ticker(duration period, missed_ticks when_late, detail_tag);

  duration period_;
  time_point next_;
  std::uint64_t missed_ = 0;
  missed_ticks when_late_;
};

}  // namespace weft
