#include <apps/crawl/http_fetcher.hpp>

#include <chrono>
#include <string>
#include <system_error>
#include <utility>

namespace weft::crawl {

namespace {

http::client_options client_options_of(const options& how) {
  http::client_options result;
  result.max_connections = how.concurrency;
  result.max_connections_per_host = how.per_host;
  result.keep_alive = how.keep_alive;
  result.versions = how.http2 ? http::http_versions::automatic : http::http_versions::http_1_1;
  result.user_agent = how.user_agent;
  result.decompress = how.compression;
  result.ca_file = how.ca_file;
  result.insecure = how.insecure;
  result.follow_redirects = false;
  result.max_body = how.max_bytes;
  result.total_timeout = how.timeout;
  result.connect_timeout = how.connect_timeout;
  return result;
}

/// The client's line without what the crawler's own line says already: method and URL.
std::string detail_of(const http::http_error& error) {
  std::string text = error.what();
  for (const std::string& known :
       {"GET " + std::string(error.url()) + ": ", std::string(error.url()) + ": "}) {
    if (text.substr(0, known.size()) == known) return text.substr(known.size());
  }
  return text;
}

}  // namespace

fetch_failure failure_of(const http::http_error& error) {
  switch (error.kind()) {
    case http::error_kind::could_not_resolve:
      return fetch_failure::bad_name;
    case http::error_kind::could_not_connect:
      if (error.code() == std::errc::connection_refused) return fetch_failure::refused;
      if (error.code() == std::errc::connection_reset) return fetch_failure::reset;
      if (error.code() == std::errc::timed_out) return fetch_failure::connect_timeout;
      return fetch_failure::no_route;
    case http::error_kind::tls:
      return fetch_failure::tls;
    case http::error_kind::timeout: {
      const auto* timeout = dynamic_cast<const http::http_timeout_error*>(&error);
      const bool connecting = timeout && timeout->which() == http::timeout_kind::connect;
      return connecting ? fetch_failure::connect_timeout : fetch_failure::timed_out;
    }
    case http::error_kind::body_too_large:
      return fetch_failure::too_big;
    case http::error_kind::headers_too_large:
      return fetch_failure::header_too_long;
    case http::error_kind::malformed_answer:
      return fetch_failure::garbage;
    case http::error_kind::bad_encoding:
      return fetch_failure::bad_coding;
    case http::error_kind::connection_closed:
      return error.code() == std::errc::connection_reset ? fetch_failure::reset
                                                         : fetch_failure::cut_short;
    case http::error_kind::client_closed:
      return fetch_failure::interrupted;
    case http::error_kind::bad_url:
    case http::error_kind::unsupported_scheme:
    case http::error_kind::too_many_redirects:
    case http::error_kind::cannot_resend:
    case http::error_kind::other:
      break;
  }
  return fetch_failure::other;
}

http_fetcher::http_fetcher(const options& how) : client_(client_options_of(how)) {}

namespace {

void take_head(fetch_result& result, int status, const http::headers& fields) {
  result.status = status;
  result.content_type = fields.get("Content-Type");
  result.location = fields.get("Location");
}

}  // namespace

coro<fetch_result> http_fetcher::fetch(const fetch_request& request) {
  fetch_result result;
  const auto begin = std::chrono::steady_clock::now();
  http::client_request asked(request.address.text());
  try {
    http::client_response answer = co_await client_.request(std::move(asked));
    take_head(result, answer.status, answer.headers);
    result.body = std::move(answer.body);
  } catch (const http::http_error& error) {
    result.failure = failure_of(error);
    result.detail = detail_of(error);
    if (error.answer_headers()) take_head(result, error.status(), *error.answer_headers());
  }
  result.elapsed = std::chrono::steady_clock::now() - begin;
  co_return result;
}

}  // namespace weft::crawl
