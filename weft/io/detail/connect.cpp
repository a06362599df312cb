#include <weft/io/detail/connect.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include <weft/core/event_loop.hpp>

namespace weft::detail {

/// A connect in flight. It owns the socket and outlives the task that lets go of it.
struct connecting final : operation {
  event_loop& loop;
  socket_name to;
  connect_awaiter* waiter = nullptr;  // null: nobody wants it any more

  connecting(event_loop& l, const socket_name& where, int socket) noexcept : loop(l), to(where) {
    fd = socket;
    code = operation_code::connect;
    data = const_cast<void*>(to.data());
    size = to.size();
    complete = &connecting::completed;
  }
  connecting(const connecting&) = delete;
  connecting& operator=(const connecting&) = delete;
  ~connecting() {
    if (fd < 0) return;
    loop.detach(fd);
    close(fd);
  }
  static void completed(operation& op, const completion& c) {
    auto& self = static_cast<connecting&>(op);
    if (self.waiter) {
      std::exchange(self.waiter, nullptr)->done(c.result);
    } else {
      delete &self;
    }
  }
};

connect_awaiter::~connect_awaiter() {
  if (waiting_) {
    abandon();
  } else {
    delete operation_;
  }
}

bool connect_awaiter::await_ready() {
  const int socket = ::socket(to_.family(), SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (socket < 0) {
    result_ = -errno;
    return true;
  }
  if (from_ && bind(socket, static_cast<const sockaddr*>(from_->data()), from_->size()) != 0) {
    result_ = -errno;
    close(socket);
    return true;
  }
  operation_ = new connecting(get_running_loop(), to_, socket);
  return false;
}

void connect_awaiter::begin() {
  task_ = here->current;
  waiting_ = true;
  operation_->waiter = this;
  operation_->loop.submit(*operation_);
}

int connect_awaiter::await_resume() {
  if (!task_) return result_;
  task_->resumed();
  task_->throw_if_cancelled();
  if (result_ < 0) return result_;
  return std::exchange(operation_->fd, -1);
}

void connect_awaiter::done(int result) noexcept {
  waiting_ = false;
  result_ = result;
  task_->wake();
}

bool connect_awaiter::cancel(const std::string* message) noexcept {
  if (!waiting_) return false;
  abandon();
  task_->deliver_cancel(message);
  return true;
}

void connect_awaiter::abandon() noexcept {
  waiting_ = false;
  connecting* left = std::exchange(operation_, nullptr);
  left->waiter = nullptr;
  left->loop.cancel(*left);
}

}  // namespace weft::detail
