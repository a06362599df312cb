// client: HTTP requests from coroutines: a pool of connections, HTTP/1.1 and HTTP/2, TLS,
// redirects, decompression, and limits on everything that a stranger's server could make endless.
//
//   http::client web;
//   http::client_response page = co_await web.get("https://example.org/");
//
// libcurl's multi interface does the protocol; the loop drives it through add_reader, add_writer
// and its timers, so that a thousand requests need no thread (libcurl resolves names on threads of
// its own). It lives outside virtual time: tests of a program keep it behind a seam of the
// program's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/time.hpp>
#include <weft/http/headers.hpp>
#include <weft/http/http_error.hpp>

namespace weft::http {
namespace detail {
class curl_engine;
class curl_transfer;
}  // namespace detail

enum class http_version : std::uint8_t { unknown, http_1_0, http_1_1, http_2 };
/// "HTTP/1.1" and so on.
const char* to_string(http_version version) noexcept;

/// Which versions a client speaks.
enum class http_versions : std::uint8_t {
  automatic,  // HTTP/2 where TLS agrees on it (ALPN), else HTTP/1.1
  http_1_1,
  http_2_prior_knowledge,  // HTTP/2 at once, without TLS too: for servers that are known to speak
                           // it
};

/// Gives the next piece of a body each time it is called; an empty one ends it.
using body_source = std::function<coro<std::string>()>;

/// What holds for all requests of a client. A duration or size of 0 means no limit.
struct client_options {
  client_options() {}

  /// Requests beyond these wait for their turn, in order for each host. HTTP/2 counts a connection
  /// for each 100 requests.
  std::size_t max_connections = 100;
  std::size_t max_connections_per_host = 0;
  /// Connections are kept for the next request.
  bool keep_alive = true;
  http_versions versions = http_versions::automatic;

  std::string user_agent = "weft/0.1";
  /// gzip, deflate, br and zstd, as far as libcurl was built with them. Off: bodies come as sent.
  bool decompress = true;

  /// Certificates (PEM) to trust instead of the system's.
  std::string ca_file;
  /// Trusts every certificate and name: for tests only.
  bool insecure = false;

  /// "http://proxy:3128"; where empty, http_proxy, https_proxy, all_proxy and no_proxy are read
  /// from the environment, unless that is off.
  std::string proxy;
  bool proxy_from_environment = true;

  // Each of these can be set for a request too.
  bool follow_redirects = true;
  std::size_t max_redirects = 20;
  /// Of a body after decompression. Holds for request() and get(); a stream has the limit that its
  /// request sets.
  std::size_t max_body = std::size_t{64} << 20;
  /// The same goes for this one: from the call to the last byte, waiting and redirects included.
  duration total_timeout = std::chrono::minutes(5);
  /// For the name, the connection and the TLS handshake.
  duration connect_timeout = std::chrono::seconds(30);
  /// An exchange ends when it was slower than min_speed (bytes a second) for min_speed_time: the
  /// default is a minute of silence. Counted in whole seconds; not while the reader holds it up.
  std::size_t min_speed = 1;
  duration min_speed_time = std::chrono::seconds(60);

  /// Of all header lines of an answer, 1xx answers and trailers included. One line has at most
  /// 100 kB (libcurl's limit).
  std::size_t max_header_bytes = std::size_t{64} << 10;
  std::size_t max_header_count = 256;
};

/// One request. What isn't set is as the client's options say.
struct client_request {
  client_request(std::string u, std::string m = "GET")  // NOLINT: a URL is a request
      : url(std::move(u)), method(std::move(m)) {}
  client_request(const char* u) : client_request(std::string(u)) {}  // NOLINT

  /// http or https, absolute. Blanks and bytes beyond ASCII are percent-encoded.
  std::string url;
  std::string method;
  /// Of the same names they stand in place of the client's own (User-Agent, Accept-Encoding ...).
  http::headers headers;
  std::string body;
  /// A streamed body instead, sent chunked, or as it is where the length is given. Runs as a task
  /// beside the request; what it throws ends the request.
  body_source body_stream;
  std::optional<std::uint64_t> body_length;

  std::optional<bool> follow_redirects;
  std::optional<std::size_t> max_redirects;
  std::optional<std::size_t> max_body;
  std::optional<duration> total_timeout;
  std::optional<duration> connect_timeout;
  std::optional<std::size_t> min_speed;
  std::optional<duration> min_speed_time;
};

/// An answer on the way to the last one.
struct redirect {
  int status = 0;
  std::string url;       // what was asked for
  std::string location;  // where that led, absolute
};

/// How long each step of the last exchange took, each counted from its start.
struct client_timing {
  duration resolved{};   // the name; 0 on a connection that was there
  duration connected{};  // TCP
  duration secured{};    // TLS; 0 without
  duration first_byte{};
  /// From the call to the last byte: waiting for a connection and redirects too.
  duration total{};
};

/// An answer. Any status is an answer; errors are thrown.
struct client_response {
  client_response() {}

  int status = 0;
  std::string reason;
  http_version version = http_version::unknown;
  /// As sent: after decompression Content-Encoding and Content-Length still stand there.
  http::headers headers;
  std::string body;
  /// Of the last exchange: the effective one, after redirects.
  std::string url;
  std::vector<redirect> redirects;
  client_timing timing;
  std::string remote_address;
  std::uint16_t remote_port = 0;
  /// Header and body bytes of the last exchange, as HTTP counts them, before decompression and
  /// without TLS.
  std::uint64_t bytes_received = 0;
  std::uint64_t bytes_sent = 0;
  /// The connection was there already.
  bool reused_connection = false;

  /// 2xx.
  bool ok() const noexcept { return status >= 200 && status < 300; }
};

/// An answer whose body is read piece by piece. Reads no faster than the reader: what isn't read
/// stays with the server. Destroying it before the end closes its connection. Move-only.
class response_stream {
 public:
  explicit response_stream(std::unique_ptr<detail::curl_transfer> transfer) noexcept;
  response_stream(response_stream&&) noexcept;
  response_stream& operator=(response_stream&&) noexcept;
  ~response_stream();

  /// All but the body; total time and byte counts are there when the end is reached.
  const client_response& response() const noexcept;
  int status() const noexcept { return response().status; }
  const http::headers& headers() const noexcept { return response().headers; }

  /// What has come, at least a byte; empty at the end. Suspends until there is something. Throws
  /// http_error; a cancel leaves the stream as it was. One reader at a time; the stream must stay
  /// where it is while one waits.
  coro<std::string> read_some();
  /// The rest.
  coro<std::string> read_all();
  /// Gives up the rest.
  void close() noexcept;

 private:
  std::unique_ptr<detail::curl_transfer> transfer_;
};

/// A pool of connections and how to use them. Belongs to the loop that runs when its first request
/// is made, until that loop closes; used on its thread only. No cookies are kept, nothing is read
/// from .netrc. Destroying the client ends its requests with client_closed_error. asyncio has none;
/// aiohttp: ClientSession.
class client {
 public:
  explicit client(const client_options& options = {});
  client(client&&) noexcept;
  client& operator=(client&&) noexcept;
  ~client();

  /// Sends a request and gives the whole answer. Suspends; a cancel ends the exchange at once (in
  /// mid-body its connection is closed). Throws http_error, and usage_error on another loop.
  coro<client_response> request(client_request request);
  coro<client_response> get(std::string url);
  /// The same, but gives the answer as soon as its headers are there.
  coro<response_stream> stream(client_request request);

  /// Ends requests in flight and closes all connections. Later requests open new ones.
  void close() noexcept;
  /// Requests at work, and those that wait for their turn.
  std::size_t active() const noexcept;
  std::size_t waiting() const noexcept;

 private:
  std::shared_ptr<detail::curl_engine> engine_;
};

}  // namespace weft::http
