// The seam between loop and kernel: completion-shaped and small. io_uring, epoll, and what tests
// put in their place stand behind it, and hold to one contract and one test suite:
//
// - submit() never blocks and never completes inside the call;
// - each operation ends with exactly one final result, cancelled or not; until then its memory is
//   the kernel's;
// - one thread calls, but for wake(), which any thread and any signal handler may call.
#pragma once

#include <string>
#include <vector>

#include <weft/core/detail/operation.hpp>
#include <weft/core/time.hpp>

namespace weft::detail {

using completion_list = std::vector<completion>;

class backend {
 public:
  virtual ~backend() = default;

  virtual void submit(operation& op) = 0;
  /// A request: the operation still ends exactly once, mostly with -ECANCELED.
  virtual void cancel(operation& op) noexcept = 0;
  /// Hands over what was submitted and appends what has completed; sleeps until there is something,
  /// wake() is called, or `deadline` (time_point::min(): doesn't sleep; max(): no limit).
  virtual void wait(time_point deadline, completion_list& out) = 0;
  virtual void wake() noexcept = 0;
  /// Forgets a descriptor that is about to be closed and has no operation in flight.
  virtual void detach(int fd) noexcept = 0;
  /// Asked now and then while work is ready: is it time to look at the kernel? Cheap.
  virtual bool poll_due() noexcept = 0;
  /// "io_uring", "epoll", and, where it isn't the first choice, why.
  virtual std::string report() const = 0;
};

}  // namespace weft::detail
