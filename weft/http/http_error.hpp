// http_error: what an HTTP client throws. Each line names the request, the host and what was tried;
// kind() is for programs that branch.
//
// A 404 is no error: it is an answer, see client_response::status.
#pragma once

#include <cstdint>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <system_error>

#include <weft/http/headers.hpp>

namespace weft::http {

enum class error_kind : std::uint8_t {
  bad_url,
  unsupported_scheme,  // neither http nor https, in the URL or in a redirect
  could_not_resolve,
  could_not_connect,  // code() says why: refused, no route
  tls,                // the certificate or the handshake
  timeout,            // http_timeout_error::which() says which
  too_many_redirects,
  body_too_large,     // after decompression
  headers_too_large,  // in bytes or in number
  malformed_answer,   // what came isn't HTTP
  bad_encoding,       // the body can't be decompressed
  connection_closed,  // before the answer or in the middle of its body
  cannot_resend,      // a redirect asks for a streamed body again
  client_closed,      // the client or its loop ended with the request in flight
  other,
};

/// "could not connect" and so on.
const char* to_string(error_kind kind) noexcept;

enum class timeout_kind : std::uint8_t {
  none,
  connect,    // the name, the connection or the TLS handshake
  low_speed,  // less came than min_speed asks for, as long as min_speed_time
  total,
};

namespace detail {

/// What had come of an answer before its body failed.
struct answer_head {
  int status;
  headers fields;
};

/// Gives an http_error, and no other, the head of its answer.
void add_answer_head(const std::exception_ptr& error,
                     std::shared_ptr<const answer_head> head) noexcept;

}  // namespace detail

/// Every error of the client. The types below tell the kinds apart for those who catch.
class http_error : public std::runtime_error {
 public:
  http_error(error_kind kind, const std::string& what, const std::string& url,
             std::error_code code = {}, timeout_kind which = timeout_kind::none)
      : std::runtime_error(what), url_(url), code_(code), kind_(kind), which_(which) {}

  error_kind kind() const noexcept { return kind_; }
  /// The URL that was asked for when it happened: after redirects, the last one.
  const char* url() const noexcept { return url_.what(); }
  /// The system's error where one stands behind this (ECONNREFUSED ...), else empty.
  const std::error_code& code() const noexcept { return code_; }
  /// The status of the answer in whose body it happened; 0 where no answer's head had come.
  int status() const noexcept { return head_ ? head_->status : 0; }
  /// That answer's header fields; null where no head had come. Live as long as the error.
  const http::headers* answer_headers() const noexcept { return head_ ? &head_->fields : nullptr; }

 protected:
  timeout_kind timeout() const noexcept { return which_; }

 private:
  friend void detail::add_answer_head(const std::exception_ptr& error,
                                      std::shared_ptr<const detail::answer_head> head) noexcept;

  std::runtime_error url_;  // a text that can be copied without throwing
  std::error_code code_;
  std::shared_ptr<const detail::answer_head> head_;
  error_kind kind_;
  timeout_kind which_;
};

template <error_kind Kind>
class http_error_of : public http_error {
 public:
  explicit http_error_of(const std::string& what, const std::string& url = {},
                         std::error_code code = {})
      : http_error(Kind, what, url, code) {}
};

using bad_url_error = http_error_of<error_kind::bad_url>;
using unsupported_scheme_error = http_error_of<error_kind::unsupported_scheme>;
using could_not_resolve_error = http_error_of<error_kind::could_not_resolve>;
using could_not_connect_error = http_error_of<error_kind::could_not_connect>;
using tls_error = http_error_of<error_kind::tls>;
using too_many_redirects_error = http_error_of<error_kind::too_many_redirects>;
using body_too_large_error = http_error_of<error_kind::body_too_large>;
using headers_too_large_error = http_error_of<error_kind::headers_too_large>;
using malformed_answer_error = http_error_of<error_kind::malformed_answer>;
using bad_encoding_error = http_error_of<error_kind::bad_encoding>;
using connection_closed_error = http_error_of<error_kind::connection_closed>;
using cannot_resend_error = http_error_of<error_kind::cannot_resend>;
using client_closed_error = http_error_of<error_kind::client_closed>;

/// One of the request's time limits passed.
class http_timeout_error : public http_error {
 public:
  http_timeout_error(timeout_kind which, const std::string& what, const std::string& url = {})
      : http_error(error_kind::timeout, what, url, {}, which) {}
  timeout_kind which() const noexcept { return timeout(); }
};

namespace detail {

/// An error of the kind's own type.
std::exception_ptr make_http_error(error_kind kind, const std::string& what, const std::string& url,
                                   std::error_code code = {});

}  // namespace detail
}  // namespace weft::http
