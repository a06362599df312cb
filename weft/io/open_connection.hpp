// open_connection: a TCP connection to a host, as a stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <string>
#include <system_error>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/io/address.hpp>
#include <weft/io/stream.hpp>

namespace weft {

/// Options of open_connection.
struct connect_options {
  stream_options stream;  // of the stream that it gives
};

/// No address of a host could be connected to. code() is the last address's.
class connect_error : public std::system_error {
 public:
  connect_error(std::error_code code, const std::string& what,
                std::vector<std::exception_ptr> errors);
  /// One std::system_error an address, in the order in which they were tried.
  const std::vector<std::exception_ptr>& errors() const noexcept { return errors_; }

 private:
  std::vector<std::exception_ptr> errors_;
};

/// Connects to the first of the host's addresses that answers. A cancel closes the socket and lets
/// go at once. Throws resolve_error, or connect_error when each address fails.
/// asyncio: open_connection.
coro<stream> open_connection(std::string host, std::uint16_t port, connect_options options = {});
coro<stream> open_connection(address where, connect_options options = {});

}  // namespace weft
