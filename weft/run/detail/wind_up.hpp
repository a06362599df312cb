// How a runner runs a loop, and what it does with it before it closes it.
#pragma once

namespace weft {
class any_future;
class event_loop;
}  // namespace weft

namespace weft::detail {

/// Runs the loop until `f` is done. Throws usage_error if the loop is stopped before.
void run_until_done(event_loop& loop, const any_future& f);

/// Cancels all tasks and runs the loop until they have ended. What they end with, other than the
/// cancel, goes to the exception handler. Tasks that are made meanwhile are left.
void cancel_all_tasks(event_loop& loop);

}  // namespace weft::detail
