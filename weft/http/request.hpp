// request: what a server's handler is given. The head is there; the body is read by the handler, as
// it comes, so that a large one is never held whole unless the handler wants it.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <string_view>

#include <weft/core/coro.hpp>
#include <weft/http/headers.hpp>
#include <weft/io/address.hpp>

namespace weft::http {
namespace detail {
class connection;
}  // namespace detail

/// A request that is to be answered with an error. Reading a body throws it (400 malformed, 408 too
/// slow, 413 too large); a handler may throw it too: the client gets the status and the text.
class request_error : public std::runtime_error {
 public:
  request_error(int status, const std::string& what) : std::runtime_error(what), status_(status) {}
  int status() const noexcept { return status_; }

 private:
  int status_;
};

/// A request's body, as it comes. Valid while the handler runs.
class request_body {
 public:
  request_body() noexcept = default;

  /// The next piece; empty at the end. Sends `100 Continue` first if the client waits for it.
  /// Suspends until something comes. A cancel loses no byte. Throws request_error, or
  /// std::system_error when the connection breaks.
  coro<std::string> read_some() const;
  /// All that is left. Throws request_error (413) when it is more than `limit` bytes.
  coro<std::string> read_all(std::size_t limit = 1024 * 1024) const;

  // For the library.
  explicit request_body(detail::connection* connection) noexcept : connection_(connection) {}

 private:
  detail::connection* connection_ = nullptr;
};

/// A request. Valid while its handler runs.
struct request {
  std::string method;     // "GET"
  std::string target;     // as it came: "/a%20b?c=d", "http://host/a", "*"
  int minor_version = 1;  // of HTTP/1
  http::headers headers;
  request_body body;
  address peer;

  /// The target's path, still percent-encoded: "/a%20b". "/" where an absolute target has none.
  std::string_view path() const noexcept;
  /// What follows its '?', or an empty text.
  std::string_view query() const noexcept;
  bool is_head() const noexcept { return method == "HEAD"; }
};

}  // namespace weft::http
