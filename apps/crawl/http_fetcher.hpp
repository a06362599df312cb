// The fetcher of the program: weft's HTTP client, with everything bounded that a strange server
// could make endless.

#pragma once

#include <apps/crawl/fetcher.hpp>
#include <apps/crawl/options.hpp>
#include <weft/http/client.hpp>

namespace weft::crawl {

class http_fetcher final : public fetcher {
 public:
  /// Takes the options' limits, TLS and HTTP settings.
  explicit http_fetcher(const options& how);
  coro<fetch_result> fetch(const fetch_request& request) override;

 private:
  http::client client_;
};

/// An HTTP client's error in the crawler's terms.
fetch_failure failure_of(const http::http_error& error);

}  // namespace weft::crawl
