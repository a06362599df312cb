#include <weft/http/server.hpp>

#include <utility>

#include <weft/core/as_outcome.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/http/date.hpp>
#include <weft/http/detail/connection.hpp>
#include <weft/http/detail/server_core.hpp>

namespace weft::http {
namespace detail {

const std::string& server_core::date_line() {
  const time_point asked = loop->time();
  if (date_line_.empty() || asked >= date_ends_) {
    const auto now = std::chrono::system_clock::now();
    const http::date second = std::chrono::floor<std::chrono::seconds>(now);
    date_ends_ = asked + (second + std::chrono::seconds(1) - now);
    date_line_ = "Date: " + format_date(second) + "\r\n";
  }
  return date_line_;
}

void server_core::close(const std::shared_ptr<server_core>& self) {
  if (closing) return;
  closing = true;
  if (serving && !serving.done()) serving.cancel();
  for (connection* c : connections) {
    if (c->idle()) c->stop();
  }
  if (connections.empty()) return;
  const auto late = [](const std::weak_ptr<server_core>& core) {
    if (const auto left = core.lock()) left->abort_all();
  };
  grace_timer = loop->call_later(options.grace, late, std::weak_ptr<server_core>(self));
}

void server_core::abort_all() noexcept {
  for (connection* c : connections) c->abort();
}

void server_core::log(const access_record& record) noexcept {
  try {
    options.on_access(record);
  } catch (...) {
    exception_context context;
    context.message = "an HTTP server's access log failed";
    context.exception = std::current_exception();
    loop->call_exception_handler(context);
  }
}

std::shared_ptr<server_core> make_core(std::unique_ptr<request_handler> handler,
                                       server_options options) {
  auto core = std::make_shared<server_core>();
  core->handler = std::move(handler);
  core->options = std::move(options);
  core->loop = &get_running_loop();
  return core;
}

coro<void> serve_stream(std::shared_ptr<server_core> core, stream accepted) {
  connection served(std::move(core), std::move(accepted));
  co_await served.run();
}

coro<server> open_http_server(std::unique_ptr<request_handler> handler, std::string host,
                              std::uint16_t port, server_options options) {
  const weft::server_options socket = options.socket;
  auto core = make_core(std::move(handler), std::move(options));
  auto serve = [core](stream accepted) { return serve_stream(core, std::move(accepted)); };
  weft::server listener = co_await weft::start_server(serve, std::move(host), port, socket);
  co_return server(std::move(core), std::move(listener));
}

}  // namespace detail

server::server(std::shared_ptr<detail::server_core> core, weft::server listener) noexcept
    : core_(std::move(core)), listener_(std::move(listener)) {}

server& server::operator=(server&& other) noexcept {
  close();
  core_ = std::move(other.core_);
  listener_ = std::move(other.listener_);
  return *this;
}

server::~server() { close(); }

void server::close() noexcept {
  if (!core_) return;
  listener_.close();
  core_->close(core_);
}

coro<void> server::wait_closed() { co_await listener_.wait_closed(); }

coro<void> server::serve_forever() {
  if (core_->serving && !core_->serving.done()) throw usage_error("serve_forever runs already");
  if (core_->closing) throw usage_error("the server is closed");
  core_->serving = make_future<void>();
  outcome<void> ended = co_await as_outcome(core_->serving);
  close();
  co_await wait_closed();
  ended.take();
}

std::size_t server::connections() const noexcept { return core_ ? core_->connections.size() : 0; }

}  // namespace weft::http
