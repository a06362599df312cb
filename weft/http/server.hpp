// server: HTTP/1.0 and 1.1 for one handler, on top of weft's streams.
//
//   coro<http::response> hello(const http::request& r) {
//     co_return http::response("hello, " + r.target + "\n");
//   }
//   http::server srv = co_await http::start_server(hello, "127.0.0.1", 8080);
//   co_await srv.serve_forever();
//
// A connection is one task: it reads a request, calls the handler, ends the response, and goes on
// with the next; requests sent ahead wait, so answers keep their order. Everything that a peer can
// draw out - heads, bodies, idling, taking no answer - has a limit in bytes and in time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

#include <weft/core/coro.hpp>
#include <weft/core/detail/closure_guard.hpp>
#include <weft/core/time.hpp>
#include <weft/http/access_log.hpp>
#include <weft/http/request.hpp>
#include <weft/http/response.hpp>
#include <weft/http/response_writer.hpp>
#include <weft/io/server.hpp>

namespace weft::http {

/// Options of http::start_server.
struct server_options {
  server_options() {}

  /// Of the sockets; `stream.linger` bounds how long a closed connection sends what is left.
  weft::server_options socket;

  std::size_t max_request_line = 8 * 1024;    // longer: 414
  std::size_t max_header_line = 8 * 1024;     // longer: 431
  std::size_t max_headers = 64 * 1024;        // all together; more: 431
  std::size_t max_header_count = 100;         // more: 431
  std::uint64_t max_body = 16 * 1024 * 1024;  // larger: 413

  /// From a request's first byte to its head's end; longer: 408.
  duration head_timeout = std::chrono::seconds(10);
  /// From a response to the next request's first byte, and to the first request's.
  duration idle_timeout = std::chrono::seconds(60);
  /// How long a request's body, or a response's, may keep us waiting, over and above the time that
  /// its bytes take at min_rate. Then 408, or the connection is reset.
  duration body_timeout = std::chrono::seconds(30);
  duration write_timeout = std::chrono::seconds(60);
  std::uint64_t min_rate = 500;  // bytes a second; 0: bytes buy no time
  /// How long we read on and drop after the last response, so that the client sees it: closing with
  /// bytes unread would reset the connection under it.
  duration linger = std::chrono::seconds(5);
  /// How long requests may go on after close(); then they are cancelled and their connections
  /// reset.
  duration grace = std::chrono::seconds(10);

  /// Called after each response, in the loop; should be quick. What it throws is reported.
  std::function<void(const access_record&)> on_access;
};

namespace detail {

struct server_core;

/// A server's handler, whatever its type.
struct request_handler {
  virtual ~request_handler() = default;
  virtual coro<void> handle(request& r, response_writer& w) = 0;
};

template <class F>
struct writing_handler final : request_handler {
  F f_;
  explicit writing_handler(F f) : f_(std::move(f)) {}
  coro<void> handle(request& r, response_writer& w) override { return f_(r, w); }
};

template <class F>
struct answering_handler final : request_handler {
  F f_;
  explicit answering_handler(F f) : f_(std::move(f)) {}
  coro<void> handle(request& r, response_writer& w) override {
    response made = co_await f_(r);
    w.send_now(std::move(made));
    if (w.must_drain()) co_await w.drain();
  }
};

template <class F>
std::unique_ptr<request_handler> keep_handler(F&& f) {
  using kept = std::decay_t<F>;
  if constexpr (std::is_invocable_v<kept&, request&, response_writer&>) {
    return std::make_unique<writing_handler<kept>>(std::forward<F>(f));
  } else {
    static_assert(std::is_invocable_r_v<coro<response>, kept&, request&>,
                  "an HTTP handler is coro<response>(request&) or coro<void>(request&, "
                  "response_writer&)");
    return std::make_unique<answering_handler<kept>>(std::forward<F>(f));
  }
}

}  // namespace detail

/// A listening HTTP server; move-only. Its destructor closes it.
class server {
 public:
  server() noexcept = default;
  server(server&& other) noexcept = default;
  server& operator=(server&& other) noexcept;
  ~server();

  /// Stops accepting. Idle connections are closed now, requests that run are finished within
  /// server_options::grace, and what is left then is cancelled and reset.
  void close() noexcept;
  /// Suspends until it is closed and the last connection is. A cancel lets go.
  coro<void> wait_closed();
  /// Serves until it is cancelled or closed; either way it is closed then, its requests are waited
  /// for, and cancelled_error is thrown.
  coro<void> serve_forever();

  std::uint16_t port() const noexcept { return listener_.port(); }
  std::size_t connections() const noexcept;
  explicit operator bool() const noexcept { return core_ != nullptr; }

  // For the library.
  server(std::shared_ptr<detail::server_core> core, weft::server listener) noexcept;

 private:
  std::shared_ptr<detail::server_core> core_;
  weft::server listener_;
};

namespace detail {

coro<server> open_http_server(std::unique_ptr<request_handler> handler, std::string host,
                              std::uint16_t port, server_options options);
/// Serves one connection that came from elsewhere, to its end.
coro<void> serve_stream(std::shared_ptr<server_core> core, stream connection);
std::shared_ptr<server_core> make_core(std::unique_ptr<request_handler> handler,
                                       server_options options);

}  // namespace detail

/// Listens on the host's addresses ("": all) and calls the handler, which the server keeps, for
/// each request: `coro<response>(const request&)`, or `coro<void>(const request&,
/// response_writer&)` for bodies that are written piece by piece. What it throws is answered with
/// 500 (a request_error with its status) while the response hasn't begun; else the connection is
/// reset. Port 0: the kernel chooses. Throws resolve_error, std::system_error.
template <class Handler>
coro<server> start_server(Handler&& handler, std::string host, std::uint16_t port,
                          server_options options = {}) {
  static_assert(weft::detail::closure_is_safe<Handler>, WEFT_UNSAFE_CLOSURE);
  return detail::open_http_server(detail::keep_handler(std::forward<Handler>(handler)),
                                  std::move(host), port, std::move(options));
}

}  // namespace weft::http
