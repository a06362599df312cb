// loop_options: what a loop is made with, by run, a runner or new_event_loop.
#pragma once

#include <cstdint>

#include <weft/core/time.hpp>

namespace weft {

/// Which kernel interface a loop uses.
enum class backend_choice : std::uint8_t {
  automatic,  // what WEFT_BACKEND says, else io_uring where the kernel allows it, else epoll
  uring,
  epoll,
  none,  // no descriptors: the loop runs tasks and timers, and can be woken
};

/// What a loop is made with.
struct loop_options {
  backend_choice backend = backend_choice::automatic;
  /// Turns debug mode on, which WEFT_DEBUG=1 does too.
  bool debug = false;
  /// How long the loop watches for work before it sleeps in the kernel: costs a core, and makes
  /// callbacks from other threads cheap. See event_loop::set_spin_before_sleep.
  duration spin_before_sleep{};
};

}  // namespace weft
