#include <chrono>
#include <random>
#include <vector>

#include <weft/core/event_loop.hpp>
#include <weft/flow/yield.hpp>

#include "workload.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using namespace weft;

long fired;

/// Timers that are due at once, armed in no order, fire in theirs.
coro<> timers(long n) {
  event_loop& loop = get_running_loop();
  std::mt19937 random(1);
  for (long done = 0; done < n; done += batch) {
    fired = 0;
    const time_point now = loop.time();
    for (long i = 0; i < batch; ++i) {
      loop.call_at(now - std::chrono::nanoseconds(random() % 1'000'000), [] { ++fired; });
    }
    while (fired < batch) co_await yield();
  }
}

/// Timers of an hour or so are armed, and cancelled in the order in which they were.
coro<> timers_cancelled(long n) {
  event_loop& loop = get_running_loop();
  std::mt19937 random(1);
  std::vector<timer_handle> armed;
  armed.reserve(static_cast<std::size_t>(batch));
  for (long done = 0; done < n; done += batch) {
    const time_point then = loop.time() + 1h;
    for (long i = 0; i < batch; ++i) {
      armed.push_back(loop.call_at(then + std::chrono::microseconds(random()), [] { ++fired; }));
    }
    for (timer_handle& one : armed) one.cancel();
    armed.clear();
    co_await yield();
  }
}

}  // namespace

std::vector<workload> timer_workloads() {
  return {{"timers", timers}, {"timers_cancelled", timers_cancelled}};
}

}  // namespace bench
