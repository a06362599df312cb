// response_writer: an answer that is written piece by piece, for bodies that are large or come
// late.
//
//   coro<void> handler(const request& r, response_writer& w) {
//     w.headers().add("Content-Type", "text/plain");
//     for (int i = 0; i < 10; ++i) co_await w.write(std::to_string(i));
//   }
//
// With a Content-Length among the headers the body has that length; without, it is chunked, or for
// HTTP/1.0 ends with the connection. When the handler returns the response is complete.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <weft/core/coro.hpp>
#include <weft/http/headers.hpp>
#include <weft/http/response.hpp>

namespace weft::http {
namespace detail {
class connection;
}  // namespace detail

/// Belongs to one request; valid while its handler runs.
class response_writer {
 public:
  response_writer(const response_writer&) = delete;
  response_writer& operator=(const response_writer&) = delete;

  /// 200 unless set. Both are for before the first write.
  void set_status(int status) noexcept { status_ = status; }
  int status() const noexcept { return status_; }
  http::headers& headers() noexcept { return headers_; }

  /// True once the head has been written, so that the status can't change any more.
  bool begun() const noexcept { return begun_; }
  /// False where the client gets no body (HEAD, 204, 304): what is written is dropped, so a handler
  /// may spare itself the work.
  bool sends_body() const noexcept;

  /// Writes a piece of the body, the head before the first. Suspends while the client takes its
  /// time; a client that takes none for too long ends in timeout_error. A cancel breaks the
  /// response off. Throws std::system_error when the connection breaks, value_error when the
  /// headers contradict (more than the Content-Length, a Transfer-Encoding of the handler's own).
  coro<void> write(std::string piece);
  /// Writes the head without a piece of the body yet.
  coro<void> flush_head();
  /// Writes a whole response: in place of write().
  coro<void> send(response whole);

  // For the library.
  response_writer(detail::connection* connection, bool head_request, int minor_version,
                  bool keep_alive) noexcept
      : connection_(connection),
        minor_version_(minor_version),
        head_request_(head_request),
        keep_alive_(keep_alive) {}
  /// send() without waiting for the client; then drain() is due where must_drain() says so.
  void send_now(response&& whole);
  bool must_drain() const noexcept;
  coro<void> drain();
  /// Ends the body. False where it is shorter than was said, so that the connection must break.
  bool finish();
  bool keep_alive() const noexcept { return keep_alive_; }
  std::uint64_t body_bytes() const noexcept { return written_; }

 private:
  void begin(std::optional<std::uint64_t> whole_length);
  void put(std::string piece);
  void write_head();

  detail::connection* connection_;
  http::headers headers_;
  std::uint64_t left_ = 0;  // of a body whose length was said
  std::uint64_t written_ = 0;
  int status_ = 200;
  int minor_version_;
  bool head_request_;
  bool keep_alive_;
  bool begun_ = false;
  bool chunked_ = false;
  bool length_said_ = false;
};

}  // namespace weft::http
