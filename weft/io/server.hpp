// start_server: listens, and runs a handler for each connection as a task of its own.
//
//   coro<void> echo(stream s) {
//     for (;;) {
//       std::string data = co_await s.read_some();
//       if (data.empty()) co_return;
//       co_await s.send(std::move(data));
//     }
//   }
//   server srv = co_await start_server(echo, "127.0.0.1", 8080);
//   co_await srv.serve_forever();
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/detail/closure_guard.hpp>
#include <weft/io/address.hpp>
#include <weft/io/stream.hpp>

namespace weft {
namespace detail {

struct server_state;
void retain(server_state* state) noexcept;
void release(server_state* state) noexcept;

/// The handler of a server's connections, whatever its type.
struct connection_handler {
  virtual ~connection_handler() = default;
  virtual coro<void> handle(stream connection) = 0;
};

template <class F>
struct connection_handler_of final : connection_handler {
  F f_;
  explicit connection_handler_of(F f) : f_(std::move(f)) {}
  coro<void> handle(stream connection) override { return f_(std::move(connection)); }
};

}  // namespace detail

/// Options of start_server.
struct server_options {
  int backlog = 1024;         // connections that wait to be accepted
  bool reuse_address = true;  // SO_REUSEADDR: a restarted server gets its port at once
  bool reuse_port = false;    // SO_REUSEPORT: several loops listen on one port
  bool start_serving = true;  // else start_serving() begins
  stream_options stream;      // of each connection
};

/// A listening server; move-only. Its destructor closes it; handlers that run go on.
/// asyncio: Server.
class server {
 public:
  server() noexcept = default;
  server(server&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  server& operator=(server&& other) noexcept {
    server old(std::move(*this));
    state_ = std::exchange(other.state_, nullptr);
    return *this;
  }
  ~server();

  /// Begins to accept; nothing if it has. asyncio: start_serving.
  void start_serving();
  bool is_serving() const noexcept;
  /// Serves until it is cancelled or closed; either way it is closed then, its handlers are waited
  /// for, and cancelled_error is thrown. asyncio: serve_forever.
  coro<void> serve_forever();
  /// Stops listening. Connections and their handlers go on. asyncio: close.
  void close() noexcept;
  /// Suspends until it is closed, each handler has ended and each connection is closed. A cancel
  /// lets go. asyncio: wait_closed.
  coro<void> wait_closed();
  /// Closes each connection, as stream::close does. asyncio: close_clients.
  void close_clients() noexcept;
  /// Aborts each connection, as stream::abort does. asyncio: abort_clients.
  void abort_clients() noexcept;

  /// The port of the first socket: that which the kernel chose when 0 was asked for.
  std::uint16_t port() const noexcept;
  /// What it listens on. asyncio: sockets.
  std::vector<address> addresses() const;
  /// Connections that are served now.
  std::size_t connections() const noexcept;

  explicit operator bool() const noexcept { return state_ != nullptr; }

  // For the library.
  explicit server(detail::server_state* adopted) noexcept : state_(adopted) {}
  detail::server_state* state() const noexcept { return state_; }

 private:
  detail::server_state* state_ = nullptr;
};

namespace detail {

coro<server> open_server(std::unique_ptr<connection_handler> handler, std::string host,
                         std::uint16_t port, server_options options);

}  // namespace detail

/// Listens on each of the host's addresses ("": all, IPv4 and IPv6) and calls `handler(stream)`, a
/// coroutine function that the server keeps, in a new task for each connection; the task is named
/// after the peer. What it throws goes to the loop's exception handler, and its stream is closed.
/// Port 0: the kernel chooses one, the same for all addresses. When descriptors run out, accepting
/// pauses for 100 ms and is tried again. Throws resolve_error, std::system_error.
/// asyncio: start_server.
template <class Handler>
coro<server> start_server(Handler&& handler, std::string host, std::uint16_t port,
                          server_options options = {}) {
  static_assert(detail::closure_is_safe<Handler>, WEFT_UNSAFE_CLOSURE);
  using kept = detail::connection_handler_of<std::decay_t<Handler>>;
  return detail::open_server(std::make_unique<kept>(std::forward<Handler>(handler)),
                             std::move(host), port, options);
}

}  // namespace weft
