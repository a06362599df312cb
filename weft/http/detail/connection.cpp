#include <weft/http/detail/connection.hpp>

#include <algorithm>
#include <utility>

#include <weft/core/as_outcome.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/flow/timeout.hpp>

namespace weft::http::detail {
namespace {

/// So much of a body that the handler did not want is read over to keep the connection.
constexpr std::uint64_t skipped_body = 64 * 1024;
/// Above it a writer waits, as stream::drain does.
constexpr std::size_t high_water = 64 * 1024;
/// After so many requests that were answered without a wait, the others get a turn.
constexpr int requests_a_turn = 16;

head_limits limits_of(const server_options& options) noexcept {
  head_limits limits;
  limits.request_line = options.max_request_line;
  limits.header_line = options.max_header_line;
  limits.total = options.max_headers;
  limits.count = options.max_header_count;
  return limits;
}

}  // namespace

void patience::moved(std::size_t bytes) noexcept {
  if (rate_ == 0) return;
  const double seconds = static_cast<double>(bytes) / static_cast<double>(rate_);
  const double most = std::chrono::duration<double>(most_ - allowance_).count();
  allowance_ += weft::detail::to_duration(std::chrono::duration<double>(std::min(seconds, most)));
}

connection::connection(std::shared_ptr<server_core> core, stream s)
    : core_(std::move(core)),
      stream_(std::move(s)),
      parser_(limits_of(core_->options)),
      task_(current_task()),
      peer_(stream_.peer_address()) {
  core_->connections.insert(this);
}

connection::~connection() {
  core_->connections.erase(this);
  if (core_->connections.empty()) core_->grace_timer.cancel();
}

void connection::stop() noexcept { task_.cancel(); }

void connection::abort() noexcept {
  broken_ = true;
  stream_.abort();
  task_.cancel();
}

time_point connection::now() const noexcept { return task_.get_loop().time(); }

coro<void> connection::run() {
  outcome<void> served = co_await as_outcome(serve_requests());
  if (served && !broken_) {
    idle_ = true;
    served = co_await as_outcome(linger());
  }
  // One that idled while the server closed leaves nothing behind; else a cancel is an abort.
  if (broken_ || !(served || (served.cancelled() && core_->closing))) {
    stream_.abort();
    served.take();
    co_return;
  }
  stream_.close();
}

coro<void> connection::serve_requests() {
  int without_a_wait = 0;
  while (!core_->closing) {
    if (!input_.empty() && ++without_a_wait == requests_a_turn) {
      without_a_wait = 0;
      co_await sleep(duration::zero());
    }
    const bool come = co_await read_head();
    if (!come) co_return;
    co_await serve_request();
    if (!keep_alive_ || broken_) co_return;
    idle_ = true;
  }
}

coro<bool> connection::read_head() {
  const time_point idle_end = now() + core_->options.idle_timeout;
  std::optional<time_point> head_end;
  while (true) {
    const http_parser::event e = parser_.next(input_);
    if (e == http_parser::event::head) {
      idle_ = false;
      co_return true;
    }
    if (e == http_parser::event::refused) {
      answer(parser_.refusal_status(), parser_.refusal_reason());
      co_return false;
    }
    if (parser_.in_head() && !head_end) {
      idle_ = false;
      head_end = now() + core_->options.head_timeout;
    }
    const arrival what = co_await fill(head_end ? *head_end : idle_end);
    if (what == arrival::bytes) continue;
    if (parser_.in_head() && !broken_) {
      if (what == arrival::late) {
        answer(408, "the head took too long");
      } else {
        answer(400, "the connection ended within the head");
      }
    }
    co_return false;
  }
}

coro<void> connection::serve_request() {
  const server_options& options = core_->options;
  const request_head& head = parser_.head();
  take_request();
  if (head.content_length && *head.content_length > options.max_body) {
    body_failed_ = true;
    answer(413, "the body is too large");
    co_return;
  }
  if (body_ended_) parser_.next(input_);  // passes the end of the body that is none

  response_writer writer(this, request_.is_head(), request_.minor_version, head.keep_alive);
  outcome<void> handled = co_await as_outcome(core_->handler->handle(request_, writer));
  if (handled.cancelled()) {
    broken_ = true;
    log(writer);
    handled.take();
  }
  if (!handled) answer_failure(writer, handled);
  if (!broken_) finish_response(writer);
  log(writer);
  keep_alive_ = writer.keep_alive();
  if (keep_alive_ && !broken_ && !body_ended_) keep_alive_ = co_await skip_body();
}

void connection::take_request() {
  request_head& head = parser_.head();
  const server_options& options = core_->options;
  // The parser gets the last request's memory in exchange.
  request_.method.swap(head.method);
  request_.target.swap(head.target);
  request_.minor_version = head.minor_version;
  std::swap(request_.headers, head.headers);
  request_.body = request_body(this);
  request_.peer = peer_;
  request_begin_ = now();
  body_bytes_ = 0;
  body_ended_ = !head.chunked && head.content_length.value_or(0) == 0;
  body_failed_ = false;
  response_begun_ = false;
  continue_wanted_ = head.expects_continue && !body_ended_;
  body_patience_.emplace(options.body_timeout, options.min_rate);
  write_patience_.emplace(options.write_timeout, options.min_rate);
}

void connection::finish_response(response_writer& writer) {
  outcome<void> ended;
  try {
    // A body that is shorter than was said must not look like a whole one.
    if (!writer.finish()) broken_ = true;
  } catch (const std::exception&) {
    ended.set_current_exception();
  }
  if (ended.exception()) answer_failure(writer, ended);
}

/// Answers with an error if the response hasn't begun; else the connection must break.
void connection::answer_failure(response_writer& writer, const outcome<void>& handled) {
  int status = 500;
  std::string detail;
  try {
    std::rethrow_exception(handled.exception());
  } catch (const request_error& e) {
    status = e.status();
    detail = e.what();
  } catch (...) {
    // That the client went away is no failure of the handler's.
    if (!broken_) {
      exception_context context;
      context.message = "an HTTP handler failed: " + request_.method + ' ' + request_.target;
      context.exception = std::current_exception();
      context.task_name = task_.get_name();
      task_.get_loop().call_exception_handler(context);
    }
  }
  if (writer.begun()) broken_ = true;
  if (broken_) return;
  writer.headers().clear();
  writer.send_now(plain_response(status, detail));
}

/// An answer of our own, after which the connection ends.
void connection::answer(int status, const char* detail) {
  idle_ = keep_alive_ = false;
  if (!body_failed_) {  // the head was refused: what there is of it is for the log
    request_ = request();
    request_.method = parser_.head().method;
    request_.target = parser_.head().target;
    request_begin_ = now();
  }
  response_writer writer(this, request_.is_head(), 1, false);
  writer.send_now(plain_response(status, detail));
  log(writer);
}

void connection::fail_body(int status, const char* why) {
  body_failed_ = true;
  throw request_error(status, why);
}

coro<std::string> connection::read_body() {
  while (!body_ended_) {
    if (body_failed_) fail_body(400, "the body has failed before");
    if (continue_wanted_ && input_.empty() && !response_begun_) {
      continue_wanted_ = false;
      write(std::string("HTTP/1.1 100 Continue\r\n\r\n"));
    }
    const http_parser::event e = parser_.next(input_);
    if (e == http_parser::event::end) {
      body_ended_ = true;
    } else if (e == http_parser::event::body) {
      continue_wanted_ = false;
      const std::string_view piece = parser_.body();
      body_bytes_ += piece.size();
      body_patience_->moved(piece.size());
      if (body_bytes_ > core_->options.max_body) fail_body(413, "the body is too large");
      co_return std::string(piece);
    } else if (e == http_parser::event::refused) {
      fail_body(parser_.refusal_status(), parser_.refusal_reason());
    } else {
      const time_point begin = now();
      const arrival what = co_await fill(begin + body_patience_->left());
      body_patience_->waited(now() - begin);
      if (what == arrival::late) fail_body(408, "the body came too slowly");
      if (what == arrival::end) fail_body(400, "the connection ended within the body");
    }
  }
  co_return std::string();
}

coro<bool> connection::skip_body() {
  const std::uint64_t stop = body_bytes_ + skipped_body;
  bool more = true;
  while (more && body_bytes_ <= stop) {
    outcome<std::string> piece = co_await as_outcome(read_body());
    if (piece.cancelled()) piece.take();
    if (!piece) co_return false;
    more = !piece.stored_value().empty();
  }
  co_return !more;
}

coro<void> connection::linger() {
  if (stream_.is_closing() || stream_reader(stream_).at_eof()) co_return;
  stream_.write_eof();
  const time_point end = now() + core_->options.linger;
  input_ = {};
  while (!core_->closing) {
    const arrival what = co_await fill(end);
    input_ = {};
    if (what != arrival::bytes) co_return;
  }
}

coro<chunk> connection::next_chunk() { co_return co_await stream_.read_chunk(); }

coro<connection::arrival> connection::fill(time_point deadline) {
  chunk_ = chunk();
  input_ = {};
  try {
    chunk_ = co_await with_timeout_at(deadline, next_chunk());
  } catch (const timeout_error&) {
    co_return arrival::late;
  } catch (const std::exception&) {
    broken_ = true;
    co_return arrival::end;
  }
  input_ = chunk_.view();
  co_return chunk_.empty() ? arrival::end : arrival::bytes;
}

void connection::begin_response(std::string_view head) {
  response_begun_ = true;
  stream_.write(head);
}

void connection::write(std::string bytes) { stream_.write(std::move(bytes)); }

bool connection::must_drain() const noexcept { return stream_.unsent() > high_water; }

coro<void> connection::drain() {
  while (must_drain()) {
    const time_point begin = now();
    const std::size_t unsent = stream_.unsent();
    outcome<bool> drained = co_await as_outcome(drain_within(write_patience_->left()));
    if (!drained) broken_ = !drained.cancelled();
    const bool in_time = drained.take();
    write_patience_->waited(now() - begin);
    const std::size_t left = stream_.unsent();
    if (left < unsent) write_patience_->moved(unsent - left);
    // Late, but something moved: that may have bought more time.
    if (in_time || write_patience_->left() > duration::zero()) continue;
    broken_ = true;
    throw timeout_error("the client takes the response too slowly");
  }
}

coro<bool> connection::drain_within(duration time) {
  const auto drained = [](stream& s) -> coro<void> { co_await s.drain(); };
  try {
    co_await with_timeout(time, drained(stream_));
  } catch (const timeout_error&) {
    co_return false;
  }
  co_return true;
}

void connection::log(const response_writer& writer) {
  if (!core_->options.on_access) return;
  access_record record;
  record.peer = peer_;
  record.method = request_.method;
  record.target = request_.target;
  record.minor_version = request_.minor_version;
  record.referer = std::string(request_.headers.get("Referer"));
  record.user_agent = std::string(request_.headers.get("User-Agent"));
  record.status = writer.status();
  record.body_bytes = writer.body_bytes();
  record.took = now() - request_begin_;
  record.complete = !broken_;
  core_->log(record);
}

}  // namespace weft::http::detail
