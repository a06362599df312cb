// barrier: so many tasks wait for each other; when the last has come all go on, and the barrier
// closes again for the next round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <stdexcept>
#include <string>

#include <weft/core/coro.hpp>
#include <weft/sync/condition.hpp>

namespace weft {

/// Thrown to those who wait at a barrier that is reset or aborted, or come to an aborted one.
/// asyncio: BrokenBarrierError.
class broken_barrier_error : public std::runtime_error {
 public:
  explicit broken_barrier_error(const std::string& what) : std::runtime_error(what) {}
};

/// For tasks of one loop. asyncio: Barrier.
class barrier {
 public:
  /// Opens when that many wait. Throws value_error for less than one.
  explicit barrier(long parties);
  barrier(const barrier&) = delete;
  barrier& operator=(const barrier&) = delete;

  /// Suspends until as many as parties() wait, and gives each a number of its own, from 0, in the
  /// order in which they came. The last to come doesn't suspend; who comes while the others leave
  /// waits for the next round. Throws broken_barrier_error. One that is cancelled is no longer
  /// counted. The barrier must outlive it. asyncio: Barrier.wait, async with barrier.
  coro<std::size_t> wait();
  /// Opens it for those who wait, who get broken_barrier_error, and closes it again; also one that
  /// was aborted, if nobody waits. Suspends while others enter or leave. asyncio: Barrier.reset.
  coro<> reset();
  /// Breaks it: who waits and who comes gets broken_barrier_error, until a reset. Suspends as
  /// reset() does. asyncio: Barrier.abort.
  coro<> abort();

  std::size_t parties() const noexcept { return parties_; }
  /// How many wait now for the others to come.
  std::size_t n_waiting() const noexcept { return state_ == state::filling ? count_ : 0; }
  /// asyncio: Barrier.broken.
  bool broken() const noexcept { return state_ == state::broken; }

 private:
  enum class state : std::uint8_t { filling, draining, resetting, broken };
  class visit;

  condition changed_;  // with the lock that guards the rest
  std::size_t parties_;
  std::size_t count_ = 0;  // of those inside
  state state_ = state::filling;
};

}  // namespace weft
