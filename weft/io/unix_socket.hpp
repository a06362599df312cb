// unix_socket: streams between the processes of one machine, by a path in the file system or an
// abstract name (which begins with a NUL: std::string("\0name", 5)).
//
//   server srv = co_await start_unix_server(echo, "/run/echo.sock");
//   stream s = co_await open_unix_connection("/run/echo.sock");
#pragma once

#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <weft/core/coro.hpp>
#include <weft/core/detail/closure_guard.hpp>
#include <weft/io/open_connection.hpp>
#include <weft/io/server.hpp>
#include <weft/io/stream.hpp>

namespace weft {

/// Who is at the other end of a Unix socket, as it was when the connection was made.
struct peer_credentials {
  int pid = 0;
  unsigned uid = 0;
  unsigned gid = 0;
};

/// Connects to the Unix socket at a path. Suspends until it is accepted into the server's backlog.
/// A cancel closes the socket and lets go at once. Throws std::system_error, whose text names the
/// path, and value_error for a path that is empty or longer than 107 bytes.
/// asyncio: open_unix_connection.
coro<stream> open_unix_connection(std::string path, connect_options options = {});

/// The peer's process, user and group. Throws usage_error if the stream is closed,
/// std::system_error if it is no Unix socket's. asyncio: getsockopt(SO_PEERCRED) of the "socket".
peer_credentials get_peer_credentials(const stream_writer& of);

namespace detail {

coro<server> open_unix_server(std::unique_ptr<connection_handler> handler, std::string path,
                              server_options options);

}  // namespace detail

/// As start_server, on a Unix socket. A socket that lies at the path, say of a server that was
/// killed, is replaced; anything else there is an error. The path is removed when the server is
/// closed, if it is still its own. Throws std::system_error, value_error for a path that is empty
/// or longer than 107 bytes. asyncio: start_unix_server.
template <class Handler>
coro<server> start_unix_server(Handler&& handler, std::string path, server_options options = {}) {
  static_assert(detail::closure_is_safe<Handler>, WEFT_UNSAFE_CLOSURE);
  using kept = detail::connection_handler_of<std::decay_t<Handler>>;
  return detail::open_unix_server(std::make_unique<kept>(std::forward<Handler>(handler)),
                                  std::move(path), options);
}

}  // namespace weft
