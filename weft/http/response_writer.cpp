#include <weft/http/response_writer.hpp>

#include <array>
#include <charconv>
#include <string_view>

#include <weft/core/errors.hpp>
#include <weft/http/detail/connection.hpp>
#include <weft/http/status.hpp>

namespace weft::http {
namespace {

/// Below this a piece is copied into its frame, above it is moved.
constexpr std::size_t small_piece = 1024;

std::string digits(std::uint64_t value, int base) {
  std::array<char, 20> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, base);
  return std::string(text.data(), end.ptr);
}

std::string hex(std::size_t value) { return digits(value, 16); }

}  // namespace

bool response_writer::sends_body() const noexcept {
  return !head_request_ && !has_no_body(status_);
}

void response_writer::write_head() {
  std::string& text = connection_->head_text();
  text.assign("HTTP/1.1 ").append(digits(static_cast<std::uint64_t>(status_), 10)).append(" ");
  text.append(reason_phrase(status_)).append("\r\n");
  if (!headers_.contains("Date")) text.append(connection_->date_line());
  for (const header& h : headers_) {
    if (equal_ignoring_case(h.name, "Connection")) continue;
    text.append(h.name).append(": ").append(h.value).append("\r\n");
  }
  if (!keep_alive_) {
    text += "Connection: close\r\n";
  } else if (minor_version_ == 0) {
    text += "Connection: keep-alive\r\n";
  }
  text += "\r\n";
  begun_ = true;
  connection_->begin_response(text);
}

void response_writer::begin(std::optional<std::uint64_t> whole_length) {
  if (status_ < 200 || status_ > 999) throw value_error("not a final status of HTTP");
  if (headers_.contains("Transfer-Encoding")) {
    throw value_error("Transfer-Encoding is the server's to choose");
  }
  if (headers_.has_token("Connection", "close") || connection_->must_close()) keep_alive_ = false;
  length_said_ = false;
  const std::string* said = headers_.find("Content-Length");
  if (said) {
    const char* const end = said->data() + said->size();
    const auto read = std::from_chars(said->data(), end, left_);
    if (read.ec != std::errc() || read.ptr != end || headers_.all("Content-Length").size() > 1) {
      throw value_error("a Content-Length that is none");
    }
    length_said_ = true;
  }
  const bool never_has_body = has_no_body(status_);
  if (whole_length && !(said && !sends_body())) {
    // The answer to HEAD may tell the length of a body that the handler did not make.
    if (said && left_ != *whole_length)
      throw value_error("a Content-Length that is not the body's");
    if (!said && !never_has_body) {
      headers_.add_unchecked("Content-Length", digits(*whole_length, 10));
    }
    left_ = *whole_length;
    length_said_ = true;
  }
  if (never_has_body && status_ == 204) headers_.remove("Content-Length");
  if (!length_said_ && !never_has_body) {
    if (minor_version_ >= 1) {
      headers_.add_unchecked("Transfer-Encoding", "chunked");
      chunked_ = true;
    } else if (!head_request_) {
      keep_alive_ = false;
    }
  }
  write_head();
}

void response_writer::put(std::string piece) {
  if (!sends_body() || piece.empty()) return;
  if (length_said_) {
    if (piece.size() > left_) throw value_error("more body than its Content-Length");
    left_ -= piece.size();
  }
  written_ += piece.size();
  if (!chunked_) {
    connection_->write(std::move(piece));
  } else if (piece.size() <= small_piece) {
    connection_->write(hex(piece.size()) + "\r\n" + piece + "\r\n");
  } else {
    connection_->write(hex(piece.size()) + "\r\n");
    connection_->write(std::move(piece));
    connection_->write(std::string("\r\n"));
  }
}

coro<void> response_writer::write(std::string piece) {
  if (!begun_) begin(std::nullopt);
  put(std::move(piece));
  if (must_drain()) co_await drain();
}

coro<void> response_writer::flush_head() {
  if (!begun_) begin(std::nullopt);
  co_await connection_->drain();
}

bool response_writer::must_drain() const noexcept { return connection_->must_drain(); }

coro<void> response_writer::drain() { return connection_->drain(); }

void response_writer::send_now(response&& whole) {
  if (begun_) throw usage_error("the response has begun already");
  status_ = whole.status;
  if (headers_.empty()) {
    headers_ = std::move(whole.headers);
  } else {
    for (const header& h : whole.headers) headers_.add(h.name, h.value);
  }
  begin(whole.body.size());
  put(std::move(whole.body));
}

coro<void> response_writer::send(response whole) {
  send_now(std::move(whole));
  if (must_drain()) co_await drain();
}

bool response_writer::finish() {
  if (!begun_) begin(0);
  if (chunked_ && sends_body()) connection_->write(std::string("0\r\n\r\n"));
  return !(length_said_ && sends_body() && left_ > 0);
}

}  // namespace weft::http
