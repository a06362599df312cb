#include <weft/io/detail/server_state.hpp>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include <weft/core/as_outcome.hpp>
#include <weft/core/detail/errno.hpp>
#include <weft/core/task.hpp>
#include <weft/io/detail/socket_name.hpp>
#include <weft/io/detail/stream_state.hpp>

namespace weft::detail {
namespace {

void report_handler(event_loop& loop, const std::string& peer, std::exception_ptr error) {
  exception_context context;
  context.message = "the handler of the connection with " + peer + " failed";
  context.exception = std::move(error);
  if (any_task current = current_task()) context.task_name = current.get_name();
  loop.call_exception_handler(context);
}

/// A function of its own, so that a connection's frame has no room for what is rarely needed.
[[gnu::noinline]] void take_end(const served_connection& served, const outcome<void>& end) {
  if (end.has_value()) return;
  stream_state& state = *served.stream_.get();
  if (end.cancelled()) {
    state.close();
    end.value();
  }
  report_handler(served.server_.loop_, state.peer_.to_string(), end.exception());
  state.close();
}

coro<void> handle(const served_connection& served) {
  return served.server_.handler_->handle(stream(served.stream_));
}

coro<void> serve_one(server_ref server, stream_ref state) {
  served_connection served(*server, state);
  coro<void> handled = handle(served);
  const outcome<void> end = co_await as_outcome(std::move(handled));
  take_end(served, end);
  co_await closed_ask(served.stream_);
}

}  // namespace

// ---- served_connection

served_connection::served_connection(server_state& server, const stream_ref& state) noexcept
    : server_(server), stream_(state), next_(server.connections_) {
  if (next_) next_->previous_ = this;
  server.connections_ = this;
  ++server.connection_count_;
}

served_connection::~served_connection() {
  (previous_ ? previous_->next_ : server_.connections_) = next_;
  if (next_) next_->previous_ = previous_;
  --server_.connection_count_;
  server_.wake_waiters_if_idle();
}

// ---- server_state

void retain(server_state* state) noexcept { state->retain(); }
void release(server_state* state) noexcept { state->release(); }

server_state::server_state(event_loop& loop, std::unique_ptr<connection_handler> handler,
                           const server_options& options)
    : loop_(loop), handler_(std::move(handler)), options_(options), context_(capture_context()) {}

server_state::~server_state() {
  for (const int fd : new_) ::close(fd);
}

int server_state::bind_one(const address& where) {
  const int family = where.is_ipv6() ? AF_INET6 : AF_INET;
  const int fd = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) return errno;
  const int on = 1;
  if (options_.reuse_address) setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  bool fine = true;
  if (options_.reuse_port) {
    fine = setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0;
  }
  // Or the IPv6 socket would take the IPv4 port too.
  if (where.is_ipv6()) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof on);
  if (!fine ||
      bind(fd, static_cast<const sockaddr*>(where.system_data()), where.system_size()) != 0) {
    const int error = errno;
    ::close(fd);
    return error;
  }
  add_listener(fd);
  return 0;
}

void server_state::add_listener(int fd) {
  listeners_.push_back(std::make_unique<listener>(loop_, fd, *this));
  ++open_listeners_;
  retain();  // until it is closed
}

void server_state::bind_unix(const std::string& path) {
  const socket_name name = socket_name::of_unix(path);
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd < 0) throw_errno(errno, "listen on " + name.to_string());
  if (path[0] != '\0') socket_file::remove_stale(path);
  if (bind(fd, static_cast<const sockaddr*>(name.data()), name.size()) != 0) {
    const int error = errno;
    ::close(fd);
    throw_errno(error, "listen on " + name.to_string());
  }
  if (path[0] != '\0') file_ = std::make_unique<socket_file>(path);
  add_listener(fd);
}

int server_state::try_bind_all(const std::vector<address>& where, address& failed) {
  int skipped = 0;
  for (address one : where) {
    // What the kernel chose for the first goes for all.
    if (one.port() == 0 && !listeners_.empty()) {
      one = one.with_port(listeners_.front()->where().port());
    }
    const int error = bind_one(one);
    if (error) failed = one;
    if (error == EAFNOSUPPORT || error == EADDRNOTAVAIL) {
      skipped = error;  // a host without IPv6 still names ::
    } else if (error) {
      return error;
    }
  }
  return listeners_.empty() ? skipped : 0;
}

void server_state::bind_all(std::vector<address> where) {
  address failed;
  int error = 0;
  // A port that the kernel chose on one address may be taken on another.
  for (int attempt = 0; attempt < 10; ++attempt) {
    error = try_bind_all(where, failed);
    if (error == 0) return;
    for (auto& one : listeners_) one->close();
    listeners_.clear();
    if (error != EADDRINUSE || where.front().port() != 0) break;
  }
  throw_errno(error, "listen on " + failed.to_string());
}

void server_state::start() {
  if (closed_) throw usage_error("the server is closed");
  if (std::exchange(serving_, true)) return;
  for (auto& one : listeners_) one->listen(options_.backlog);
}

void server_state::close() noexcept {
  if (std::exchange(closed_, true)) return;
  serving_ = false;
  const server_ref alive(this);
  for (auto& one : listeners_) one->close();
  file_.reset();
  if (forever_) forever_.cancel();
  wake_waiters_if_idle();
}

void server_state::listener_closed() noexcept {
  // A listener that the closing loop closed counts as closed by its server.
  if (--open_listeners_ == 0 && !closed_ && serving_) close();
  release();
}

void server_state::wake_waiters_if_idle() noexcept {
  if (!idle()) return;
  for (const future<void>& waiter : std::exchange(waiters_, {})) {
    if (!waiter.done()) waiter.set_result();
  }
}

void server_state::accepted(int fd) noexcept {
  new_.push_back(fd);
  if (std::exchange(queued_, true)) return;
  // In a turn, since the handler is the user's code.
  loop_.call_soon(&server_state::serve_new, server_ref(this));
}

void server_state::serve_new(const server_ref& self) {
  self->queued_ = false;
  ambient_context_scope scope(self->context_);
  for (const int fd : std::exchange(self->new_, {})) self->serve(fd);
}

void server_state::serve(int fd) noexcept {
  if (closed_) {
    ::close(fd);
    return;
  }
  alignas(8) unsigned char name[128];
  socklen_t size = sizeof name;
  address peer;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(name), &size) == 0) {
    peer = address::from_system(name, size);
  }
  stream_ref state = stream_state::open(loop_, fd, options_.stream, peer);
  task<void> made = create_task(serve_one(server_ref(this), std::move(state)));
  made.set_name(peer.to_string());
}

}  // namespace weft::detail
