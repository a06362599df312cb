// The one place where an errno becomes an exception, with a text that says what was tried:
// "connect to 127.0.0.1:9: Connection refused".
#pragma once

#include <exception>
#include <string>

namespace weft::detail {

[[noreturn]] void throw_errno(int error, const std::string& tried);
std::exception_ptr errno_exception(int error, const std::string& tried) noexcept;

}  // namespace weft::detail
