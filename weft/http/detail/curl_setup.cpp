#include <weft/http/detail/curl_setup.hpp>

#include <curl/curl.h>
#include <sys/socket.h>

#include <limits>
#include <mutex>
#include <new>
#include <stdexcept>

#include <weft/http/detail/curl_upload.hpp>

namespace weft::http::detail {
namespace {

static_assert(curl_handle::error_size >= CURL_ERROR_SIZE);

/// Received at a time: fewer turns of the loop for a page of 100 kB, and still from the heap.
constexpr long receive_buffer = 64L << 10;

template <class Value>
void set(const curl_handle& handle, CURLoption option, Value value) {
  const CURLcode code = curl_easy_setopt(handle.easy, option, value);
  if (code == CURLE_OUT_OF_MEMORY) throw std::bad_alloc();
  if (code != CURLE_OK && code != CURLE_UNKNOWN_OPTION && code != CURLE_NOT_BUILT_IN) {
    throw std::runtime_error("libcurl refused option " + std::to_string(option) + ": " +
                             curl_easy_strerror(code));
  }
}

curl_socket_t open_socket(void* self, curlsocktype, curl_sockaddr* address) noexcept {
  const int fd = ::socket(address->family, address->socktype | SOCK_CLOEXEC, address->protocol);
  if (fd < 0) return CURL_SOCKET_BAD;
  try {
    static_cast<curl_engine*>(self)->note_socket(fd);
    return fd;
  } catch (const std::exception&) {
    curl_engine::on_close_socket(self, fd);
    return CURL_SOCKET_BAD;
  }
}

/// Whole units, rounded up: a limit never passes early.
template <class Unit>
long whole(duration d) {
  const auto count = std::chrono::ceil<Unit>(d).count();
  return static_cast<long>(std::min<std::int64_t>(count, std::numeric_limits<int>::max()));
}

void append(curl_handle& handle, const std::string& line) {
  auto* list = static_cast<curl_slist*>(handle.header_list);
  curl_slist* longer = curl_slist_append(list, line.c_str());
  if (!longer) throw std::bad_alloc();
  handle.header_list = longer;
}

void set_headers(curl_handle& handle, const client_request& request) {
  curl_slist_free_all(static_cast<curl_slist*>(std::exchange(handle.header_list, nullptr)));
  for (const header& field : request.headers) {
    const std::string line =
        field.name + (field.value.empty() ? std::string(";") : ": " + field.value);
    if (!is_token(field.name) ||
        line.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      throw value_error("this can't be sent as a header: \"" + field.name + '"');
    }
    append(handle, line);
  }
  const bool has_body = !request.body.empty() || request.method == "POST";
  // libcurl would call every POST a form, and wait a second for leave to send a long body.
  if (has_body && !request.headers.contains("content-type")) append(handle, "Content-Type:");
  if (!request.headers.contains("expect")) append(handle, "Expect:");
  set(handle, CURLOPT_HTTPHEADER, static_cast<curl_slist*>(handle.header_list));
}

void set_method(curl_handle& handle, curl_transfer& transfer) {
  const client_request& request = transfer.request();
  const std::string& method = request.method;
  if (!is_token(method)) throw value_error("not a method: \"" + method + '"');
  const bool head = method == "HEAD";
  if (head && (transfer.upload() || !request.body.empty())) {
    throw value_error("a HEAD request has no body");
  }
  // In this order: to set POSTFIELDS makes it a POST, HTTPGET takes back what it was.
  set(handle, CURLOPT_POSTFIELDS, static_cast<char*>(nullptr));
  set(handle, CURLOPT_HTTPGET, 1L);
  const char* name = method.c_str();
  if (head) {
    set(handle, CURLOPT_NOBODY, 1L);
    name = nullptr;
  } else if (transfer.upload()) {
    set(handle, CURLOPT_UPLOAD, 1L);
    set(handle, CURLOPT_READDATA, static_cast<void*>(transfer.upload()));
    set(handle, CURLOPT_INFILESIZE_LARGE,
        request.body_length ? static_cast<curl_off_t>(*request.body_length) : curl_off_t{-1});
  } else if (!request.body.empty() || method == "POST" || method == "PUT" || method == "PATCH") {
    set(handle, CURLOPT_POST, 1L);
    set(handle, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body.size()));
    set(handle, CURLOPT_POSTFIELDS, request.body.data());
  } else if (method == "GET") {
    name = nullptr;
  }
  set(handle, CURLOPT_CUSTOMREQUEST, name);
}

long version_for(http_versions versions, bool secure) {
  switch (versions) {
    case http_versions::http_2_prior_knowledge:
      return CURL_HTTP_VERSION_2_PRIOR_KNOWLEDGE;
    case http_versions::automatic:
      if (secure) return CURL_HTTP_VERSION_2TLS;
      break;
    case http_versions::http_1_1:
      break;
  }
  return CURL_HTTP_VERSION_1_1;
}

}  // namespace

void start_curl() {
  static std::once_flag once;
  std::call_once(once, [] {
    if (curl_global_init(CURL_GLOBAL_DEFAULT) != CURLE_OK) {
      throw std::runtime_error("libcurl could not be started");
    }
  });
}

bool may_share_connection(const client_options& options, bool secure) {
  switch (options.versions) {
    case http_versions::http_1_1:
      return false;
    case http_versions::automatic:
      return secure;
    case http_versions::http_2_prior_knowledge:
      break;
  }
  // Before 8.0 libcurl began HTTP/2 anew on a connection that spoke it already, unless TLS had
  // agreed on it: there each request has a connection of its own.
  static const bool mended = curl_version_info(CURLVERSION_NOW)->version_num >= 0x080000;
  return secure || mended;
}

void set_up_handle(curl_handle& handle, const client_options& options, curl_engine& engine) {
  // A handle that isn't reset keeps its count of retries, and after five of them, hundreds of
  // requests apart, gives a request up. Connections and names stay: they are the multi handle's.
  curl_easy_reset(handle.easy);
  set(handle, CURLOPT_NOSIGNAL, 1L);
  // Without this, giving up a request that waits for a name would block the loop until the name
  // is resolved; with it the resolver's thread is let go and cleans up after itself.
  set(handle, CURLOPT_QUICK_EXIT, 1L);
  set(handle, CURLOPT_PROTOCOLS_STR, "http,https");
  set(handle, CURLOPT_FOLLOWLOCATION, 0L);
  set(handle, CURLOPT_ERRORBUFFER, handle.error);
  // Refused where the handle still has the buffer of its last request, which is as good.
  curl_easy_setopt(handle.easy, CURLOPT_BUFFERSIZE, receive_buffer);
  set(handle, CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
  set(handle, CURLOPT_USERAGENT, options.user_agent.c_str());
  if (options.decompress) set(handle, CURLOPT_ACCEPT_ENCODING, "");
  if (!options.ca_file.empty()) set(handle, CURLOPT_CAINFO, options.ca_file.c_str());
  if (options.insecure) {
    set(handle, CURLOPT_SSL_VERIFYPEER, 0L);
    set(handle, CURLOPT_SSL_VERIFYHOST, 0L);
  }
  if (!options.proxy.empty() || !options.proxy_from_environment) {
    set(handle, CURLOPT_PROXY, options.proxy.c_str());
  }
  set(handle, CURLOPT_OPENSOCKETFUNCTION, &open_socket);
  set(handle, CURLOPT_OPENSOCKETDATA, static_cast<void*>(&engine));
  set(handle, CURLOPT_CLOSESOCKETFUNCTION, &curl_engine::on_close_socket);
  set(handle, CURLOPT_CLOSESOCKETDATA, static_cast<void*>(&engine));
  set(handle, CURLOPT_HEADERFUNCTION, &curl_transfer::on_header);
  set(handle, CURLOPT_WRITEFUNCTION, &curl_transfer::on_body);
  set(handle, CURLOPT_READFUNCTION, &curl_upload::on_read);
}

void set_up_request(curl_handle& handle, curl_transfer& transfer, const client_options& options) {
  const exchange_limits& limits = transfer.limits();
  handle.error[0] = '\0';
  set(handle, CURLOPT_URL, transfer.url().text.c_str());
  set(handle, CURLOPT_PRIVATE, static_cast<void*>(&transfer));
  set(handle, CURLOPT_HEADERDATA, static_cast<void*>(&transfer));
  set(handle, CURLOPT_WRITEDATA, static_cast<void*>(&transfer));
  set_method(handle, transfer);
  set_headers(handle, transfer.request());

  const bool secure = transfer.url().secure;
  const bool may_share = may_share_connection(options, secure);
  set(handle, CURLOPT_HTTP_VERSION, version_for(options.versions, secure));
  // The first requests to a host wait to see whether they can share its one connection.
  set(handle, CURLOPT_PIPEWAIT, may_share ? 1L : 0L);
  const bool alone = options.versions == http_versions::http_2_prior_knowledge && !may_share;
  set(handle, CURLOPT_FRESH_CONNECT, alone ? 1L : 0L);
  set(handle, CURLOPT_FORBID_REUSE, alone || !options.keep_alive ? 1L : 0L);

  // libcurl takes 0 for its own default, five minutes.
  const bool connect_limit = limits.connect_timeout > duration::zero();
  set(handle, CURLOPT_CONNECTTIMEOUT_MS,
      connect_limit ? whole<std::chrono::milliseconds>(limits.connect_timeout)
                    : static_cast<long>(std::numeric_limits<int>::max()));
  const bool speed_limit = limits.min_speed != 0 && limits.min_speed_time > duration::zero();
  set(handle, CURLOPT_LOW_SPEED_LIMIT, speed_limit ? static_cast<long>(limits.min_speed) : 0L);
  set(handle, CURLOPT_LOW_SPEED_TIME,
      speed_limit ? whole<std::chrono::seconds>(limits.min_speed_time) : 0L);
}

}  // namespace weft::http::detail
