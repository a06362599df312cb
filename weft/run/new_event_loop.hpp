// new_event_loop: a loop with the kernel interface that suits the machine.
#pragma once

#include <memory>

#include <weft/core/event_loop.hpp>
#include <weft/run/loop_options.hpp>

namespace weft {

/// A loop that isn't running and has no executors; run() and runner make theirs by it. Throws
/// std::system_error when the kernel refuses. Its clock is real, or virtual where the environment
/// says WEFT_CLOCK=virtual. asyncio: new_event_loop.
std::unique_ptr<event_loop> new_event_loop(loop_options options = {});

}  // namespace weft
