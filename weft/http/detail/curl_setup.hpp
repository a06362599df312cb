// curl_setup: the options of libcurl's handles: the client's and the request's.
#pragma once

#include <exception>

#include <weft/http/client.hpp>
#include <weft/http/detail/curl_engine.hpp>
#include <weft/http/detail/curl_transfer.hpp>

namespace weft::http::detail {

/// curl_global_init, once.
void start_curl();

/// True if requests to one host can share a connection: HTTP/2, known or hoped for.
bool may_share_connection(const client_options& options, bool secure);

/// Makes the handle as new and sets what all requests of a client share.
void set_up_handle(curl_handle& handle, const client_options& options, curl_engine& engine);
/// Throws value_error for a request that can't be sent.
void set_up_request(curl_handle& handle, curl_transfer& transfer, const client_options& options);

/// What libcurl knows at the end of an exchange.
void read_result(curl_handle& handle, client_response& response);
/// The exception for a CURLcode that isn't CURLE_OK.
std::exception_ptr make_curl_error(int code, const curl_handle& handle,
                                   const curl_transfer& transfer);

}  // namespace weft::http::detail
