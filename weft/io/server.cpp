#include <weft/io/server.hpp>

#include <weft/core/as_outcome.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/io/detail/lookup.hpp>
#include <weft/io/detail/server_state.hpp>
#include <weft/io/detail/stream_state.hpp>

namespace weft {
namespace {

using detail::server_ref;

detail::server_state* check(detail::server_state* state) {
  if (!state) throw usage_error("this server is empty: never started, or moved from");
  return state;
}

coro<void> wait_until_idle(server_ref s) {
  if (s->idle()) co_return;
  future<void> idle = make_future<void>();
  s->waiters_.push_back(idle);
  co_await idle;
}

coro<void> serve_until_closed(server_ref s) {
  if (s->forever_ && !s->forever_.done()) throw usage_error("serve_forever runs already");
  s->start();
  future<void> forever = make_future<void>();
  s->forever_ = forever;
  const outcome<void> end = co_await as_outcome(forever);
  s->forever_ = future<void>();
  s->close();
  co_await wait_until_idle(s);
  end.value();  // throws: it can only be cancelled
}

}  // namespace

server::~server() {
  if (!state_) return;
  state_->close();
  state_->release();
}

void server::start_serving() { check(state_)->start(); }
bool server::is_serving() const noexcept { return state_ && state_->serving_; }
coro<void> server::serve_forever() { return serve_until_closed(server_ref(check(state_))); }
coro<void> server::wait_closed() { return wait_until_idle(server_ref(check(state_))); }
void server::close() noexcept {
  if (state_) state_->close();
}

void server::close_clients() noexcept {
  if (!state_) return;
  for (auto* c = state_->connections_; c; c = c->next_) c->stream_->close();
}
void server::abort_clients() noexcept {
  if (!state_) return;
  for (auto* c = state_->connections_; c; c = c->next_) c->stream_->abort();
}

std::vector<address> server::addresses() const {
  std::vector<address> all;
  if (!state_) return all;
  for (const auto& one : state_->listeners_) {
    if (!one->closed()) all.push_back(one->where());
  }
  return all;
}
std::uint16_t server::port() const noexcept {
  if (!state_ || state_->listeners_.empty()) return 0;
  return state_->listeners_.front()->where().port();
}
std::size_t server::connections() const noexcept { return state_ ? state_->connection_count_ : 0; }

coro<server> detail::open_server(std::unique_ptr<connection_handler> handler, std::string host,
                                 std::uint16_t port, server_options options) {
  std::vector<address> where = co_await look_up(std::move(host), port, lookup_purpose::listen);
  server opened(new server_state(get_running_loop(), std::move(handler), options));
  opened.state()->bind_all(std::move(where));
  if (options.start_serving) opened.start_serving();
  co_return opened;
}

}  // namespace weft
