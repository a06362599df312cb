// Picks the kernel interface of a loop: io_uring, and epoll where the kernel or a container denies
// it.
#pragma once

#include <cstdint>

namespace weft::detail {

class backend;

enum class backend_choice : std::uint8_t {
  automatic,  // what WEFT_BACKEND says (uring or epoll), else io_uring, else epoll
  uring,
  epoll,
};

/// A new backend, the caller's. Under `automatic` any failure to set io_uring up gives epoll, whose
/// report() tells the reason. Throws std::system_error when what was asked for by name isn't to be
/// had, and value_error when WEFT_BACKEND holds something else.
backend* choose_backend(backend_choice choice = backend_choice::automatic);

}  // namespace weft::detail
