#include <weft/io/detail/listener.hpp>

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include <weft/core/detail/errno.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/io/detail/socket_name.hpp>

namespace weft::detail {
namespace {

/// Failures of the one connection that was to be accepted, not of the listener.
bool concerns_one_connection(int error) noexcept {
  switch (error) {
    case EAGAIN:
    case EINTR:
    case ECONNABORTED:
    case EPROTO:
    case ENETDOWN:
    case ENETUNREACH:
    case EHOSTDOWN:
    case EHOSTUNREACH:
    case ENONET:
    case ENOPROTOOPT:
      return true;
    default:
      return false;
  }
}

}  // namespace

listener::listener(event_loop& loop, int fd, acceptor& to) : loop_(loop), to_(to), fd_(fd) {
  accept_.of = retry_.of = this;
  accept_.fd = fd;
  accept_.code = operation_code::accept;
  accept_.passive = true;
  accept_.complete = &listener::completed;
  retry_.run = &listener::try_again;
  enlist(loop.get_scheduler());
}

void listener::listen(int backlog) {
  if (::listen(fd_, backlog) != 0)
    throw_errno(errno, "listen on " + socket_name::of_socket(fd_).to_string());
  arm();
}

address listener::where() const noexcept { return socket_name::of_socket(fd_).to_address(); }

void listener::arm() {
  armed_ = true;
  loop_.submit(accept_);
}

void listener::completed(operation& op, const completion& c) {
  listener& self = *static_cast<accept_operation&>(op).of;
  if (!(c.flags & completion::more)) self.armed_ = false;
  self.take(c);
  if (self.closing_) {
    self.finish();
  } else if (!self.armed_ && !self.retry_.armed()) {
    self.arm();
  }
}

void listener::take(const completion& c) noexcept {
  if (c.result >= 0) {
    short_of_resources_ = false;
    if (closing_) {
      ::close(c.result);
    } else {
      to_.accepted(c.result);
    }
  } else if (!closing_ && !concerns_one_connection(-c.result)) {
    begin_pause(-c.result);
  }
}

void listener::begin_pause(int error) noexcept {
  scheduler& s = loop_.get_scheduler();
  s.timers.arm(&retry_, s.now() + pause);
  if (std::exchange(short_of_resources_, true)) return;  // told already
  exception_context context;
  context.message = "accept on " + socket_name::of_socket(fd_).to_string() +
                    " failed; it is tried again every 100 ms";
  context.exception = errno_exception(error, "accept");
  loop_.call_exception_handler(context);
}

void listener::try_again(ready_node* node) {
  listener& self = *static_cast<retry_timer*>(node)->of;
  self.retry_.place = timer::idle;
  if (!self.closing_ && !self.armed_) self.arm();
}

void listener::close() noexcept {
  if (closing_) return;
  closing_ = true;
  // Refuses new connections at once, while the accept in flight is still to be taken back.
  shutdown(fd_, SHUT_RDWR);
  if (armed_) loop_.cancel(accept_);
  finish();
}

void listener::loop_closing() noexcept {
  enlisted_ = false;
  close();
}

void listener::finish() noexcept {
  if (armed_ || fd_ < 0) return;
  scheduler& s = loop_.get_scheduler();
  if (retry_.armed()) {
    s.timers.disarm(&retry_);
  } else if (retry_.place == timer::queued) {
    s.ready.unlink(&retry_);
  }
  loop_.detach(fd_);
  ::close(std::exchange(fd_, -1));
  if (std::exchange(enlisted_, false)) delist(s);
  to_.listener_closed();
}

}  // namespace weft::detail
