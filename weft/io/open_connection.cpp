#include <weft/io/open_connection.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include <weft/core/detail/errno.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/io/detail/stream_state.hpp>
#include <weft/io/resolve.hpp>

namespace weft {
namespace {

class connect_awaiter;

/// A connect in flight. It owns the socket and outlives the task that lets go of it.
struct connecting final : detail::operation {
  event_loop& loop;
  address to;
  connect_awaiter* waiter = nullptr;  // null: nobody wants it any more

  connecting(event_loop& l, const address& where, int socket) noexcept : loop(l), to(where) {
    fd = socket;
    code = detail::operation_code::connect;
    data = const_cast<void*>(to.system_data());
    size = to.system_size();
    complete = &connecting::completed;
  }
  connecting(const connecting&) = delete;
  connecting& operator=(const connecting&) = delete;
  ~connecting() {
    if (fd < 0) return;
    loop.detach(fd);
    close(fd);
  }
  static void completed(detail::operation& op, const detail::completion& c);
};

/// Gives a connected socket, or -errno. A cancel lets go at once: the socket is closed when the
/// kernel has let go of it.
class connect_awaiter final : public detail::wait_point {
 public:
  explicit connect_awaiter(const address& to) noexcept : to_(to) {}
  connect_awaiter(const connect_awaiter&) = delete;
  connect_awaiter& operator=(const connect_awaiter&) = delete;
  ~connect_awaiter() {
    if (waiting_) {
      abandon();
    } else {
      delete operation_;
    }
  }

  bool await_ready() {
    const int family = to_.is_ipv6() ? AF_INET6 : AF_INET;
    const int socket = ::socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (socket < 0) {
      result_ = -errno;
      return true;
    }
    operation_ = new connecting(get_running_loop(), to_, socket);
    return false;
  }
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) {
    task_ = detail::here->current;
    waiting_ = true;
    operation_->waiter = this;
    operation_->loop.submit(*operation_);
    task_->suspend(where, this);
  }
  int await_resume() {
    if (!task_) return result_;
    task_->resumed();
    task_->throw_if_cancelled();
    if (result_ < 0) return result_;
    return std::exchange(operation_->fd, -1);
  }

  void done(int result) noexcept {
    waiting_ = false;
    result_ = result;
    task_->wake();
  }
  bool cancel(const std::string* message) noexcept override {
    if (!waiting_) return false;
    abandon();
    task_->deliver_cancel(message);
    return true;
  }
  const char* wait_name() const noexcept override { return "connect"; }

 private:
  void abandon() noexcept {
    waiting_ = false;
    connecting* left = std::exchange(operation_, nullptr);
    left->waiter = nullptr;
    left->loop.cancel(*left);
  }

  address to_;
  connecting* operation_ = nullptr;
  detail::task_base* task_ = nullptr;
  int result_ = 0;
  bool waiting_ = false;
};

void connecting::completed(detail::operation& op, const detail::completion& c) {
  auto& self = static_cast<connecting&>(op);
  if (self.waiter) {
    std::exchange(self.waiter, nullptr)->done(c.result);
  } else {
    delete &self;
  }
}

class connect_ask {
 public:
  explicit connect_ask(const address& to) noexcept : to_(to) {}
  connect_awaiter weft_await(detail::promise_base&) && { return connect_awaiter(to_); }

 private:
  address to_;
};

/// TCP lets a socket connect to itself where nobody listens and the kernel gave it just that port.
bool is_own_echo(int fd, const address& to) noexcept {
  alignas(8) unsigned char name[128];
  socklen_t size = sizeof name;
  if (getsockname(fd, reinterpret_cast<sockaddr*>(name), &size) != 0) return false;
  return address::from_system(name, size) == to;
}

connect_error failed(const std::string& name, const std::vector<address>& where,
                     const std::vector<int>& codes) {
  std::vector<std::exception_ptr> errors;
  std::string tried;
  for (std::size_t i = 0; i < where.size(); ++i) {
    const std::string place = where[i].to_string();
    errors.push_back(detail::errno_exception(codes[i], "connect to " + place));
    tried += (i ? "; " : "") + place + ": " + std::system_category().message(codes[i]);
  }
  const std::error_code code(codes.back(), std::system_category());
  std::string what = "connect to " + (where.size() == 1 ? where[0].to_string() : name);
  if (where.size() > 1) what += " (" + tried + ")";
  return connect_error(code, what, std::move(errors));
}

coro<stream> connect_to_first(std::string name, std::vector<address> where,
                              connect_options options) {
  std::vector<int> codes;
  for (const address& to : where) {
    int fd = co_await connect_ask(to);
    if (fd >= 0 && is_own_echo(fd, to)) {
      get_running_loop().detach(fd);
      close(fd);
      fd = -ECONNREFUSED;
    }
    if (fd >= 0) {
      co_return stream(detail::stream_state::open(get_running_loop(), fd, options.stream, to));
    }
    codes.push_back(-fd);
  }
  throw failed(name, where, codes);
}

coro<stream> resolve_and_connect(std::string host, std::uint16_t port, connect_options options) {
  std::string name = host + ":" + std::to_string(port);
  std::vector<address> where = co_await resolve(std::move(host), port);
  co_return co_await connect_to_first(std::move(name), std::move(where), options);
}

}  // namespace

connect_error::connect_error(std::error_code code, const std::string& what,
                             std::vector<std::exception_ptr> errors)
    : std::system_error(code, what), errors_(std::move(errors)) {}

coro<stream> open_connection(std::string host, std::uint16_t port, connect_options options) {
  return resolve_and_connect(std::move(host), port, options);
}

coro<stream> open_connection(address where, connect_options options) {
  return connect_to_first(where.to_string(), std::vector<address>(1, where), options);
}

}  // namespace weft
