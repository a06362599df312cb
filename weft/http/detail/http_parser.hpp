// http_parser: turns the bytes of a connection into requests, by llhttp in its strict mode.
//
// The head is held back until its empty line has come, since only then can it be judged as a whole:
// line ends, folds, limits and what makes a message's length ambiguous are checked here, beyond
// what llhttp checks, and answered with the status that fits. A body is passed on in the pieces in
// which it comes, without a copy.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <weft/http/headers.hpp>

namespace weft::http::detail {

/// A request's head may be no larger than this.
struct head_limits {
  std::size_t request_line = 8 * 1024;
  std::size_t header_line = 8 * 1024;
  std::size_t total = 64 * 1024;
  std::size_t count = 100;
};

struct request_head {
  std::string method;
  std::string target;
  int minor_version = 1;
  http::headers headers;
  std::optional<std::uint64_t> content_length;
  bool chunked = false;
  bool keep_alive = true;
  bool expects_continue = false;

  /// As new, but for the memory that it keeps.
  void clear() noexcept;
};

class http_parser {
 public:
  enum class event : std::uint8_t { need_input, head, body, end, refused };

  explicit http_parser(const head_limits& limits);
  http_parser(const http_parser&) = delete;
  http_parser& operator=(const http_parser&) = delete;
  ~http_parser();

  /// Takes bytes from the front of `input` up to the next event. After `end` the next message
  /// begins; after `refused` nothing more is taken.
  event next(std::string_view& input);

  /// After `head`.
  request_head& head() noexcept { return head_; }
  /// After `body`: a piece of it, which lies in the input.
  std::string_view body() const noexcept { return body_; }
  /// After `refused`: the status of the answer, and what is wrong.
  int refusal_status() const noexcept { return status_; }
  const char* refusal_reason() const noexcept { return reason_; }
  /// True between the first byte of a head and its end.
  bool in_head() const noexcept { return phase_ == phase::head && head_bytes_ > 0; }

 private:
  struct machine;  // llhttp's
  struct framing_fields;
  friend struct machine;
  enum class phase : std::uint8_t { head, body, dead };

  event next_head(std::string_view& input);
  event next_body(std::string_view& input);
  /// Looks at a line, or at its beginning, without the LF; true if it is the head's last.
  bool take_line(std::string_view line, bool whole);
  void parse_head(std::string_view text);
  void check_head();
  void check_length(const framing_fields& fields);
  void check_target();
  void refuse(int status, const char* reason) noexcept;
  void begin_message() noexcept;

  head_limits limits_;
  std::unique_ptr<machine> machine_;
  std::string buffered_;  // the beginning of a head that came in pieces
  request_head head_;
  std::string_view body_;
  std::size_t scanned_ = 0;  // of buffered_
  std::size_t head_bytes_ = 0;
  std::size_t lines_ = 0;
  std::uint64_t body_bytes_ = 0;
  std::uint64_t framing_bytes_ = 0;  // chunk sizes, their extensions, trailers
  char last_byte_ = 0;               // taken of a body
  const char* reason_ = "";
  int status_ = 0;
  phase phase_ = phase::head;
};

}  // namespace weft::http::detail
