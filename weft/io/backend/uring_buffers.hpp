// Buffers that the kernel picks from when bytes arrive, so that a connection that waits holds none.
// Two rings: small ones, and few large ones for streams that fill the small. Either may run dry:
// the caller then receives into a buffer from the heap.
#pragma once

#include <cstdint>

#include <weft/io/detail/buffer.hpp>

namespace weft::detail {

class uring_ring;

class uring_buffers {
 public:
  /// Throws std::system_error.
  explicit uring_buffers(uring_ring& ring);
  uring_buffers(const uring_buffers&) = delete;
  uring_buffers& operator=(const uring_buffers&) = delete;
  /// Buffers that users still hold keep their memory until they come back.
  ~uring_buffers();

  static constexpr std::uint16_t small_group = 0;
  static constexpr std::uint16_t large_group = 1;

  /// The buffer of that number that the kernel took from a group.
  buffer* taken(std::uint16_t from, std::uint16_t number) noexcept;

 private:
  class group;
  group* groups_[2] = {};
};

}  // namespace weft::detail
