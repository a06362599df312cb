// await_chain: the way of an exception - the awaits that it went through, the innermost first - and
// who asked for a cancel, from which line.
//
//   } catch (const std::exception& e) {
//     log(e.what(), format_await_chain(std::current_exception()));
//
// Nothing is paid for it but by what throws: a coroutine that an exception leaves adds its row. The
// rows lie beside the exception, found by its address, and go with it (await_chain.cpp tells how);
// so types that know nothing of weft have a chain too, and it goes through gather, task groups and
// threads as the exception_ptr does.
#pragma once

#include <exception>
#include <optional>
#include <source_location>
#include <string>
#include <vector>

#include <weft/core/task.hpp>

namespace weft {

/// The coroutines that the exception has left, the innermost first: for each the line of its
/// `co_await`, or where it is defined if it never awaited; but for weft's own. At most 64. One that
/// several tasks got has the way of the last. A cancelled_error has its own only while it is being
/// handled; a timeout_error begins with what the body was waiting for. Empty for what no coroutine
/// threw.
std::vector<stack_frame> await_chain(const std::exception_ptr& error);

/// The same as text: a line `file:line function` each, indented by four blanks. The parts of an
/// exception_group, indented further, each with its own.
std::string format_await_chain(const std::exception_ptr& error);

/// Who asked a task to be cancelled.
struct cancel_origin {
  std::string by;              // "task 'main'", "a callback", "a timeout", "a task group" ...
  std::source_location where;  // the line of its cancel(), or line 0 where the library asked
};

/// Who asked last; nothing if nobody has, or if it is long ago: a loop remembers 256 requests.
std::optional<cancel_origin> cancelled_by(const any_task& task);

}  // namespace weft
