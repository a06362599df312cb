#include <apps/crawl/fetcher.hpp>

namespace weft::crawl {

std::string_view words_for(fetch_failure failure) {
  switch (failure) {
    case fetch_failure::none:
      return "";
    case fetch_failure::bad_name:
      return "no such host";
    case fetch_failure::no_route:
      return "no route to the host";
    case fetch_failure::refused:
      return "connection refused: nobody listens there";
    case fetch_failure::reset:
      return "the server broke the connection off";
    case fetch_failure::cut_short:
      return "the answer was cut short";
    case fetch_failure::timed_out:
      return "no whole answer in time";
    case fetch_failure::connect_timeout:
      return "no connection in time";
    case fetch_failure::tls:
      return "no trusted TLS connection";
    case fetch_failure::garbage:
      return "the answer is not HTTP";
    case fetch_failure::header_too_long:
      return "the answer's header is too long";
    case fetch_failure::too_big:
      return "the body is larger than --max-bytes";
    case fetch_failure::bad_coding:
      return "the compressed body cannot be read";
    case fetch_failure::interrupted:
      return "interrupted before the answer was whole";
    case fetch_failure::other:
      return "the fetch failed";
  }
  return "";
}

}  // namespace weft::crawl
