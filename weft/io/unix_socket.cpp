#include <weft/io/unix_socket.hpp>

#include <sys/socket.h>

#include <algorithm>
#include <cerrno>

#include <weft/core/detail/errno.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/io/detail/connect.hpp>
#include <weft/io/detail/server_state.hpp>
#include <weft/io/detail/stream_state.hpp>

namespace weft {
namespace {

/// A server whose backlog is full refuses a connect that doesn't block; nothing tells when there is
/// room. io_uring waits for it by itself.
constexpr duration first_pause = std::chrono::milliseconds(1);
constexpr duration longest_pause = std::chrono::milliseconds(50);

coro<stream> connect(detail::socket_name to, connect_options options) {
  int fd = co_await detail::connect_ask(to);
  for (duration pause = first_pause; fd == -EAGAIN; pause = std::min(pause * 2, longest_pause)) {
    co_await sleep(pause);
    fd = co_await detail::connect_ask(to);
  }
  if (fd < 0) detail::throw_errno(-fd, "connect to " + to.to_string());
  co_return stream(detail::stream_state::open(get_running_loop(), fd, options.stream, address()));
}

}  // namespace

coro<stream> open_unix_connection(std::string path, connect_options options) {
  return connect(detail::socket_name::of_unix(path), options);
}

peer_credentials get_peer_credentials(const stream_writer& of) {
  if (of.fd() < 0) throw usage_error("the credentials of a stream that is closed");
  ucred found{};
  socklen_t size = sizeof found;
  if (getsockopt(of.fd(), SOL_SOCKET, SO_PEERCRED, &found, &size) != 0) {
    detail::throw_errno(errno, "getsockopt(SO_PEERCRED)");
  }
  // The kernel has no answer for other sockets, but says so by -1.
  if (found.pid == 0 && found.uid == static_cast<uid_t>(-1)) {
    detail::throw_errno(EOPNOTSUPP, "the credentials of a stream that is no Unix socket's");
  }
  return {found.pid, found.uid, found.gid};
}

coro<server> detail::open_unix_server(std::unique_ptr<connection_handler> handler, std::string path,
                                      server_options options) {
  server opened(new server_state(get_running_loop(), std::move(handler), options));
  opened.state()->bind_unix(path);
  if (options.start_serving) opened.start_serving();
  co_return opened;
}

}  // namespace weft
