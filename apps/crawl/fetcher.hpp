// The seam between the crawler and the network: one request, one answer. http_fetcher stands behind
// it in the program, a script in the tests, so that a whole crawl can be tested on the virtual
// clock without a socket.

#pragma once

#include <apps/crawl/url.hpp>
#include <weft/core/coro.hpp>
#include <weft/core/time.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::crawl {

/// Why a request got no whole answer.
enum class fetch_failure : std::uint8_t {
  none,
  bad_name,         ///< the name has no address
  no_route,         ///< no way to the address
  refused,          ///< nobody listens there
  reset,            ///< the server broke the connection off
  cut_short,        ///< the connection ended before the answer did
  timed_out,        ///< no whole answer in time
  connect_timeout,  ///< no connection in time
  tls,              ///< no trusted, working encryption
  garbage,          ///< the answer is no HTTP
  header_too_long,
  too_big,     ///< the body is larger than allowed
  bad_coding,  ///< the compressed body can't be read
  interrupted,
  other,
};

/// A sentence's worth of words for it: "nobody listens there (connection refused)".
std::string_view words_for(fetch_failure failure);

/// A GET. Redirects are not followed by the fetcher: the crawler goes them step by step.
struct fetch_request {
  url address;
};

/// What came back. Where `failure` is set, status and header fields are what had arrived by then.
struct fetch_result {
  int status = 0;            ///< 0: no answer's head arrived
  std::string content_type;  ///< the header as it was sent
  std::string location;      ///< likewise
  std::string body;          ///< decompressed
  fetch_failure failure = fetch_failure::none;
  std::string detail;  ///< the failure in the words of the layer that met it; may be empty
  duration elapsed{};
};

class fetcher {
 public:
  virtual ~fetcher() = default;
  /// Fetches one URL. Suspends. Throws nothing but cancelled_error: whatever goes wrong is in the
  /// result. `request` has to live until then.
  virtual coro<fetch_result> fetch(const fetch_request& request) = 0;
};

}  // namespace weft::crawl
