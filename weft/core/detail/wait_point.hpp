// What a suspended task waits for: the leaf of its await chain. A cancel asks it to let go; the
// lens asks it for its name.
#pragma once

#include <string>

namespace weft::detail {

struct task_base;

class wait_point {
 public:
  /// Ends the wait: true when the task is queued and will see the cancel, or when the cancel went
  /// on to what is awaited; false when the wait is over already, so that the cancel must wait for
  /// the task's step. Never resumes anything itself.
  virtual bool cancel(const std::string* message) noexcept = 0;

  /// The waiter is destroyed in its wait, as the loop closes: nothing may reach it afterwards. What
  /// lies in the waiter's frame and has a destructor of its own needs no word.
  virtual void waiter_destroyed(task_base& waiter) noexcept { static_cast<void>(waiter); }

  /// The task that is waited for, where it is one: chains of tasks are walked, not recursed into.
  virtual task_base* as_task() noexcept { return nullptr; }

  /// One word or two for a person: "sleep", "lock", "read".
  virtual const char* wait_name() const noexcept = 0;

 protected:
  ~wait_point() = default;
};

}  // namespace weft::detail
