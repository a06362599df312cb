// interrupt_watch: SIGINT while a runner runs its main task. The first cancels the task; the second
// ends the process at once.
#pragma once

#include <memory>

#include <weft/core/event_loop.hpp>
#include <weft/core/task.hpp>

namespace weft::detail {

/// Watches in scope: in the process's main thread, and only when SIGINT has its default action,
/// which is put back at the end.
class interrupt_watch {
 public:
  interrupt_watch(event_loop& loop, const any_task& main);
  interrupt_watch(const interrupt_watch&) = delete;
  interrupt_watch& operator=(const interrupt_watch&) = delete;
  ~interrupt_watch();

  /// After the run: true when SIGINT came and the main task ended by that cancel, or it came when
  /// the task was done already.
  bool interrupted(const any_task& main) const noexcept;

 private:
  struct request;
  struct shared;
  static void on_signal(int);

  shared* shared_ = nullptr;  // null when nothing is watched
};

}  // namespace weft::detail
