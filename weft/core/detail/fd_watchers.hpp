// The loop's add_reader and add_writer: level-triggered, as other people's libraries expect. A
// watch is a one-shot poll, armed again after its callback ran: while the descriptor stays readable
// the callback runs once a turn.
#pragma once

#include <map>
#include <utility>

#include <weft/core/detail/operation.hpp>
#include <weft/core/handle.hpp>

namespace weft {
class event_loop;
}

namespace weft::detail {

class fd_watchers {
 public:
  explicit fd_watchers(event_loop& loop) noexcept : loop_(loop) {}
  fd_watchers(const fd_watchers&) = delete;
  fd_watchers& operator=(const fd_watchers&) = delete;
  /// Removes all; what is armed ends by itself.
  ~fd_watchers();

  /// Takes over the callback. Replaces the one that is there.
  void add(int fd, operation_code direction, callback* what);
  bool remove(int fd, operation_code direction);

 private:
  struct watch;
  using key = std::pair<int, operation_code>;

  event_loop& loop_;
  std::map<key, watch*> watches_;
};

}  // namespace weft::detail
