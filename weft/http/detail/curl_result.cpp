// What libcurl tells at the end of an exchange, and its error codes in our words.
#include <curl/curl.h>

#include <new>
#include <string>
#include <string_view>
#include <system_error>

#include <weft/http/detail/curl_setup.hpp>
#include <weft/http/http_error.hpp>

namespace weft::http::detail {
namespace {

curl_off_t number(const curl_handle& handle, CURLINFO what) {
  curl_off_t value = 0;
  curl_easy_getinfo(handle.easy, what, &value);
  return value;
}

long small_number(const curl_handle& handle, CURLINFO what) {
  long value = 0;
  curl_easy_getinfo(handle.easy, what, &value);
  return value;
}

duration time_of(const curl_handle& handle, CURLINFO what) {
  return std::chrono::microseconds(number(handle, what));
}

std::string remote(const curl_handle& handle) {
  char* address = nullptr;
  curl_easy_getinfo(handle.easy, CURLINFO_PRIMARY_IP, &address);
  return address ? address : "";
}

http_version version_of(long curl_version) {
  switch (curl_version) {
    case CURL_HTTP_VERSION_1_0:
      return http_version::http_1_0;
    case CURL_HTTP_VERSION_1_1:
      return http_version::http_1_1;
    case CURL_HTTP_VERSION_2_0:
      return http_version::http_2;
    default:
      return http_version::unknown;
  }
}

struct described {
  error_kind kind = error_kind::other;
  std::string text;
  std::error_code code{};
};

/// libcurl's own words, where ours say less.
std::string own_words(int code, const curl_handle& handle) {
  return handle.error[0] ? handle.error : curl_easy_strerror(static_cast<CURLcode>(code));
}

described no_connection(int code, const curl_handle& handle, const curl_transfer& transfer) {
  described d;
  d.kind = error_kind::could_not_connect;
  d.text = "could not connect to " + std::string(transfer.url().host());
  if (const long error = small_number(handle, CURLINFO_OS_ERRNO)) {
    d.code = std::error_code(static_cast<int>(error), std::system_category());
    d.text += ": " + d.code.message();
  } else {
    d.text += ": " + own_words(code, handle);
  }
  return d;
}

described broken_connection(int code, const curl_handle& handle, const curl_transfer& transfer) {
  described d;
  const std::string words = own_words(code, handle);
  // libcurl has no code of its own for a broken chunk.
  if (words.find("chunked-encoding") != std::string::npos) {
    d.kind = error_kind::malformed_answer;
    d.text = "the body's chunks are malformed: " + words;
    return d;
  }
  d.kind = error_kind::connection_closed;
  d.text = transfer.has_headers() ? "the connection ended in the middle of the body"
                                  : "the connection ended before there was an answer";
  if (const long error = small_number(handle, CURLINFO_OS_ERRNO)) {
    d.code = std::error_code(static_cast<int>(error), std::system_category());
    d.text += ": " + d.code.message();
  } else if (code != CURLE_GOT_NOTHING) {
    d.text += ": " + words;
  }
  return d;
}

described out_of_memory(const curl_handle& handle, const curl_transfer& transfer) {
  // libcurl says so too when one of its own limits is passed.
  described d;
  if (number(handle, CURLINFO_PRETRANSFER_TIME_T) == 0) throw std::bad_alloc();
  if (transfer.has_headers()) {
    d.kind = error_kind::body_too_large;
    d.text = "the body unpacks to more than can be kept while nobody reads it";
  } else {
    d.kind = error_kind::headers_too_large;
    d.text = "a header of the answer is longer than 100 kB";
  }
  return d;
}

std::exception_ptr timed_out(const curl_handle& handle, const curl_transfer& transfer) {
  const exchange_limits& limits = transfer.limits();
  timeout_kind which = timeout_kind::connect;
  std::string text;
  if (number(handle, CURLINFO_PRETRANSFER_TIME_T) != 0) {
    which = timeout_kind::low_speed;
    text = "slower than " + std::to_string(limits.min_speed) + " bytes a second for " +
           seconds_text(limits.min_speed_time);
    text += transfer.has_headers() ? ", in the middle of the body" : ", and no answer yet";
  } else {
    const bool resolving = std::string_view(handle.error).starts_with("Resolving");
    text = std::string(resolving ? "could not resolve the name of " : "could not connect to ") +
           std::string(transfer.url().host()) + " within " + seconds_text(limits.connect_timeout);
  }
  return std::make_exception_ptr(
      http_timeout_error(which, transfer.what_for(text), transfer.request().url));
}

described describe_curl_error(int code, const curl_handle& handle, const curl_transfer& transfer) {
  const std::string words = own_words(code, handle);
  const std::string host(transfer.url().host());
  switch (code) {
    case CURLE_URL_MALFORMAT:
      return {error_kind::bad_url, "no URL to ask for: " + words};
    case CURLE_COULDNT_RESOLVE_HOST:
      return {error_kind::could_not_resolve, "could not resolve the name of " + host};
    case CURLE_COULDNT_RESOLVE_PROXY:
      return {error_kind::could_not_resolve, "could not resolve the proxy's name: " + words};
    case CURLE_COULDNT_CONNECT:
    case CURLE_PROXY:
    case CURLE_INTERFACE_FAILED:
      return no_connection(code, handle, transfer);
    case CURLE_PARTIAL_FILE:
    case CURLE_GOT_NOTHING:
    case CURLE_RECV_ERROR:
    case CURLE_SEND_ERROR:
    case CURLE_HTTP2_STREAM:
      return broken_connection(code, handle, transfer);
    case CURLE_UNSUPPORTED_PROTOCOL:  // our own URLs have been checked: HTTP/0.9, HTTP/7
    case CURLE_WEIRD_SERVER_REPLY:
    case CURLE_HTTP2:
      return {error_kind::malformed_answer, host + " sent something that isn't HTTP: " + words};
    case CURLE_BAD_CONTENT_ENCODING:
      return {error_kind::bad_encoding, "the body can't be decompressed: " + words};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_SSL_ENGINE_NOTFOUND:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
      return {error_kind::tls, "no TLS with " + host + ": " + words};
    case CURLE_SEND_FAIL_REWIND:
      return {error_kind::cannot_resend,
              "the connection ended and the streamed body can't be sent again"};
    case CURLE_OUT_OF_MEMORY:
      return out_of_memory(handle, transfer);
    default:
      return {error_kind::other, words};
  }
}

}  // namespace

void read_result(curl_handle& handle, client_response& response) {
  response.version = version_of(small_number(handle, CURLINFO_HTTP_VERSION));
  response.remote_address = remote(handle);
  response.remote_port = static_cast<std::uint16_t>(small_number(handle, CURLINFO_PRIMARY_PORT));
  response.bytes_received = static_cast<std::uint64_t>(small_number(handle, CURLINFO_HEADER_SIZE) +
                                                       number(handle, CURLINFO_SIZE_DOWNLOAD_T));
  response.bytes_sent = static_cast<std::uint64_t>(small_number(handle, CURLINFO_REQUEST_SIZE) +
                                                   number(handle, CURLINFO_SIZE_UPLOAD_T));
  response.reused_connection = small_number(handle, CURLINFO_NUM_CONNECTS) == 0;
  response.timing.resolved = time_of(handle, CURLINFO_NAMELOOKUP_TIME_T);
  response.timing.connected = time_of(handle, CURLINFO_CONNECT_TIME_T);
  response.timing.secured = time_of(handle, CURLINFO_APPCONNECT_TIME_T);
  response.timing.first_byte = time_of(handle, CURLINFO_STARTTRANSFER_TIME_T);
}

std::exception_ptr make_curl_error(int code, const curl_handle& handle,
                                   const curl_transfer& transfer) {
  if (code == CURLE_OPERATION_TIMEDOUT) return timed_out(handle, transfer);
  const described d = describe_curl_error(code, handle, transfer);
  return make_http_error(d.kind, transfer.what_for(d.text), transfer.request().url, d.code);
}

}  // namespace weft::http::detail
