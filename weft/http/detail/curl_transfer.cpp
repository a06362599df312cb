#include <weft/http/detail/curl_transfer.hpp>

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <new>

#include <weft/http/detail/curl_engine.hpp>
#include <weft/http/detail/curl_upload.hpp>
#include <weft/http/http_error.hpp>

namespace weft::http::detail {
namespace {

/// So much of a stream's body waits for its reader before libcurl is held up.
constexpr std::size_t stream_buffer = std::size_t{128} << 10;
/// A redirect's body is read so far, to keep the connection; over that the connection is closed.
constexpr std::size_t redirect_body = std::size_t{64} << 10;
/// Room made at once for a body whose length is announced.
constexpr std::size_t body_reserve = std::size_t{1} << 20;

/// What no error stands behind: the rest of a redirect's body isn't wanted.
struct gave_up {};

}  // namespace

std::string seconds_text(duration d) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(d).count();
  if (ms < 1000) return std::to_string(ms) + " ms";
  std::string text = std::to_string(ms / 1000);
  if (ms % 1000 >= 100) {
    text += '.';
    text += std::to_string(ms % 1000 / 100);
  }
  return text + " s";
}

exchange_limits::exchange_limits(const client_options& options, const client_request& request,
                                 bool streaming)
    : follow(request.follow_redirects.value_or(options.follow_redirects)),
      max_redirects(request.max_redirects.value_or(options.max_redirects)),
      max_body(request.max_body.value_or(streaming ? 0 : options.max_body)),
      total_timeout(
          request.total_timeout.value_or(streaming ? duration::zero() : options.total_timeout)),
      connect_timeout(request.connect_timeout.value_or(options.connect_timeout)),
      min_speed(request.min_speed.value_or(options.min_speed)),
      min_speed_time(request.min_speed_time.value_or(options.min_speed_time)),
      started(get_running_loop().time()) {}

curl_transfer::curl_transfer(std::shared_ptr<curl_engine> engine, client_request request,
                             const exchange_limits& limits, bool streaming)
    : engine_(std::move(engine)),
      request_(std::move(request)),
      limits_(limits),
      url_(parse_request_url(request_.url)),
      streaming_(streaming) {
  response_.url = url_.text;
}

curl_transfer::~curl_transfer() {
  engine_->stop(*this);
  total_timer_.cancel();
  if (upload_) upload_->abandon();
}

void curl_transfer::start() {
  if (request_.body_stream) {
    upload_ = curl_upload::start(*this, std::move(request_.body_stream));
    request_.body_stream = nullptr;
  }
  engine_->start(*this);
  if (!done_ && limits_.total_timeout > duration::zero()) {
    total_timer_ =
        engine_->loop().call_at(limits_.started + limits_.total_timeout, [this] { expire(); });
  }
}

void curl_transfer::expire() {
  std::string what = "not done within " + seconds_text(limits_.total_timeout);
  if (where == state::waiting) {
    what += ": it waited for a connection, since the client's others are busy";
  } else if (headers_done_) {
    what += ": in the middle of the body, after " + std::to_string(body_bytes_) + " bytes of it";
  } else {
    what += ": there was no answer";
  }
  fail(std::make_exception_ptr(
      http_timeout_error(timeout_kind::total, what_for(what), request_.url)));
}

std::string curl_transfer::what_for(const std::string& problem) const {
  constexpr std::size_t shown = 300;
  std::string what = request_.method + " " + url_.text.substr(0, shown);
  if (url_.text.size() > shown) what += "...";
  return what + ": " + problem;
}

// ---- waiting

bool curl_transfer::reached(stage wanted) const noexcept {
  if (done_) return true;
  if (wanted == stage::headers) return headers_done_;
  return wanted == stage::data && !response_.body.empty();
}

coro<> curl_transfer::until(stage wanted) {
  while (!reached(wanted)) {
    waiter_wants_ = wanted;
    waiter_ = make_future<>();
    future<> woken = waiter_;
    co_await woken;
  }
}

void curl_transfer::wake() noexcept {
  if (waiter_ && !waiter_.done() && reached(waiter_wants_)) waiter_.set_result();
}

void curl_transfer::check() const {
  if (error_) std::rethrow_exception(error_);
}

std::string curl_transfer::take_body() {
  std::string piece = std::move(response_.body);
  response_.body.clear();
  if (held_up_ && !done_) {
    held_up_ = false;
    take_all_ = true;
    engine_->update_pause(*this);
    take_all_ = false;
  }
  return piece;
}

void curl_transfer::resume_upload() noexcept { engine_->update_pause(*this); }

// ---- the end

void curl_transfer::note_error(std::exception_ptr error) noexcept {
  if (error_) return;
  error_ = std::move(error);
  if (headers_done_) add_head_to_error();
}

void curl_transfer::add_head_to_error() noexcept {
  try {
    add_answer_head(error_, std::make_shared<const answer_head>(
                                answer_head{response_.status, response_.headers}));
  } catch (const std::bad_alloc&) {  // then the error says less
  }
}

void curl_transfer::complete(std::exception_ptr error) noexcept {
  if (error) note_error(std::move(error));
  response_.timing.total = engine_->loop().time() - limits_.started;
  done_ = true;
  total_timer_.cancel();
  if (upload_) upload_->abandon();
  wake();
}

void curl_transfer::fail(std::exception_ptr error) noexcept {
  if (done_) return;
  engine_->stop(*this);
  complete(std::move(error));
}

// ---- headers

std::size_t curl_transfer::on_header(char* data, std::size_t, std::size_t count,
                                     void* self) noexcept {
  auto& transfer = *static_cast<curl_transfer*>(self);
  try {
    transfer.take_header_line(std::string_view(data, count));
    return count;
  } catch (...) {
    transfer.note_error(std::current_exception());
    return 0;
  }
}

void curl_transfer::take_header_line(std::string_view line) {
  const client_options& options = engine_->options();
  header_bytes_ += line.size();
  if (options.max_header_bytes != 0 && header_bytes_ > options.max_header_bytes) {
    throw headers_too_large_error(what_for("the answer's headers are longer than " +
                                           std::to_string(options.max_header_bytes) + " bytes"),
                                  request_.url);
  }
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  if (headers_done_) return;  // trailers
  if (block_begins_) return take_status_line(line);
  if (line.empty()) return end_headers();
  if (options.max_header_count != 0 && response_.headers.size() >= options.max_header_count) {
    throw headers_too_large_error(what_for("the answer has more than " +
                                           std::to_string(options.max_header_count) + " headers"),
                                  request_.url);
  }
  take_field(line);
}

void curl_transfer::take_status_line(std::string_view line) {
  // libcurl has checked that it begins with "HTTP/".
  block_begins_ = false;
  response_.headers.clear();
  response_.reason.clear();
  response_.status = 0;
  const std::size_t blank = line.find(' ');
  if (blank == std::string_view::npos) return;
  line = trim(line.substr(blank));
  std::from_chars(line.data(), line.data() + line.size(), response_.status);
  const std::size_t after = line.find(' ');
  if (after != std::string_view::npos) response_.reason = trim(line.substr(after));
}

void curl_transfer::take_field(std::string_view line) {
  const std::size_t colon = line.find(':');
  // A line without a colon, and one that continues the last in the obsolete way, say nothing.
  if (colon == std::string_view::npos || line.front() == ' ' || line.front() == '\t') return;
  response_.headers.add_unchecked(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
}

void curl_transfer::end_headers() {
  if (response_.status < 200 && response_.status != 101) {
    block_begins_ = true;  // 1xx: the answer is still to come
    return;
  }
  headers_done_ = true;
  const int status = response_.status;
  const bool leads_on =
      status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
  redirects_ = limits_.follow && leads_on && !response_.headers.get("location").empty();
  if (!redirects_ && request_.method != "HEAD" && !response_.headers.contains("content-encoding")) {
    const std::string_view text = response_.headers.get("content-length");
    std::uint64_t length = 0;
    std::from_chars(text.data(), text.data() + text.size(), length);
    if (limits_.max_body != 0 && length > limits_.max_body && status != 204 && status != 304) {
      throw body_too_large_error(
          what_for("the body has " + std::to_string(length) + " bytes, more than the limit of " +
                   std::to_string(limits_.max_body)),
          request_.url);
    }
    if (!streaming_) {
      response_.body.reserve(std::min(static_cast<std::size_t>(length), body_reserve));
    }
  }
  wake();
}

// ---- the body

std::size_t curl_transfer::on_body(char* data, std::size_t, std::size_t count,
                                   void* self) noexcept {
  auto& transfer = *static_cast<curl_transfer*>(self);
  try {
    return transfer.take_body_piece(std::string_view(data, count));
  } catch (const gave_up&) {
    return CURL_WRITEFUNC_ERROR;
  } catch (...) {
    transfer.note_error(std::current_exception());
    return CURL_WRITEFUNC_ERROR;
  }
}

std::size_t curl_transfer::take_body_piece(std::string_view piece) {
  if (redirects_) {
    body_bytes_ += piece.size();
    if (body_bytes_ > redirect_body) throw gave_up();
    return piece.size();
  }
  if (limits_.max_body != 0 && body_bytes_ + piece.size() > limits_.max_body) {
    throw body_too_large_error(what_for("the body is longer than the limit of " +
                                        std::to_string(limits_.max_body) + " bytes"),
                               request_.url);
  }
  // A pause makes libcurl keep what it has unpacked already and give it again when it goes on: all
  // of that is taken then, or it would be copied once for each pause.
  if (streaming_ && !take_all_ && response_.body.size() >= stream_buffer) {
    held_up_ = true;
    return CURL_WRITEFUNC_PAUSE;
  }
  body_bytes_ += piece.size();
  response_.body.append(piece);
  wake();
  return piece.size();
}

}  // namespace weft::http::detail
