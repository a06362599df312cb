#include <weft/core/detail/errno.hpp>

#include <system_error>

namespace weft::detail {

void throw_errno(int error, const std::string& tried) {
  throw std::system_error(error, std::system_category(), tried);
}

std::exception_ptr errno_exception(int error, const std::string& tried) noexcept {
  try {
    throw_errno(error, tried);
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace weft::detail
