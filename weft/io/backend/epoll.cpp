#include <weft/io/backend/epoll.hpp>

#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <ctime>

#include <weft/core/detail/errno.hpp>
#include <weft/io/detail/buffer.hpp>

namespace weft::detail {
namespace {

constexpr int events_a_look = 64;  // few: the sockets are still in the cache when they are read
constexpr std::uint64_t wake_mark = ~std::uint64_t{0};
constexpr std::uint64_t polls_mark = ~std::uint64_t{1};
constexpr std::uint8_t to_be_tried = 1;  // operation::state: stands in to_try_
constexpr std::uint32_t ended = EPOLLRDHUP | EPOLLHUP | EPOLLERR;

std::uint64_t mark_of(int fd, std::uint32_t generation) noexcept {
  return std::uint64_t{generation} << 32 | static_cast<std::uint32_t>(fd);
}

bool is_poll(const operation& op) noexcept {
  return op.code == operation_code::poll_in || op.code == operation_code::poll_out;
}

bool reads(const operation& op) noexcept {
  return op.code == operation_code::receive || op.code == operation_code::accept;
}

void make_non_blocking(int fd) noexcept {
  const int flags = fcntl(fd, F_GETFL);
  if (flags >= 0 && !(flags & O_NONBLOCK)) fcntl(fd, F_SETFL, flags | O_NONBLOCK);
}

int add(int epoll, int fd, std::uint32_t events, std::uint64_t mark) noexcept {
  epoll_event event{};
  event.events = events;
  event.data.u64 = mark;
  if (epoll_ctl(epoll, EPOLL_CTL_ADD, fd, &event) == 0) return 0;
  // A leftover of a descriptor that was closed without our knowing.
  if (errno == EEXIST && epoll_ctl(epoll, EPOLL_CTL_MOD, fd, &event) == 0) return 0;
  return -errno;
}

}  // namespace

epoll_backend::epoll_backend(std::string why_not_uring)
    : epoll_(epoll_create1(EPOLL_CLOEXEC)),
      polls_epoll_(epoll_create1(EPOLL_CLOEXEC)),
      wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)),
      why_not_uring_(std::move(why_not_uring)) {
  if (epoll_ >= 0 && polls_epoll_ >= 0 && wake_fd_ >= 0 &&
      add(epoll_, wake_fd_, EPOLLIN | EPOLLET, wake_mark) == 0 &&
      add(epoll_, polls_epoll_, EPOLLIN, polls_mark) == 0) {
    return;
  }
  const int error = errno;
  for (const int fd : {epoll_, polls_epoll_, wake_fd_}) {
    if (fd >= 0) close(fd);
  }
  throw_errno(error, "epoll_create1");
}

epoll_backend::~epoll_backend() {
  close(epoll_);
  close(polls_epoll_);
  close(wake_fd_);
}

std::string epoll_backend::report() const {
  return why_not_uring_.empty() ? "epoll" : "epoll (" + why_not_uring_ + ")";
}

// ---- submitting

epoll_backend::socket_state& epoll_backend::socket_of(int fd) {
  const auto index = static_cast<std::size_t>(fd);
  if (index >= sockets_.size()) sockets_.resize(std::max(index + 1, sockets_.size() * 2));
  return sockets_[index];
}

int epoll_backend::enlist(int fd) {
  if (fd < 0) return -EBADF;
  socket_state& s = socket_of(fd);
  if (s.registered) return 0;
  const int added =
      add(epoll_, fd, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, mark_of(fd, s.generation));
  s.registered = added == 0;
  return added;
}

void epoll_backend::try_soon(operation& op) {
  if (!(op.state & to_be_tried)) to_try_.push_back(&op);
  op.state |= to_be_tried;
}

void epoll_backend::submit(operation& op) {
  op.state = 0;
  if (is_poll(op)) {
    watched& w = watched_[op.fd];
    w.polls.push_back(&op);
    if (!w.changed) changed_.push_back(op.fd);
    w.changed = true;
    return;
  }
  const int enlisted = op.code == operation_code::none ? -EINVAL : enlist(op.fd);
  if (enlisted < 0) return finish(op, enlisted);
  socket_state& s = socket_of(op.fd);
  operation*& place = reads(op) ? s.reader : s.writer;
  if (place) return finish(op, -EBUSY);
  place = &op;
  if (op.code == operation_code::accept) make_non_blocking(op.fd);
  if (op.code == operation_code::connect) s.connecting = false;
  if (op.code == operation_code::connect || (reads(op) ? s.readable : s.writable)) {
    try_soon(op);
  }
}

void epoll_backend::cancel(operation& op) noexcept {
  if (is_poll(op)) {
    const auto place = watched_.find(op.fd);
    if (place == watched_.end()) return;
    watched& w = place->second;
    if (std::erase(w.polls, &op) == 0) return;
    if (!w.changed) changed_.push_back(op.fd);
    w.changed = true;
  } else {
    if (op.fd < 0 || static_cast<std::size_t>(op.fd) >= sockets_.size()) return;
    socket_state& s = sockets_[static_cast<std::size_t>(op.fd)];
    operation*& place = reads(op) ? s.reader : s.writer;
    if (place != &op) return;
    place = nullptr;
  }
  finish(op, -ECANCELED);
}

void epoll_backend::detach(int fd) noexcept {
  if (fd < 0 || static_cast<std::size_t>(fd) >= sockets_.size()) return;
  socket_state& s = sockets_[static_cast<std::size_t>(fd)];
  const std::uint32_t generation = s.generation + 1;
  s = socket_state();
  s.generation = generation;
}

// ---- trying

void epoll_backend::finish(operation& op, int result, std::uint32_t flags, buffer* data) {
  finished_.push_back({&op, result, flags, data});
  if (!(flags & completion::more) && op.state & to_be_tried) std::erase(to_try_, &op);
}

/// False when it must wait for an edge.
bool epoll_backend::attempt(operation& op) {
  socket_state& s = socket_of(op.fd);
  switch (op.code) {
    case operation_code::receive:
      return attempt_receive(op, s);
    case operation_code::accept:
      return attempt_accept(op, s);
    case operation_code::connect:
      return attempt_connect(op, s);
    default:
      return attempt_send(op, s);
  }
}

bool epoll_backend::attempt_receive(operation& op, socket_state& s) {
  buffer* b = nullptr;
  void* memory = op.data;
  std::size_t room = op.size;
  if (!memory) {
    b = take_buffer(op.flags & operation::large ? large_buffer : small_buffer);
    memory = b->memory;
    room = b->capacity;
  }
  const ssize_t n = recv(op.fd, memory, room, MSG_DONTWAIT);
  const int error = n < 0 ? errno : 0;
  if (b && n > 0) b->end = static_cast<std::uint32_t>(n);
  if (b && n <= 0) {
    b->give_back();
    b = nullptr;
  }
  if (error == EAGAIN || error == EINTR) {
    s.readable = error == EINTR || s.hung_up;
    if (error == EINTR) try_soon(op);
    return false;
  }
  // A short read means that it is drained, but for an end that was announced.
  s.readable = s.hung_up || n == static_cast<ssize_t>(room);
  s.reader = nullptr;
  finish(op, error ? -error : static_cast<int>(n), n > 0 && s.readable ? completion::non_empty : 0,
         b);
  return true;
}

bool epoll_backend::attempt_send(operation& op, socket_state& s) {
  constexpr int how = MSG_DONTWAIT | MSG_NOSIGNAL;
  const ssize_t n = op.code == operation_code::send_gather
                        ? sendmsg(op.fd, static_cast<const msghdr*>(op.data), how)
                        : send(op.fd, op.data, op.size, how);
  if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
    s.writable = errno == EINTR;
    if (s.writable) try_soon(op);
    return false;
  }
  // A part sent means that the socket is full; the edge will come.
  s.writer = nullptr;
  finish(op, n < 0 ? -errno : static_cast<int>(n));
  return true;
}

bool epoll_backend::attempt_accept(operation& op, socket_state& s) {
  for (int i = 0; i < events_a_look; ++i) {
    const int fd = accept4(op.fd, nullptr, nullptr, SOCK_CLOEXEC);
    if (fd >= 0) {
      finish(op, fd, completion::more);
    } else if (errno == EAGAIN) {
      s.readable = false;
      return false;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      s.reader = nullptr;
      finish(op, -errno);
      return true;
    }
  }
  s.readable = true;
  try_soon(op);
  return false;
}

bool epoll_backend::attempt_connect(operation& op, socket_state& s) {
  int error = 0;
  if (!s.connecting) {
    make_non_blocking(op.fd);
    s.connecting = true;
    s.writable = false;
    if (connect(op.fd, static_cast<const sockaddr*>(op.data), op.size) != 0) error = errno;
    if (error == EINPROGRESS || error == EINTR) return false;
  } else {
    socklen_t size = sizeof error;
    getsockopt(op.fd, SOL_SOCKET, SO_ERROR, &error, &size);
  }
  s.connecting = false;
  s.writable = true;
  s.writer = nullptr;
  finish(op, -error);
  return true;
}

void epoll_backend::attempt_all() {
  trying_.swap(to_try_);
  for (operation* op : trying_) {
    op->state = 0;
    attempt(*op);
  }
  trying_.clear();
}

// ---- waiting

void epoll_backend::socket_event(std::uint64_t mark, std::uint32_t events) {
  const int fd = static_cast<int>(mark & 0xffffffff);
  socket_state& s = socket_of(fd);
  if (!s.registered || s.generation != mark >> 32) return;
  if (events & ended) s.hung_up = true;
  if (events & (EPOLLIN | ended)) {
    s.readable = true;
    if (s.reader) attempt(*s.reader);
  }
  if (events & (EPOLLOUT | EPOLLHUP | EPOLLERR)) {
    s.writable = true;
    if (s.writer) attempt(*s.writer);
  }
}

void epoll_backend::apply_polls() {
  for (const int fd : changed_) {
    watched& w = watched_[fd];
    w.changed = false;
    std::uint32_t wanted = 0;
    for (const operation* op : w.polls) {
      wanted |= op->code == operation_code::poll_in ? EPOLLIN : EPOLLOUT;
    }
    if (!wanted) {
      epoll_event unused{};
      epoll_ctl(polls_epoll_, EPOLL_CTL_DEL, fd, &unused);
      watched_.erase(fd);
      continue;
    }
    w.generation = ++generation_;
    const int added = add(polls_epoll_, fd, wanted | EPOLLONESHOT, mark_of(fd, w.generation));
    if (added == 0) continue;
    // Regular files can't be watched, and are always ready. Anything else failed.
    const int result = added == -EPERM ? static_cast<int>(wanted) : added;
    for (operation* op : w.polls) finish(*op, result);
    watched_.erase(fd);
  }
  changed_.clear();
}

void epoll_backend::take_polls() {
  epoll_event events[events_a_look];
  const int n = epoll_wait(polls_epoll_, events, events_a_look, 0);
  for (int i = 0; i < n; ++i) {
    const int fd = static_cast<int>(events[i].data.u64 & 0xffffffff);
    const auto place = watched_.find(fd);
    if (place == watched_.end()) continue;
    watched& w = place->second;
    if (w.generation != events[i].data.u64 >> 32) continue;
    const std::uint32_t happened = events[i].events;
    const bool in = happened & (EPOLLIN | ended);
    const bool out = happened & (EPOLLOUT | EPOLLHUP | EPOLLERR);
    std::erase_if(w.polls, [&](operation* op) {
      const bool ready = op->code == operation_code::poll_in ? in : out;
      if (ready) finish(*op, static_cast<int>(happened));
      return ready;
    });
    // One-shot: whoever still waits must be armed again.
    if (!w.changed) changed_.push_back(fd);
    w.changed = true;
  }
}

int epoll_backend::sleep(epoll_event* events, time_point deadline) noexcept {
  timespec left{};
  if (deadline == time_point::max()) return epoll_wait(epoll_, events, events_a_look, -1);
  if (deadline != time_point::min()) {
    const duration d = std::max(deadline - std::chrono::steady_clock::now(), duration::zero());
    left.tv_sec = static_cast<std::time_t>(d.count() / 1'000'000'000);
    left.tv_nsec = static_cast<long>(d.count() % 1'000'000'000);
  }
  if (left.tv_sec == 0 && left.tv_nsec == 0) return epoll_wait(epoll_, events, events_a_look, 0);
  if (has_pwait2_) {
    const long n = syscall(__NR_epoll_pwait2, epoll_, events, events_a_look, &left, nullptr, 0);
    if (n >= 0 || errno != ENOSYS) return static_cast<int>(n);
    has_pwait2_ = false;
  }
  // Milliseconds, rounded up: nothing fires early.
  const auto ms =
      std::min<std::int64_t>(left.tv_sec, 86'400) * 1000 + (left.tv_nsec + 999'999) / 1'000'000;
  return epoll_wait(epoll_, events, events_a_look, static_cast<int>(ms));
}

void epoll_backend::wait(time_point deadline, completion_list& out) {
  if (!changed_.empty()) apply_polls();
  attempt_all();
  if (!finished_.empty() || !to_try_.empty()) deadline = time_point::min();
  epoll_event events[events_a_look];
  const int n = sleep(events, deadline);
  for (int i = 0; i < n; ++i) {
    const std::uint64_t mark = events[i].data.u64;
    if (mark == wake_mark) {
      eventfd_t count;
      eventfd_read(wake_fd_, &count);
    } else if (mark == polls_mark) {
      take_polls();
    } else {
      socket_event(mark, events[i].events);
    }
  }
  out.insert(out.end(), finished_.begin(), finished_.end());
  finished_.clear();
  asked_ = 0;
  last_look_ = std::chrono::steady_clock::now();
}

bool epoll_backend::poll_due() noexcept {
  // A look is a system call. So each 64 turns, as the loop asks at each eighth - or after 200
  // microseconds, since turns may be long.
  constexpr std::uint32_t often_enough = 8;
  constexpr duration long_enough = std::chrono::microseconds(200);
  if (!finished_.empty() || !to_try_.empty() || !changed_.empty()) return true;
  return ++asked_ >= often_enough || std::chrono::steady_clock::now() - last_look_ >= long_enough;
}

void epoll_backend::wake() noexcept { eventfd_write(wake_fd_, 1); }

}  // namespace weft::detail
