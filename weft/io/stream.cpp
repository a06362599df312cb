#include <weft/io/stream.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include <weft/core/detail/errno.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/io/detail/stream_state.hpp>

namespace weft {
namespace {

constexpr std::size_t worth_moving_a_chunk = 512;  // smaller ones are copied
constexpr std::size_t worth_keeping_a_string = 4096;
constexpr std::size_t most_in_a_buffer = std::numeric_limits<std::uint32_t>::max();

using detail::stream_ref;
using detail::stream_wait;

/// Waits for more input than there is now, or for the end.
class more_awaiter : public stream_wait {
 public:
  explicit more_awaiter(stream_ref state) noexcept : stream_wait(std::move(state), reason::more) {}
  void await_resume() { finish(); }
};
class more_ask {
 public:
  explicit more_ask(const stream_ref& state) noexcept : state_(state) {}
  more_awaiter weft_await(detail::promise_base&) && { return more_awaiter(std::move(state_)); }

 private:
  stream_ref state_;
};

const stream_ref& check(const stream_ref& state) {
  if (!state.get())
    throw usage_error("this stream is empty: made without a connection, or moved from");
  return state;
}

// ---- reads, which hold the stream while they wait

coro<std::string> read_up_to(stream_ref s, std::size_t most) {
  s->check_free();
  if (most > 0 && s->in_.empty() && !s->ended_) co_await more_ask(s);
  s->throw_if_broken();
  co_return s->in_.take(std::min(most, s->in_.size()));
}

coro<std::string> read_all(stream_ref s) {
  s->check_free();
  while (!s->ended_) co_await more_ask(s);
  s->throw_if_broken();
  co_return s->in_.take(s->in_.size());
}

coro<std::string> read_count(stream_ref s, std::size_t n) {
  s->check_free();
  while (s->in_.size() < n) {
    if (s->ended_) {
      s->throw_if_broken();
      throw incomplete_read_error(s->in_.take(s->in_.size()), n);
    }
    co_await more_ask(s);
  }
  co_return s->in_.take(n);
}

/// How many bytes the record has, separator included; 0 when the stream ended before one.
coro<std::size_t> find_record(stream_ref s, std::string separator) {
  s->check_free();
  std::size_t searched = 0;
  for (;;) {
    const std::size_t at = s->in_.find(separator, searched);
    if (at != detail::buffer_list::npos) {
      if (at > s->limit_) {
        throw limit_overrun_error("a separator was found, but the data are longer than the limit",
                                  at);
      }
      co_return at + separator.size();
    }
    const std::size_t there = s->in_.size();
    if (there >= separator.size()) searched = there + 1 - separator.size();
    if (searched > s->limit_) {
      throw limit_overrun_error("no separator was found within the limit", searched);
    }
    if (s->ended_) co_return std::size_t{0};
    co_await more_ask(s);
  }
}

coro<std::string> read_record(stream_ref s, std::string separator) {
  if (separator.empty()) throw value_error("the separator is empty");
  const std::size_t size = co_await find_record(s, std::move(separator));
  if (size > 0) co_return s->in_.take(size);
  s->throw_if_broken();
  throw incomplete_read_error(s->in_.take(s->in_.size()), incomplete_read_error::unknown);
}

/// As asyncio's readline: a line that is too long is dropped, up to its end where that has come.
std::string drop_line(detail::stream_state& s, const limit_overrun_error& error) {
  const std::size_t end = s.in_.find("\n", error.consumed());
  s.in_.consume(end == error.consumed() ? end + 1 : s.in_.size());
  return error.what();
}

coro<std::string> read_one_line(stream_ref s) {
  std::size_t size = 0;
  std::string too_long;
  try {
    size = co_await find_record(s, std::string(1, '\n'));
  } catch (const limit_overrun_error& error) {
    too_long = drop_line(*s.get(), error);
  }
  if (!too_long.empty()) throw value_error(too_long);
  if (size == 0) s->throw_if_broken();
  co_return s->in_.take(size == 0 ? s->in_.size() : size);
}

coro<void> wait_until_closed(stream_ref s) {
  co_await detail::closed_ask(s);
  if (s->error()) s->throw_if_unwritable();
}

void write_string(detail::stream_state& s, std::string&& data) {
  if (!s.accepts_output() || data.empty()) return;
  if (data.size() < worth_keeping_a_string || data.size() > most_in_a_buffer) {
    s.write_copy(data.data(), data.size());
  } else {
    s.write_buffer(detail::wrap_string(std::move(data)));
  }
}

coro<void> write_and_drain(stream_ref s, std::string data) {
  write_string(*s.get(), std::move(data));
  co_await detail::drain_ask(s);
}

}  // namespace

// ---- chunk

chunk::~chunk() {
  if (buffer_) buffer_->give_back();
}
const char* chunk::data() const noexcept { return buffer_ ? buffer_->data() : nullptr; }
std::size_t chunk::size() const noexcept { return buffer_ ? buffer_->size() : 0; }

// ---- stream_reader

const stream_ref& stream_reader::checked() const { return check(state_); }

coro<std::string> stream_reader::read(std::size_t n) {
  return n == npos ? read_all(checked()) : read_up_to(checked(), n);
}
coro<std::string> stream_reader::read_some() { return read_up_to(checked(), npos - 1); }
coro<std::string> stream_reader::read_exactly(std::size_t n) { return read_count(checked(), n); }
coro<std::string> stream_reader::read_until(std::string_view separator) {
  return read_record(checked(), std::string(separator));
}
coro<std::string> stream_reader::read_line() { return read_one_line(checked()); }

bool stream_reader::at_eof() const noexcept { return !state_.get() || state_->at_end(); }
std::size_t stream_reader::buffered() const noexcept {
  return state_.get() ? state_->in_.size() : 0;
}
void stream_reader::set_limit(std::size_t limit) noexcept {
  if (state_.get()) state_->limit_ = limit;
}

// ---- stream_writer

const stream_ref& stream_writer::checked() const { return check(state_); }

stream_writer::~stream_writer() { close(); }

void stream_writer::write(std::string_view data) {
  detail::stream_state& s = *checked().get();
  if (s.accepts_output() && !data.empty()) s.write_copy(data.data(), data.size());
}

void stream_writer::write(std::string&& data) { write_string(*checked().get(), std::move(data)); }

void stream_writer::write(chunk&& data) {
  chunk taken(std::move(data));
  detail::stream_state& s = *checked().get();
  if (!s.accepts_output() || taken.empty()) return;
  if (taken.size() < worth_moving_a_chunk) {
    s.write_copy(taken.data(), taken.size());
  } else {
    s.write_buffer(taken.release());
  }
}

coro<void> stream_writer::send(std::string data) {
  return write_and_drain(checked(), std::move(data));
}
std::size_t stream_writer::unsent() const noexcept {
  return state_.get() ? state_->out_.size() : 0;
}
void stream_writer::write_eof() { checked()->write_eof(); }

void stream_writer::close() noexcept {
  if (state_.get()) state_->close();
}
bool stream_writer::is_closing() const noexcept { return !state_.get() || state_->closing_; }
coro<void> stream_writer::wait_closed() { return wait_until_closed(checked()); }
void stream_writer::abort() noexcept {
  if (state_.get()) state_->abort();
}

address stream_writer::peer_address() const noexcept {
  return state_.get() ? state_->peer_ : address();
}
address stream_writer::local_address() const noexcept {
  alignas(8) unsigned char name[128];
  socklen_t size = sizeof name;
  if (fd() < 0 || getsockname(fd(), reinterpret_cast<sockaddr*>(name), &size) != 0) return {};
  return address::from_system(name, size);
}
int stream_writer::fd() const noexcept { return state_.get() ? state_->fd_ : -1; }

// ---- stream

std::pair<stream_reader, stream_writer> stream::split() && {
  return {std::move(static_cast<stream_reader&>(*this)),
          std::move(static_cast<stream_writer&>(*this))};
}

stream adopt_socket(int fd, stream_options options) {
  int type = 0;
  socklen_t size = sizeof type;
  int error = getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &size) != 0 ? errno : 0;
  if (!error && type != SOCK_STREAM) error = EPROTOTYPE;
  if (error) {
    if (fd >= 0) ::close(fd);
    detail::throw_errno(error, "adopt_socket");
  }
  // The backends wait themselves; a non-blocking socket would make io_uring give up instead.
  const int flags = fcntl(fd, F_GETFL);
  if (flags & O_NONBLOCK) fcntl(fd, F_SETFL, flags & ~O_NONBLOCK);
  alignas(8) unsigned char name[128];
  socklen_t name_size = sizeof name;
  address peer;
  if (getpeername(fd, reinterpret_cast<sockaddr*>(name), &name_size) == 0) {
    peer = address::from_system(name, name_size);
  }
  return stream(detail::stream_state::open(get_running_loop(), fd, options, peer));
}

std::pair<stream, stream> stream_pair(stream_options options) {
  event_loop& loop = get_running_loop();
  int ends[2];
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
    detail::throw_errno(errno, "socketpair");
  }
  stream first(detail::stream_state::open(loop, ends[0], options, address()));
  stream second(detail::stream_state::open(loop, ends[1], options, address()));
  return {std::move(first), std::move(second)};
}

// ---- waiting

namespace detail {

stream_wait::~stream_wait() {
  if (!task_) return;
  if (waiting_) unlink();
  if (state_->reader_ == this) state_->reader_ = nullptr;
}

bool stream_wait::await_ready() const {
  const stream_state& s = *state_.get();
  switch (why_) {
    case reason::read:
      s.check_free();
      return !s.in_.empty() || s.ended_;
    case reason::more:
      s.check_free();
      return s.ended_;
    case reason::drain:
      return !s.must_drain();
    case reason::close:
      return s.closed_;
  }
  return true;
}

void stream_wait::start() {
  stream_state& s = *state_.get();
  if (here != s.scheduler_) throw usage_error("a stream is used in another loop than its own");
  task_ = here->current;
  waiting_ = true;
  if (why_ == reason::read || why_ == reason::more) {
    s.reader_ = this;
    s.arm_receive();
    return;
  }
  stream_wait** end = why_ == reason::drain ? &s.drainers_ : &s.closers_;
  while (*end) end = &(*end)->next_;
  *end = this;
}

void stream_wait::unlink() noexcept {
  waiting_ = false;
  if (why_ == reason::read || why_ == reason::more) return;
  stream_wait** place = why_ == reason::drain ? &state_->drainers_ : &state_->closers_;
  while (*place != this) place = &(*place)->next_;
  *place = next_;
}

void stream_wait::finish() {
  if (!task_) return;
  if (state_->reader_ == this) state_->reader_ = nullptr;
  task_->resumed();
  task_->throw_if_cancelled();
}

bool stream_wait::cancel(const std::string* message) noexcept {
  if (!waiting_) return false;
  unlink();
  task_->deliver_cancel(message);
  return true;
}

const char* stream_wait::wait_name() const noexcept {
  switch (why_) {
    case reason::read:
    case reason::more:
      return "read";
    case reason::drain:
      return "drain";
    case reason::close:
      break;
  }
  return "close";
}

chunk read_chunk_awaiter::await_resume() {
  finish();
  state_->throw_if_broken();
  return chunk(state_->in_.pop());
}

void drain_awaiter::await_resume() {
  finish();
  state_->throw_if_unwritable();
}

}  // namespace detail
}  // namespace weft
