// open_connection: a TCP connection to a host, as a stream.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/time.hpp>
#include <weft/io/address.hpp>
#include <weft/io/stream.hpp>

namespace weft {

/// Options of open_connection.
struct connect_options {
  stream_options stream;  // of the stream that it gives
  /// How long an address may say nothing before the next is tried beside it (RFC 8305). None: the
  /// next waits until it has failed, which may take minutes. asyncio: the same, but off by default.
  std::optional<duration> happy_eyeballs_delay = std::chrono::milliseconds(250);
  /// IPv6 and IPv4 addresses are tried by turns. asyncio: interleave=1.
  bool interleave = true;
  /// Where the socket is bound; port 0: the kernel chooses. Addresses of the other family fail.
  /// asyncio: local_addr.
  std::optional<address> local;
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

/// Connects to the first of the host's addresses that answers: they are tried one after the other,
/// and one that is slow has the next beside it. A cancel closes the sockets and lets go at once.
/// Throws resolve_error, or connect_error when each address fails. asyncio: open_connection.
coro<stream> open_connection(std::string host, std::uint16_t port, connect_options options = {});
coro<stream> open_connection(address where, connect_options options = {});
/// The same for addresses that are known. Throws value_error if there is none.
coro<stream> open_connection(std::vector<address> where, connect_options options = {});

}  // namespace weft
