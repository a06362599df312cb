#include <weft/http/client.hpp>

#include <utility>

#include <weft/core/errors.hpp>
#include <weft/http/detail/curl_engine.hpp>
#include <weft/http/detail/curl_transfer.hpp>

namespace weft::http {
namespace {

using transfer_ptr = std::unique_ptr<detail::curl_transfer>;

/// Turns a request into the one that a redirect asks for. Throws bad_url_error and
/// cannot_resend_error.
redirect follow(client_request& request, detail::curl_transfer& from, bool body_was_streamed) {
  const client_response& answer = from.response();
  redirect hop;
  hop.status = answer.status;
  hop.url = from.url().text;
  hop.location = detail::resolve_location(hop.url, std::string(answer.headers.get("location")));

  const bool post = request.method == "POST";
  const bool head = request.method == "HEAD";
  const bool as_get = (hop.status == 303 && !head) || (post && hop.status <= 302);
  if (as_get) {
    request.method = "GET";
    request.body.clear();
    request.headers.remove("content-type");
    request.headers.remove("content-length");
    request.headers.remove("transfer-encoding");
  } else if (body_was_streamed) {
    throw cannot_resend_error(
        from.what_for("redirected to " + hop.location + " with " + std::to_string(hop.status) +
                      ", which asks for the body again; it was streamed and is gone"),
        hop.url);
  }
  request.url = hop.location;
  if (detail::parse_request_url(hop.location).origin != from.url().origin) {
    // What was meant for one host is no business of another's.
    for (const char* secret : {"authorization", "cookie", "proxy-authorization", "host"}) {
      request.headers.remove(secret);
    }
  }
  return hop;
}

[[noreturn]] void give_up_redirects(detail::curl_transfer& last, std::size_t limit) {
  throw too_many_redirects_error(
      last.what_for("still redirected after " + std::to_string(limit) + " redirects"),
      last.url().text);
}

/// The exchange and those that its redirects lead to. Gives the last one when its headers are there
/// (streaming) or when it is done.
coro<transfer_ptr> exchange(std::shared_ptr<detail::curl_engine> engine, client_request request,
                            bool streaming) {
  const detail::exchange_limits limits(engine->options(), request, streaming);
  const bool streamed_body = static_cast<bool>(request.body_stream);
  std::vector<redirect> hops;
  for (;;) {
    auto transfer =
        std::make_unique<detail::curl_transfer>(engine, std::move(request), limits, streaming);
    transfer->start();
    co_await transfer->until(detail::curl_transfer::stage::headers);
    if (!transfer->redirects()) {
      if (!streaming) co_await transfer->until(detail::curl_transfer::stage::done);
      // A stream's reader is told of a failure after what came before it.
      if (!streaming || !transfer->has_headers()) transfer->check();
      transfer->response().redirects = std::move(hops);
      co_return std::move(transfer);
    }
    if (hops.size() >= limits.max_redirects) give_up_redirects(*transfer, limits.max_redirects);
    // Its body is read so that the connection can serve again; whether that works is no matter.
    co_await transfer->until(detail::curl_transfer::stage::done);
    request = transfer->take_request();
    hops.push_back(follow(request, *transfer, streamed_body));
  }
}

coro<client_response> whole_answer(std::shared_ptr<detail::curl_engine> engine,
                                   client_request request) {
  transfer_ptr transfer = co_await exchange(engine, std::move(request), false);
  co_return std::move(transfer->response());
}

coro<response_stream> streamed_answer(std::shared_ptr<detail::curl_engine> engine,
                                      client_request request) {
  transfer_ptr transfer = co_await exchange(engine, std::move(request), true);
  co_return response_stream(std::move(transfer));
}

}  // namespace

const char* to_string(http_version version) noexcept {
  switch (version) {
    case http_version::http_1_0:
      return "HTTP/1.0";
    case http_version::http_1_1:
      return "HTTP/1.1";
    case http_version::http_2:
      return "HTTP/2";
    case http_version::unknown:
      break;
  }
  return "HTTP/?";
}

// ---- client

client::client(const client_options& options)
    : engine_(std::make_shared<detail::curl_engine>(options)) {}

client::client(client&&) noexcept = default;

client& client::operator=(client&& other) noexcept {
  if (engine_ && this != &other) engine_->retire();
  engine_ = std::move(other.engine_);
  return *this;
}

client::~client() {
  if (engine_) engine_->retire();
}

// Not coroutines themselves: one that hasn't started yet must not point at a client that may move.

coro<client_response> client::request(client_request request) {
  return whole_answer(engine_, std::move(request));
}

coro<client_response> client::get(std::string url) {
  return request(client_request(std::move(url)));
}

coro<response_stream> client::stream(client_request request) {
  return streamed_answer(engine_, std::move(request));
}

void client::close() noexcept { engine_->close(); }
std::size_t client::active() const noexcept { return engine_->active(); }
std::size_t client::waiting() const noexcept { return engine_->waiting(); }

// ---- response_stream

response_stream::response_stream(std::unique_ptr<detail::curl_transfer> transfer) noexcept
    : transfer_(std::move(transfer)) {}
response_stream::response_stream(response_stream&&) noexcept = default;
response_stream& response_stream::operator=(response_stream&&) noexcept = default;
response_stream::~response_stream() = default;

const client_response& response_stream::response() const noexcept { return transfer_->response(); }

coro<std::string> response_stream::read_some() {
  if (!transfer_) throw usage_error("the response_stream was closed or moved from");
  co_await transfer_->until(detail::curl_transfer::stage::data);
  std::string piece = transfer_->take_body();
  if (piece.empty()) transfer_->check();
  co_return piece;
}

coro<std::string> response_stream::read_all() {
  std::string all;
  for (;;) {
    std::string piece = co_await read_some();
    if (piece.empty()) co_return all;
    if (all.empty()) {
      all = std::move(piece);
    } else {
      all += piece;
    }
  }
}

void response_stream::close() noexcept { transfer_.reset(); }

}  // namespace weft::http
