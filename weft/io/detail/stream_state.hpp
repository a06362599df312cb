// What stands behind a stream's handles: two operations, two lists of buffers, and who waits.
//
// Receiving is armed by a read that finds nothing, one result at a time, until it proves busy; then
// the kernel may go on until a result finds too much unread. Sending: write() appends
// to the output and puts the stream on the loop's list of the turn's end; there one send takes all
// that was written; while it is in flight, later writes line up behind it.
//
// The end. close() lets the output drain, then cancels the receive, takes its final result, and
// only then closes the descriptor: no request outlives the descriptor, and no memory is freed that
// the kernel may write. finish() is called after each final result and flush, and does what is
// next.
#pragma once

#include <cstddef>
#include <cstdint>

#include <weft/core/detail/frame_pool.hpp>
#include <weft/core/detail/operation.hpp>
#include <weft/core/detail/scheduler.hpp>
#include <weft/io/detail/buffer.hpp>
#include <weft/io/stream.hpp>

namespace weft::detail {

struct stream_state final : loop_resource, ready_node, pooled {
  /// Takes over a connected socket.
  static stream_ref open(event_loop& loop, int fd, const stream_options& options,
                         const address& peer);
  /// Without a socket: only what is fed is read.
  static stream_ref open_fed(event_loop& loop, const stream_options& options);

  void retain() noexcept { ++references_; }
  void release() noexcept {
    if (--references_ == 0) delete this;
  }

  // ---- reading
  bool at_end() const noexcept { return ended_ && in_.empty(); }
  /// Before a wait to read: throws usage_error if a task waits already.
  void check_free() const;
  /// Before a read: throws usage_error if the bytes that are there woke a task that reads a chunk.
  void check_unclaimed() const;
  /// Throws the connection's error when nothing is left to read.
  void throw_if_broken() const;
  void arm_receive();
  void feed(std::string_view data);
  void end_input() noexcept;

  // ---- writing
  /// True when what is written now will be sent; throws usage_error after write_eof.
  bool accepts_output() const;
  void write_copy(const char* data, std::size_t n);
  void write_buffer(buffer* b);
  void write_eof();
  bool must_drain() const noexcept {
    return out_.size() > high_water_ && !write_error_ && !closed_;
  }
  void throw_if_unwritable() const;

  // ---- ending
  void close() noexcept;
  void abort() noexcept;
  void loop_closing() noexcept override;
  int error() const noexcept { return write_error_ ? write_error_ : read_error_; }

  void wake_reader() noexcept;
  void wake_all(stream_wait*& list) noexcept;

  event_loop& loop_;
  scheduler* scheduler_;
  buffer_list in_;
  buffer_list out_;
  stream_wait* reader_ = nullptr;    // until it is woken; one that reads a chunk: until it has it
  stream_wait* drainers_ = nullptr;  // in order
  stream_wait* closers_ = nullptr;
  std::size_t limit_;
  std::size_t high_water_ = 64 * 1024;
  std::size_t low_water_ = 16 * 1024;
  int fd_;
  bool ended_ = false;  // no more input will come
  bool closing_ = false;
  bool closed_ = false;
  address peer_;

 private:
  struct part : operation {
    stream_state* of;
  };
  struct linger_timer : timer {
    stream_state* of;
  };
  struct gather;

  stream_state(event_loop& loop, int fd, const stream_options& options, const address& peer);
  ~stream_state() = default;

  static void received(operation& op, const completion& c);
  static void sent(operation& op, const completion& c);
  static void flush(ready_node* node);
  static void linger_over(ready_node* node);
  void take_received(const completion& c) noexcept;
  void stop_receive() noexcept;
  bool was_reset() const noexcept;
  void mark_dirty() noexcept;
  void start_send(bool full);
  void output_done() noexcept;
  void drop_output() noexcept;
  void finish() noexcept;
  void stop_timer() noexcept;

  part receive_;
  part send_;
  linger_timer timer_;
  duration linger_;
  gather* gather_ = nullptr;
  buffer* sending_last_ = nullptr;  // the last buffer of the send in flight
  std::uint32_t references_ = 1;    // the connection's own, until it is closed
  int read_error_ = 0;
  int write_error_ = 0;
  bool receive_armed_ = false;
  bool receive_cancelled_ = false;
  bool more_likely_ = false;  // the last receive left something in the socket
  bool large_ = false;        // receives go into large buffers
  // Receives since the last that wasn't small or found too much unread; counted to busy_after.
  std::uint8_t small_receives_ = 0;
  std::uint8_t unread_ = 0;  // receives since there was nothing to read
  bool send_armed_ = false;
  bool dirty_ = false;  // stands in the turn's end
  bool eof_asked_ = false;
  bool eof_sent_ = false;
  bool dropping_ = false;  // the output is not to be sent any more
  bool enlisted_ = true;   // known to the loop
};

class closed_awaiter : public stream_wait {
 public:
  explicit closed_awaiter(stream_ref state) noexcept
      : stream_wait(std::move(state), reason::close) {}
  void await_resume() { finish(); }
};

/// Waits until the descriptor is closed.
class closed_ask {
 public:
  explicit closed_ask(const stream_ref& state) noexcept : state_(state) {}
  closed_awaiter weft_await(promise_base&) && { return closed_awaiter(std::move(state_)); }

 private:
  stream_ref state_;
};

}  // namespace weft::detail
