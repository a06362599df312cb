// shutdown_default_executor: ends a loop's threads for blocking calls before the loop ends.
#pragma once

#include <weft/core/coro.hpp>

namespace weft {

/// The running loop's executor for blocking calls takes no more jobs, and those that it has are
/// waited for, while the loop goes on; to_thread throws usage_error from then on. A cancel is
/// thrown once they are done. run() and runner do it for all their executors at their end.
/// asyncio: loop.shutdown_default_executor.
coro<> shutdown_default_executor();

}  // namespace weft
