#include <weft/flow/ticker.hpp>

#include <weft/core/detail/scheduler.hpp>
#include <weft/core/errors.hpp>
#include <weft/flow/sleep.hpp>

namespace weft {

ticker::ticker(duration period, missed_ticks when_late, detail_tag)
    : period_(period), when_late_(when_late) {
  if (period <= duration::zero()) throw value_error("a ticker's period must be above zero");
  reset();
}

void ticker::reset() { next_ = detail::running_scheduler().now() + period_; }

coro<time_point> ticker::next() {
  const time_point due = next_;
  const time_point asked = detail::here->now();
  co_await sleep(due - asked);
  // On the real clock a timer is always a little late: that alone is no missed tick.
  const time_point came = detail::here->now();
  const auto passed = (came - due) / period_;
  next_ = due + period_;
  if (when_late_ != missed_ticks::burst && passed > 0) {
    missed_ += static_cast<std::uint64_t>(passed);
    next_ += passed * period_;
  }
  if (when_late_ == missed_ticks::delay && (asked > due || passed > 0)) next_ = came + period_;
  co_return due;
}

}  // namespace weft
