#include <weft/http/detail/request_url.hpp>

#include <curl/curl.h>

#include <memory>

#include <weft/http/headers.hpp>
#include <weft/http/http_error.hpp>

namespace weft::http::detail {
namespace {

bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}

void append_encoded(std::string& out, std::string_view text) {
  static constexpr char digits[] = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte == ' ' || byte >= 0x80) {
      out += '%';
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
}

/// "http" and "https" in lower case; empty for what has no scheme.
std::string scheme_of(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return {};
  std::string scheme;
  for (const char c : text.substr(0, colon)) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool other = (c >= '0' && c <= '9') || c == '+' || c == '-' || c == '.';
    if (!letter && (!other || scheme.empty())) return {};
    scheme += letter ? static_cast<char>(c | 0x20) : c;
  }
  return scheme;
}

[[noreturn]] void refuse(std::string_view url, const std::string& why) {
  const std::string shown(url.substr(0, 300));
  throw bad_url_error("\"" + shown + "\" is no URL to ask for: " + why, shown);
}

struct url_deleter {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
struct text_deleter {
  void operator()(char* text) const noexcept { curl_free(text); }
};

}  // namespace

std::string_view request_url::host() const noexcept {
  return std::string_view(origin).substr(origin.find("//") + 2);
}

request_url parse_request_url(std::string_view text) {
  for (const char c : text) {
    if (is_control(c)) refuse(text, "it holds a control character");
  }
  const std::string scheme = scheme_of(text);
  if (scheme.empty()) refuse(text, "it has no scheme");
  if (scheme != "http" && scheme != "https") {
    const std::string shown(text.substr(0, 300));
    throw unsupported_scheme_error(
        "\"" + shown + "\": only http and https can be asked for, not " + scheme, shown);
  }
  if (text.substr(scheme.size(), 3) != "://") refuse(text, "\"//\" is missing after the scheme");

  request_url made;
  made.secure = scheme == "https";
  const std::size_t start = scheme.size() + 3;
  const std::size_t fragment = text.find('#');
  if (fragment != std::string_view::npos) text = text.substr(0, fragment);
  const std::size_t end = std::min(text.find_first_of("/?", start), text.size());
  std::string_view authority = text.substr(start, end - start);
  made.text = scheme + "://" + std::string(authority);
  append_encoded(made.text, text.substr(end));

  const std::size_t at = authority.rfind('@');
  if (at != std::string_view::npos) authority.remove_prefix(at + 1);
  if (authority.empty() || authority.front() == ':') refuse(text, "it names no host");
  made.origin = scheme + "://";
  for (const char c : authority) {
    made.origin += c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  return made;
}

std::string resolve_location(const std::string& base, const std::string& location) {
  const std::unique_ptr<CURLU, url_deleter> url(curl_url());
  if (!url) throw std::bad_alloc();
  if (curl_url_set(url.get(), CURLUPART_URL, base.c_str(), CURLU_URLENCODE)) {
    refuse(base, "it can't be taken apart");
  }
  // A scheme that libcurl doesn't know is reported by its name, later.
  constexpr unsigned how = CURLU_URLENCODE | CURLU_NON_SUPPORT_SCHEME;
  if (const CURLUcode bad = curl_url_set(url.get(), CURLUPART_URL, location.c_str(), how)) {
    refuse(base, "it redirects to \"" + location.substr(0, 300) +
                     "\", which is no URL: " + curl_url_strerror(bad));
  }
  char* text = nullptr;
  if (curl_url_get(url.get(), CURLUPART_URL, &text, 0)) refuse(base, "it redirects to no URL");
  const std::unique_ptr<char, text_deleter> owned(text);
  return std::string(text);
}

}  // namespace weft::http::detail
