#include <weft/http/http_error.hpp>

#include <utility>

namespace weft::http {

const char* to_string(error_kind kind) noexcept {
  switch (kind) {
    case error_kind::bad_url:
      return "bad URL";
    case error_kind::unsupported_scheme:
      return "unsupported scheme";
    case error_kind::could_not_resolve:
      return "could not resolve the name";
    case error_kind::could_not_connect:
      return "could not connect";
    case error_kind::tls:
      return "TLS failed";
    case error_kind::timeout:
      return "timed out";
    case error_kind::too_many_redirects:
      return "too many redirects";
    case error_kind::body_too_large:
      return "body too large";
    case error_kind::headers_too_large:
      return "headers too large";
    case error_kind::malformed_answer:
      return "malformed answer";
    case error_kind::bad_encoding:
      return "body that can't be decompressed";
    case error_kind::connection_closed:
      return "connection closed";
    case error_kind::cannot_resend:
      return "cannot send the body again";
    case error_kind::client_closed:
      return "client closed";
    case error_kind::other:
      break;
  }
  return "other";
}

namespace detail {
namespace {

template <error_kind Kind>
std::exception_ptr typed(const std::string& what, const std::string& url, std::error_code code) {
  return std::make_exception_ptr(http_error_of<Kind>(what, url, code));
}

}  // namespace

void add_answer_head(const std::exception_ptr& error,
                     std::shared_ptr<const answer_head> head) noexcept {
  try {
    std::rethrow_exception(error);
  } catch (http_error& known) {
    known.head_ = std::move(head);
  } catch (...) {  // of the program's own making, out of its body_stream
  }
}

std::exception_ptr make_http_error(error_kind kind, const std::string& what, const std::string& url,
                                   std::error_code code) {
  switch (kind) {
    case error_kind::bad_url:
      return typed<error_kind::bad_url>(what, url, code);
    case error_kind::unsupported_scheme:
      return typed<error_kind::unsupported_scheme>(what, url, code);
    case error_kind::could_not_resolve:
      return typed<error_kind::could_not_resolve>(what, url, code);
    case error_kind::could_not_connect:
      return typed<error_kind::could_not_connect>(what, url, code);
    case error_kind::tls:
      return typed<error_kind::tls>(what, url, code);
    case error_kind::too_many_redirects:
      return typed<error_kind::too_many_redirects>(what, url, code);
    case error_kind::body_too_large:
      return typed<error_kind::body_too_large>(what, url, code);
    case error_kind::headers_too_large:
      return typed<error_kind::headers_too_large>(what, url, code);
    case error_kind::malformed_answer:
      return typed<error_kind::malformed_answer>(what, url, code);
    case error_kind::bad_encoding:
      return typed<error_kind::bad_encoding>(what, url, code);
    case error_kind::connection_closed:
      return typed<error_kind::connection_closed>(what, url, code);
    case error_kind::cannot_resend:
      return typed<error_kind::cannot_resend>(what, url, code);
    case error_kind::client_closed:
      return typed<error_kind::client_closed>(what, url, code);
    case error_kind::timeout:
    case error_kind::other:
      break;
  }
  return std::make_exception_ptr(http_error(kind, what, url, code));
}

}  // namespace detail
}  // namespace weft::http
