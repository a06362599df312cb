#include <weft/io/stream.hpp>

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>
#include <vector>

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
  s->check_unclaimed();
  while (most > 0 && s->in_.empty() && !s->ended_) co_await more_ask(s);
  s->throw_if_broken();
  co_return s->in_.take(std::min(most, s->in_.size()));
}

coro<std::string> read_all(stream_ref s) {
  s->check_unclaimed();
  while (!s->ended_) co_await more_ask(s);
  s->throw_if_broken();
  co_return s->in_.take(s->in_.size());
}

coro<std::string> read_count(stream_ref s, std::size_t n) {
  if (n > stream_reader::npos / 2) throw value_error("a count of bytes can't be negative");
  s->check_unclaimed();
  while (s->in_.size() < n) {
    if (s->ended_) {
      s->throw_if_broken();
      throw incomplete_read_error(s->in_.take(s->in_.size()), n);
    }
    co_await more_ask(s);
  }
  co_return s->in_.take(n);
}

/// Where a record ends: its separator's place.
struct match {
  std::size_t begin = detail::buffer_list::npos;
  std::size_t end = detail::buffer_list::npos;
};

struct one_separator {
  std::string text;
  std::size_t shortest() const noexcept { return text.size(); }
  std::size_t longest() const noexcept { return text.size(); }
  match find(const detail::buffer_list& in, std::size_t from) const noexcept {
    const std::size_t at = in.find(text, from);
    return at == detail::buffer_list::npos ? match() : match{at, at + text.size()};
  }
};

struct any_separator {
  std::vector<std::string> texts;  // the shortest first: of two that end together it counts
  std::size_t shortest() const noexcept { return texts.empty() ? 0 : texts.front().size(); }
  std::size_t longest() const noexcept { return texts.back().size(); }
  match find(const detail::buffer_list& in, std::size_t from) const noexcept {
    match first;
    for (const std::string& text : texts) {
      const std::size_t at = in.find(text, from);
      if (at != detail::buffer_list::npos && at + text.size() < first.end) {
        first = match{at, at + text.size()};
      }
    }
    return first;
  }
};

/// How many bytes the record has, separator included; 0 when the stream ended before one.
template <class Separator>
coro<std::size_t> find_record(stream_ref s, Separator separator) {
  s->check_unclaimed();
  std::size_t searched = 0;
  for (;;) {
    const std::size_t there = s->in_.size();
    if (there >= searched + separator.shortest()) {
      const match found = separator.find(s->in_, searched);
      if (found.end != detail::buffer_list::npos) {
        if (found.begin <= s->limit_) co_return found.end;
        throw limit_overrun_error("a separator was found, but the data are longer than the limit",
                                  found.begin);
      }
      searched = there + 1 > separator.longest() ? there + 1 - separator.longest() : 0;
      if (searched > s->limit_) {
        throw limit_overrun_error("no separator was found within the limit", searched);
      }
    }
    if (s->ended_) co_return std::size_t{0};
    co_await more_ask(s);
  }
}

template <class Separator>
coro<std::string> read_record(stream_ref s, Separator separator) {
  if (separator.shortest() == 0) throw value_error("a separator is empty, or there is none");
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
  one_separator newline{"\n"};
  try {
    size = co_await find_record(s, std::move(newline));
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
  return read_record(checked(), one_separator{std::string(separator)});
}
coro<std::string> stream_reader::read_until(std::span<const std::string_view> separators) {
  any_separator any{{separators.begin(), separators.end()}};
  std::sort(any.texts.begin(), any.texts.end(),
            [](const std::string& a, const std::string& b) { return a.size() < b.size(); });
  return read_record(checked(), std::move(any));
}
coro<std::string> stream_reader::read_line() { return read_one_line(checked()); }

bool stream_reader::at_eof() const noexcept { return !state_.get() || state_->at_end(); }
std::size_t stream_reader::buffered() const noexcept {
  return state_.get() ? state_->in_.size() : 0;
}
void stream_reader::feed_data(std::string_view data) { checked()->feed(data); }
void stream_reader::feed_eof() { checked()->end_input(); }
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
void stream_writer::set_write_buffer_limits(std::size_t high, std::size_t low) {
  if (low > high) throw value_error("a stream's low water mark is above its high one");
  detail::stream_state& s = *checked().get();
  s.high_water_ = high;
  s.low_water_ = low;
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
extra_info stream_writer::get_extra_info(std::string_view name) const {
  if (name == "peername") return peer_address();
  if (name == "sockname") return local_address();
  if (name == "socket" && fd() >= 0) return fd();
  return {};
}

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

stream_reader fed_reader(stream_options options) {
  if (options.limit == 0) throw value_error("a reader's limit must be positive");
  return stream_reader(detail::stream_state::open_fed(get_running_loop(), options));
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

}  // namespace weft
