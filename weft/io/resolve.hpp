// Names to addresses, by the system's resolver on a thread of its own.
#pragma once

#include <cstdint>
#include <string>
#include <system_error>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/io/address.hpp>

namespace weft {

/// A name could not be resolved; code() is the resolver's (EAI_...), in resolver_category().
/// asyncio: socket.gaierror.
class resolve_error : public std::system_error {
 public:
  resolve_error(int code, const std::string& host);
};
const std::error_category& resolver_category() noexcept;

/// The addresses of a host, in the order in which they should be tried. A numeric host is answered
/// at once; a name goes to the loop's executor for names, and a cancel lets go of it at once.
/// Throws resolve_error. asyncio: loop.getaddrinfo.
coro<std::vector<address>> resolve(std::string host, std::uint16_t port);

}  // namespace weft
