// bounded_semaphore: a semaphore that takes a release too many for the mistake that it is.
#pragma once

#include <weft/sync/semaphore.hpp>

namespace weft {

/// A semaphore whose release() throws value_error when its count would rise above the first one. A
/// guard that comes too late gives nothing back. asyncio: BoundedSemaphore.
class bounded_semaphore : public semaphore {
 public:
  /// Throws value_error for a negative count.
  explicit bounded_semaphore(long value = 1) : semaphore(value, value) {}
};

}  // namespace weft
