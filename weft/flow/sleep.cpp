#include <weft/flow/sleep.hpp>

#include <new>

namespace weft::detail {

void sleep_awaiter::begin(scheduler& s, task_base& task) {
  const time_point when = s.now() + delay_;
  s.timers.arm(::new (static_cast<void*>(&timer_)) sleep_timer(task), when);
}

}  // namespace weft::detail
