// The hot half of a loop: what wake-ups and first steps touch. Futures and tasks know their loop by
// this type, so that they don't depend on event_loop.hpp.
#pragma once

#include <cstdint>

#include <weft/core/detail/ready_queue.hpp>
#include <weft/core/detail/tick_clock.hpp>
#include <weft/core/detail/timer_heap.hpp>
#include <weft/core/time.hpp>

namespace weft {

class event_loop;

namespace detail {

class cancel_log;
struct open_generator;
struct scheduler;
struct task_base;
struct task_factory;

/// What has operations of its own in the kernel - a stream, a listener. When the loop closes it is
/// told to cancel them and to be done with the loop.
struct loop_resource {
  virtual void loop_closing() noexcept = 0;

  void enlist(scheduler& s) noexcept;
  void delist(scheduler& s) noexcept;
  loop_resource* previous_resource = nullptr;
  loop_resource* next_resource = nullptr;

 protected:
  ~loop_resource() = default;
};

struct scheduler {
  ready_queue ready;
  /// Runs at the end of the turn, before the loop looks at the kernel: streams send what was
  /// written during the turn.
  ready_queue turn_end;
  timer_heap timers;
  task_base* current = nullptr;     // whose step runs
  std::uintptr_t next = 0;          // the trampoline's slot: see promise_base
  task_base* tasks = nullptr;       // not done, the newest first
  std::uint64_t tasks_created = 0;  // numbers for names
  std::uint32_t in_flight = 0;      // operations and jobs of the real world that will surely end
  loop_resource* resources = nullptr;
  cancel_log* cancels = nullptr;         // made by the first
  task_factory* factory = nullptr;       // the loop's, if it has one
  open_generator* generators = nullptr;  // begun and not ended, the newest first
  bool virtual_time = false;
  time_point virtual_now{};
  mutable tick_clock real_time;
  event_loop* loop = nullptr;

  /// In the loop's thread.
  time_point now() const noexcept { return virtual_time ? virtual_now : real_time.now(); }
};

inline void loop_resource::enlist(scheduler& s) noexcept {
  next_resource = s.resources;
  if (s.resources) s.resources->previous_resource = this;
  s.resources = this;
}
inline void loop_resource::delist(scheduler& s) noexcept {
  (previous_resource ? previous_resource->next_resource : s.resources) = next_resource;
  if (next_resource) next_resource->previous_resource = previous_resource;
  previous_resource = next_resource = nullptr;
}

/// The scheduler of the loop that runs on this thread, or null.
inline constinit thread_local scheduler* here = nullptr;

[[noreturn]] void refuse_without_loop();

/// The same, where there must be one: throws usage_error.
inline scheduler& running_scheduler() {
  if (!here) [[unlikely]]
    refuse_without_loop();
  return *here;
}

}  // namespace detail
}  // namespace weft
