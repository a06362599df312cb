// signal_watchers: who in a loop is told of the process's signals.
//
// The signal's handler, which may run in any thread and at any point, writes to an eventfd of each
// loop that watches the signal; the loop reads it as any descriptor. So each signal that the kernel
// delivers is told once to each who asked for it, in a turn. What was done about a signal before is
// put back when the last who watches it has gone.
#pragma once

#include <map>
#include <memory>

#include <weft/core/handle.hpp>

namespace weft {
class event_loop;
}

namespace weft::detail {

/// Is told of each signal that it listens to. Belongs to one loop.
class signal_listener {
 public:
  virtual void signalled(int number) = 0;

 protected:
  ~signal_listener() = default;
};

class signal_watchers {
 public:
  explicit signal_watchers(event_loop& loop) noexcept;
  signal_watchers(const signal_watchers&) = delete;
  signal_watchers& operator=(const signal_watchers&) = delete;
  ~signal_watchers();

  /// Takes over the callback, in place of the one that is there. Throws value_error for a signal
  /// that can't be caught, std::system_error.
  void set_callback(int number, callback* what);
  bool remove_callback(int number);
  /// Throws as set_callback does.
  void add(int number, signal_listener& who);
  void remove(int number, signal_listener& who) noexcept;

 private:
  class watch;
  watch& watch_of(int number);
  void drop_if_idle(int number) noexcept;
  void deliver(int number);

  event_loop& loop_;
  std::map<int, std::unique_ptr<watch>> watches_;
};

}  // namespace weft::detail
