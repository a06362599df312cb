#include <weft/io/detail/stream_state.hpp>

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <limits>

#include <weft/core/detail/errno.hpp>
#include <weft/core/event_loop.hpp>

namespace weft::detail {
namespace {

/// After so many small receives the kernel is told to go on by itself, which spares one request
/// each.
constexpr std::uint8_t busy_after = 8;
/// So many may lie unread before it is told to stop: each holds a buffer of the ring.
constexpr std::uint8_t most_unread = 8;

}  // namespace

/// What one send of several buffers needs, as long as it is in flight.
struct stream_state::gather : pooled {
  static constexpr std::size_t most = 32;
  msghdr header{};
  iovec parts[most];
};

void retain(stream_state* state) noexcept { state->retain(); }
void release(stream_state* state) noexcept { state->release(); }

stream_state::stream_state(event_loop& loop, int fd, const stream_options& options,
                           const address& peer)
    : loop_(loop),
      scheduler_(&loop.get_scheduler()),
      limit_(options.limit),
      fd_(fd),
      peer_(peer),
      linger_(options.linger) {
  run = &stream_state::flush;
  receive_.of = send_.of = timer_.of = this;
  receive_.fd = send_.fd = fd;
  receive_.code = operation_code::receive;
  receive_.passive = true;
  send_.passive = true;  // a full socket waits for its peer
  receive_.complete = &stream_state::received;
  send_.complete = &stream_state::sent;
  timer_.run = &stream_state::linger_over;
  enlist(*scheduler_);
}

stream_ref stream_state::open(event_loop& loop, int fd, const stream_options& options,
                              const address& peer) {
  if (peer.is_ipv4() || peer.is_ipv6()) {
    const int on = 1;
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  }
  return stream_ref(new stream_state(loop, fd, options, peer));
}

stream_ref stream_state::open_fed(event_loop& loop, const stream_options& options) {
  auto* made = new stream_state(loop, -1, options, address());
  stream_ref fed(made);
  // Nothing of the kernel's is in it: it goes with its last handle.
  made->delist(*made->scheduler_);
  made->enlisted_ = false;
  made->closing_ = made->closed_ = true;
  made->release();
  return fed;
}

// ---- reading

void stream_state::check_free() const {
  if (reader_) throw usage_error("a stream is read while another task waits to read it");
}

void stream_state::check_unclaimed() const {
  if (reader_ && reader_->why_ == stream_wait::reason::read && !in_.empty()) check_free();
}

void stream_state::throw_if_broken() const {
  if (read_error_ && in_.empty()) throw_errno(read_error_, "receive from " + peer_.to_string());
}

void stream_state::arm_receive() {
  if (receive_armed_ || ended_ || closed_) return;
  receive_.flags = static_cast<std::uint8_t>(
      (more_likely_ ? 0 : operation::poll_first) | (large_ ? operation::large : 0) |
      (small_receives_ == busy_after ? operation::go_on : 0));
  receive_armed_ = true;
  loop_.submit(receive_);
}

void stream_state::feed(std::string_view data) {
  if (ended_) throw usage_error("feed_data after the end of the stream");
  while (!data.empty()) {
    const buffer* last = in_.back();
    if (!last || last->room() == 0) in_.push(take_buffer(data.size()));
    data.remove_prefix(in_.append_to_back(data.data(), data.size()));
    wake_reader();
  }
}

void stream_state::received(operation& op, const completion& c) {
  stream_state& s = *static_cast<part&>(op).of;
  s.receive_armed_ = c.flags & completion::more;
  if (!s.receive_armed_) s.receive_cancelled_ = false;
  s.take_received(c);
  if (s.receive_armed_ && s.small_receives_ == 0) s.stop_receive();
  if (s.closing_) return s.finish();
  if (!s.in_.empty() || s.ended_) s.wake_reader();
  // Nothing came of it, and somebody still waits.
  if (s.reader_ && s.in_.empty() && !s.ended_) s.arm_receive();
}

void stream_state::take_received(const completion& c) noexcept {
  if (c.result > 0) {
    const std::uint32_t size = c.data->size();
    const bool full = size == c.data->capacity;
    more_likely_ = full || (c.flags & completion::non_empty);
    large_ = full || (large_ && size > small_buffer);
    unread_ = in_.empty() ? 1 : static_cast<std::uint8_t>(unread_ + 1);
    if (large_ || unread_ >= most_unread) {
      small_receives_ = unread_ = 0;
    } else if (small_receives_ < busy_after) {
      ++small_receives_;
    }
    if (closing_) {
      c.data->give_back();
    } else {
      in_.push(c.data);
    }
  } else if (c.result == 0) {
    ended_ = true;
    if (was_reset()) read_error_ = ECONNRESET;
  } else if (c.result == -EAGAIN || c.result == -EINTR || c.result == -ECANCELED) {
    more_likely_ = false;
  } else {
    read_error_ = -c.result;
    ended_ = true;
  }
}

void stream_state::stop_receive() noexcept {
  if (!std::exchange(receive_cancelled_, true)) loop_.cancel(receive_);
}

/// Asked at the end of the input. The kernel tells of a reset once: when a send got it, a receive
/// sees an end like any other, and would take a torn text for a whole one.
bool stream_state::was_reset() const noexcept {
  const bool sending = send_armed_ || !out_.empty() || write_error_;
  if (!sending || eof_sent_) return false;
  tcp_info info{};
  socklen_t size = sizeof info;
  return getsockopt(fd_, IPPROTO_TCP, TCP_INFO, &info, &size) == 0 && info.tcpi_state == TCP_CLOSE;
}

void stream_state::wake_reader() noexcept {
  stream_wait* one = reader_;
  if (!one || !one->waiting_) return;
  one->waiting_ = false;
  // Whoever waits for more looks again when it runs, so others may read before.
  if (one->why_ == stream_wait::reason::more) reader_ = nullptr;
  one->task_->wake();
}

void stream_state::wake_all(stream_wait*& list) noexcept {
  while (stream_wait* one = list) {
    list = one->next_;
    one->waiting_ = false;
    one->task_->wake();
  }
}

// ---- writing

bool stream_state::accepts_output() const {
  if (closing_ || write_error_) return false;
  if (eof_asked_) throw usage_error("write after write_eof");
  return true;
}

void stream_state::write_copy(const char* data, std::size_t n) {
  while (n > 0) {
    const buffer* last = out_.back();
    if (!last || last->room() == 0 || (send_armed_ && last == sending_last_)) {
      out_.push(take_buffer(n));
    }
    const std::size_t done = out_.append_to_back(data, n);
    data += done;
    n -= done;
  }
  mark_dirty();
}

void stream_state::write_buffer(buffer* b) {
  out_.push(b);
  mark_dirty();
}

void stream_state::write_eof() {
  if (closing_ || eof_asked_) return;
  eof_asked_ = true;
  mark_dirty();
}

void stream_state::mark_dirty() noexcept {
  if (dirty_) return;
  dirty_ = true;
  scheduler_->turn_end.push(this);
}

void stream_state::flush(ready_node* node) {
  auto* s = static_cast<stream_state*>(node);
  s->dirty_ = false;
  if (s->send_armed_) return;
  if (s->dropping_) s->out_.clear();
  if (!s->out_.empty()) {
    s->start_send(false);
  } else {
    s->output_done();
  }
}

void stream_state::start_send(bool full) {
  buffer* b = out_.front();
  send_.flags = full ? operation::poll_first : 0;
  if (!b->next) {
    send_.code = operation_code::send;
    send_.data = b->memory + b->begin;
    send_.size = b->size();
    sending_last_ = b;
  } else {
    gather_ = new gather;
    std::size_t n = 0;
    for (; b && n < gather::most; b = b->next) {
      gather_->parts[n++] = {b->memory + b->begin, b->size()};
      sending_last_ = b;
    }
    gather_->header.msg_iov = gather_->parts;
    gather_->header.msg_iovlen = n;
    send_.code = operation_code::send_gather;
    send_.data = &gather_->header;
  }
  send_armed_ = true;
  loop_.submit(send_);
}

void stream_state::sent(operation& op, const completion& c) {
  stream_state& s = *static_cast<part&>(op).of;
  s.send_armed_ = false;
  delete std::exchange(s.gather_, nullptr);
  if (c.result >= 0) {
    s.out_.consume(static_cast<std::size_t>(c.result));
  } else if (c.result != -EAGAIN && c.result != -EINTR) {
    if (!s.dropping_) s.write_error_ = -c.result;
    s.dropping_ = true;
  }
  if (s.dropping_) s.out_.clear();
  if (!s.out_.empty()) s.start_send(true);
  if (s.drainers_ && (s.out_.size() <= s.low_water_ || s.write_error_)) s.wake_all(s.drainers_);
  s.output_done();
}

void stream_state::output_done() noexcept {
  if (send_armed_ || !out_.empty()) return;
  if (eof_asked_ && !eof_sent_) {
    eof_sent_ = true;
    if (!dropping_) shutdown(fd_, SHUT_WR);
  }
  finish();
}

void stream_state::throw_if_unwritable() const {
  if (write_error_) throw_errno(write_error_, "send to " + peer_.to_string());
  if (read_error_) throw_errno(read_error_, "connection with " + peer_.to_string());
  if (closed_) throw_errno(ECONNRESET, "send on a closed stream");
}

// ---- ending

void stream_state::end_input() noexcept {
  ended_ = true;
  wake_reader();
}

void stream_state::drop_output() noexcept {
  dropping_ = true;
  if (!send_armed_) {
    out_.clear();
  } else {
    loop_.cancel(send_);
  }
}

void stream_state::close() noexcept {
  if (closing_) return;
  closing_ = true;
  end_input();
  if (send_armed_ || !out_.empty()) {
    scheduler& s = *scheduler_;
    s.timers.arm(&timer_, s.now() + linger_);
  }
  finish();
}

void stream_state::linger_over(ready_node* node) {
  stream_state& s = *static_cast<linger_timer*>(node)->of;
  s.timer_.place = timer::over;
  s.write_error_ = ETIMEDOUT;
  s.abort();
}

void stream_state::abort() noexcept {
  if (closed_) return;
  // With a linger time of nothing, close() resets the connection.
  const linger reset{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &reset, sizeof reset);
  closing_ = true;
  end_input();
  drop_output();
  finish();
}

void stream_state::loop_closing() noexcept {
  enlisted_ = false;
  if (std::exchange(dirty_, false)) scheduler_->turn_end.unlink(this);
  closing_ = true;
  in_.clear();
  end_input();
  drop_output();
  finish();
}

void stream_state::stop_timer() noexcept {
  scheduler& s = *scheduler_;
  if (timer_.armed()) {
    s.timers.disarm(&timer_);
  } else if (timer_.place == timer::queued) {
    s.ready.unlink(&timer_);
  }
}

void stream_state::finish() noexcept {
  if (!closing_ || closed_ || dirty_ || send_armed_ || !out_.empty()) return;
  if (receive_armed_) {
    stop_receive();
    return;
  }
  closed_ = true;
  loop_.detach(fd_);
  ::close(std::exchange(fd_, -1));
  stop_timer();
  if (enlisted_) delist(*scheduler_);
  wake_all(drainers_);
  wake_all(closers_);
  release();
}

}  // namespace weft::detail
