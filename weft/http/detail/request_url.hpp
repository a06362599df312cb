// request_url: the URL of a request, checked and ready for libcurl, and the key of its host.
#pragma once

#include <string>
#include <string_view>

namespace weft::http::detail {

struct request_url {
  std::string text;    // blanks and bytes beyond ASCII percent-encoded, without the fragment
  std::string origin;  // "https://host:port" in lower case, as far as the URL names the port
  bool secure = false;

  /// host:port for a person.
  std::string_view host() const noexcept;
};

/// Throws bad_url_error, unsupported_scheme_error. libcurl checks the rest when the request starts.
request_url parse_request_url(std::string_view text);

/// The URL that a redirect leads to. Throws bad_url_error.
std::string resolve_location(const std::string& base, const std::string& location);

}  // namespace weft::http::detail
