// signals: the process's signals, awaited.
//
//   signals stop{SIGINT, SIGTERM};
//   int which = co_await stop.next();
#pragma once

#include <initializer_list>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/detail/signal_watchers.hpp>
#include <weft/sync/queue.hpp>

namespace weft {

/// The signals of some numbers, as they come. Catches them from its making to its end, for its
/// loop; several, in several loops too, are each told of every signal. What the process did about a
/// signal before is put back when the last is gone.
class signals : private detail::signal_listener {
 public:
  /// Throws value_error for a signal that can't be caught (SIGKILL, SIGSTOP), or a list without
  /// one; usage_error when no loop runs.
  signals(std::initializer_list<int> numbers);
  explicit signals(std::vector<int> numbers);
  signals(const signals&) = delete;
  signals& operator=(const signals&) = delete;
  ~signals();

  /// Suspends until a signal comes and gives its number; in the order in which they were seen. A
  /// cancel loses none. asyncio: none; a callback of add_signal_handler that fills a queue.
  coro<int> next();
  /// How many have come that nobody has taken.
  std::size_t waiting() const noexcept { return come_.qsize(); }

 private:
  void signalled(int number) override;

  event_loop* loop_;
  std::vector<int> numbers_;
  queue<int> come_;
};

/// Suspends until the signal comes; it is caught from the await on, so one that comes before does
/// what it does without. Throws value_error for a signal that can't be caught.
coro<void> signal(int number);

}  // namespace weft
