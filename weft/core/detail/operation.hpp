// What the loop asks of the kernel, and what the kernel answers: the two nouns of the seam.
//
// An operation is a node in its owner's memory. Whoever owns the memory that the kernel writes owns
// the operation, and both live until its final result: a stream and a listener for theirs; an
// operation on the caller's memory lives in the coroutine's frame, which waits for it. It yields
// any number of results (an accept and a receive that goes on yield many), the last one without
// `more`.
#pragma once

#include <cstddef>
#include <cstdint>

namespace weft::detail {

struct operation;
struct buffer;

enum class operation_code : std::uint8_t {
  none,
  receive,      // into a buffer of the backend's choice, or into `data` when that is set
  send,         // `size` bytes at `data`
  send_gather,  // what the msghdr at `data` lists
  accept,       // many results: each a new descriptor
  connect,      // to the socket address of `size` bytes at `data`
  poll_in,      // one result: the descriptor can be read (or is broken)
  poll_out,     // one result: it can be written
};

/// One result of one operation.
struct completion {
  static constexpr std::uint32_t more = 1;       // not the final result
  static constexpr std::uint32_t non_empty = 2;  // receive: the socket holds more bytes

  operation* op;
  std::int32_t result;  // what the system call gives: a count, a descriptor, or -errno
  std::uint32_t flags;
  buffer* data;  // receive: where the bytes are; the receiver's from now on
};

struct operation {
  /// Stores the result and queues whoever waits; it runs no user code. Called by the loop.
  void (*complete)(operation&, const completion&) = nullptr;
  void* data = nullptr;
  std::uint32_t size = 0;
  int fd = -1;
  operation_code code = operation_code::none;
  std::uint8_t flags = 0;
  /// Waits for a peer and may never end: virtual time doesn't wait for it.
  bool passive = false;
  /// The backend's own mark.
  std::uint8_t state = 0;

  static constexpr std::uint8_t poll_first = 1;  // nothing is there yet: don't try before waiting
  static constexpr std::uint8_t large = 2;       // receive: into a large buffer
  static constexpr std::uint8_t go_on = 4;       // receive: may yield many results, until cancelled
};

}  // namespace weft::detail
