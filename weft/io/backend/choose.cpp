#include <weft/io/backend/choose.hpp>

#include <cstdlib>
#include <string>
#include <string_view>
#include <system_error>

#include <weft/core/errors.hpp>
#include <weft/io/backend/epoll.hpp>
#include <weft/io/backend/uring.hpp>

namespace weft::detail {
namespace {

constexpr const char* variable = "WEFT_BACKEND";

backend_choice from_environment() {
  const char* set = std::getenv(variable);
  const std::string_view value = set ? set : "";
  if (value.empty()) return backend_choice::automatic;
  if (value == "uring") return backend_choice::uring;
  if (value == "epoll") return backend_choice::epoll;
  throw value_error(std::string(variable) + " is '" + set + "', not 'uring' or 'epoll'");
}

/// The error's text without its code's, which system_error appends again.
std::string tried(const std::system_error& error) {
  const std::string what = error.what();
  return what.substr(0, what.rfind(": " + error.code().message()));
}

}  // namespace

backend* choose_backend(backend_choice choice) {
  std::string asked_by;
  if (choice == backend_choice::automatic) {
    choice = from_environment();
    if (choice != backend_choice::automatic) asked_by = std::string(variable) + " asks for it";
  }
  if (choice == backend_choice::epoll) return new epoll_backend(asked_by);
  try {
    return new uring_backend;
  } catch (const std::system_error& error) {
    if (choice == backend_choice::automatic) {
      return new epoll_backend(std::string("io_uring is not to be had: ") + error.what());
    }
    const std::string who = asked_by.empty() ? "" : " by " + std::string(variable);
    throw std::system_error(
        error.code(), "io_uring was asked for" + who + " and is not to be had: " + tried(error));
  }
}

}  // namespace weft::detail
