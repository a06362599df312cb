// exception_context: what an exception handler is told of, and how it is printed when there is
// none.
#pragma once

#include <exception>
#include <source_location>
#include <string>

#include <weft/core/task.hpp>

namespace weft {

/// What nobody else will see: an exception of a callback, a task that nobody awaited, a coroutine
/// that never ran. asyncio: the context of loop.call_exception_handler.
struct exception_context {
  std::string message;
  std::exception_ptr exception;  // may be null
  std::string task_name;         // of the task that it is about, or empty
  any_task task;                 // the task itself, in whose context the handler runs, or empty
  std::source_location where{};  // where known, else line 0
};

/// The text that is printed: the message, where it was, and the exception on a line of its own.
std::string describe(const exception_context& context);

/// Prints it to stderr. asyncio: loop.default_exception_handler.
void print_exception(const exception_context& context) noexcept;

}  // namespace weft
