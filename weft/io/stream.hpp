// stream: a byte stream over a connected socket, to be read and written by tasks of one loop.
//
// The stream, not the task, owns what the kernel reads into and writes from. So cancelling a read
// only unlinks the task: bytes that come later stay in the stream for the next read. write() puts
// bytes aside and returns; what was written in a turn leaves in one send at its end.
//
// Bytes are taken from the kernel only while somebody waits for them (of a busy stream, a few
// buffers ahead), so an idle connection holds no buffer, and a peer that sends faster than we read
// is held back by TCP.
//
// Order: bytes arrive, the loop stores them and queues the task that waits, and the task runs in
// that same turn, after what was queued before it.
#pragma once

#include <coroutine>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>

#include <weft/core/coro.hpp>
#include <weft/core/detail/task_base.hpp>
#include <weft/core/detail/wait_point.hpp>
#include <weft/core/time.hpp>
#include <weft/io/address.hpp>
#include <weft/io/stream_errors.hpp>

namespace weft {
namespace detail {

struct buffer;
struct stream_state;
void retain(stream_state* state) noexcept;
void release(stream_state* state) noexcept;

/// A counted reference to a stream's state.
class stream_ref {
 public:
  stream_ref() noexcept = default;
  explicit stream_ref(stream_state* state) noexcept : state_(state) {
    if (state) retain(state);
  }
  stream_ref(const stream_ref& other) noexcept : stream_ref(other.state_) {}
  stream_ref(stream_ref&& other) noexcept : state_(std::exchange(other.state_, nullptr)) {}
  stream_ref& operator=(stream_ref other) noexcept {
    std::swap(state_, other.state_);
    return *this;
  }
  ~stream_ref() {
    if (state_) release(state_);
  }
  stream_state* get() const noexcept { return state_; }
  stream_state* operator->() const noexcept { return state_; }

 private:
  stream_state* state_ = nullptr;
};

class read_chunk_ask;
class drain_ask;

}  // namespace detail

/// Options of a stream.
struct stream_options {
  /// The longest line or record that read_line and read_until take. asyncio: limit.
  std::size_t limit = 64 * 1024;
  /// How long a closed stream goes on sending what was written before close(); then it is dropped.
  duration linger = std::chrono::seconds(30);
};

/// Bytes as they came from the kernel, not copied. Move-only; to be destroyed in its loop's thread.
class chunk {
 public:
  chunk() noexcept = default;
  explicit chunk(detail::buffer* adopted) noexcept : buffer_(adopted) {}
  chunk(chunk&& other) noexcept : buffer_(std::exchange(other.buffer_, nullptr)) {}
  chunk& operator=(chunk&& other) noexcept {
    chunk old(std::move(*this));
    buffer_ = std::exchange(other.buffer_, nullptr);
    return *this;
  }
  ~chunk();

  const char* data() const noexcept;
  std::size_t size() const noexcept;
  /// True at the end of the stream.
  bool empty() const noexcept { return size() == 0; }
  std::string_view view() const noexcept { return std::string_view(data(), size()); }

  // For the library.
  detail::buffer* release() noexcept { return std::exchange(buffer_, nullptr); }

 private:
  detail::buffer* buffer_ = nullptr;
};

/// The reading half. All reads suspend only when nothing is there; a cancel loses no byte. After
/// the last byte they throw the connection's error (std::system_error), if it has one. A read that
/// must wait while another waits throws usage_error. asyncio: StreamReader.
class stream_reader {
 public:
  static constexpr std::size_t npos = static_cast<std::size_t>(-1);

  stream_reader() noexcept = default;

  /// Up to n bytes, at least one; empty at the end of the stream (or for n = 0). Without n: all
  /// until the end. asyncio: read.
  coro<std::string> read(std::size_t n = npos);
  /// What is there, at least one byte; empty at the end of the stream.
  coro<std::string> read_some();
  /// Exactly n bytes. Throws incomplete_read_error, which holds what had come, at the end, and
  /// value_error for a count that was negative before it came here. asyncio: readexactly.
  coro<std::string> read_exactly(std::size_t n);
  /// All up to the separator, and it. Throws incomplete_read_error at the end, limit_overrun_error
  /// when more than the limit comes without it (the data stay), value_error if it is empty.
  /// asyncio: readuntil.
  coro<std::string> read_until(std::string_view separator);
  /// The same with several, `read_until("\r\n", "\n")`: up to the end of that which ends first.
  /// Throws value_error if there is none, or an empty one. asyncio: readuntil with a tuple.
  template <class... Separators>
    requires(sizeof...(Separators) > 1 &&
             (std::is_convertible_v<const Separators&, std::string_view> && ...))
  coro<std::string> read_until(const Separators&... separators) {
    const std::string_view all[] = {separators...};
    return read_until(std::span<const std::string_view>(all));
  }
  /// The same with a list, which is copied.
  coro<std::string> read_until(std::span<const std::string_view> separators);
  /// A line with its '\n'; at the end of the stream what is left. Throws value_error, and drops
  /// the data, when a line is longer than the limit. asyncio: readline.
  coro<std::string> read_line();
  /// The next bytes as they came, without a copy; empty at the end of the stream.
  detail::read_chunk_ask read_chunk();

  /// True when the end was seen and all is read. The end is seen by reads. asyncio: at_eof.
  bool at_eof() const noexcept;
  /// How many bytes are there to be read without waiting.
  std::size_t buffered() const noexcept;
  void set_limit(std::size_t limit) noexcept;

  /// Gives bytes to the reads as if they had come from the peer; wakes who waits for them. Throws
  /// usage_error after the end. asyncio: feed_data.
  void feed_data(std::string_view data);
  /// Ends the input once what is there is read. asyncio: feed_eof.
  void feed_eof();

  explicit operator bool() const noexcept { return state_.get() != nullptr; }

  // For the library.
  explicit stream_reader(detail::stream_ref state) noexcept : state_(std::move(state)) {}
  const detail::stream_ref& reader_state() const noexcept { return state_; }

 private:
  const detail::stream_ref& checked() const;
  detail::stream_ref state_;
};

/// What get_extra_info finds, or nothing.
using extra_info = std::variant<std::monostate, address, int>;

/// The writing half. Its destructor closes the stream. asyncio: StreamWriter.
class stream_writer {
 public:
  stream_writer() noexcept = default;
  stream_writer(stream_writer&& other) noexcept = default;
  stream_writer& operator=(stream_writer&& other) noexcept {
    stream_writer old(std::move(*this));
    state_ = std::move(other.state_);
    return *this;
  }
  ~stream_writer();

  /// Puts bytes aside to be sent at the end of the turn; never suspends. What is written after
  /// close() or after the connection failed is dropped: drain() tells. Throws usage_error after
  /// write_eof(). asyncio: write.
  void write(std::string_view data);
  void write(const char* data) { write(std::string_view(data)); }
  /// The same without a copy of large data.
  void write(std::string&& data);
  void write(chunk&& data);
  /// Writes each of a range of strings. asyncio: writelines.
  template <class Range>
  void writelines(const Range& lines) {
    for (const auto& line : lines) write(std::string_view(line));
  }
  /// Suspends while more than 64 KiB wait to be sent, until at most 16 KiB do. A cancel lets go;
  /// the data stay. Throws the connection's error (std::system_error), and a reset once the stream
  /// is closed, which it waits for after close(). asyncio: drain.
  detail::drain_ask drain();
  /// Other bounds for drain(); `low` is a quarter of `high` if it isn't given. With nothing it
  /// waits until all is sent. Throws value_error if `low` is above `high`.
  /// asyncio: transport.set_write_buffer_limits.
  void set_write_buffer_limits(std::size_t high, std::size_t low);
  void set_write_buffer_limits(std::size_t high) { set_write_buffer_limits(high, high / 4); }
  /// write and drain: the everyday form.
  coro<void> send(std::string data);
  /// How many bytes wait to be sent. asyncio: transport.get_write_buffer_size.
  std::size_t unsent() const noexcept;

  /// Ends the output once all is sent; reading goes on. asyncio: write_eof.
  void write_eof();
  bool can_write_eof() const noexcept { return true; }

  /// Sends what was written, within stream_options::linger, and closes the descriptor. Whoever
  /// reads gets what the stream has taken in, then the end. Twice is once. asyncio: close.
  void close() noexcept;
  bool is_closing() const noexcept;
  /// Suspends until the descriptor is closed. A cancel lets go. Throws the error that the
  /// connection ended with. asyncio: wait_closed.
  coro<void> wait_closed();
  /// Closes now, drops all output, and resets the connection. asyncio: transport.abort.
  void abort() noexcept;

  /// Unnamed when there is none or the stream is closed.
  address peer_address() const noexcept;
  address local_address() const noexcept;
  /// The descriptor, still the stream's; -1 when it is closed.
  int fd() const noexcept;
  /// The same by asyncio's names: "peername", "sockname" (an address), "socket" (the descriptor);
  /// nothing for others. asyncio: get_extra_info.
  extra_info get_extra_info(std::string_view name) const;
  /// The same, or `otherwise` where there is none of this type.
  template <class T>
  T get_extra_info(std::string_view name, T otherwise) const {
    const extra_info found = get_extra_info(name);
    const T* wanted = std::get_if<T>(&found);
    return wanted ? *wanted : otherwise;
  }

  explicit operator bool() const noexcept { return state_.get() != nullptr; }

  // For the library.
  explicit stream_writer(detail::stream_ref state) noexcept : state_(std::move(state)) {}
  const detail::stream_ref& writer_state() const noexcept { return state_; }

 private:
  const detail::stream_ref& checked() const;
  detail::stream_ref state_;
};

/// Both halves of one connection: what open_connection gives and a server's handler gets. Belongs
/// to its loop; one that outlives the loop is closed and does nothing.
class stream : public stream_reader, public stream_writer {
 public:
  stream() noexcept = default;

  explicit operator bool() const noexcept { return stream_reader::operator bool(); }
  /// Parts it for two tasks. The writing half closes it.
  std::pair<stream_reader, stream_writer> split() &&;

  // For the library.
  explicit stream(const detail::stream_ref& state) noexcept
      : stream_reader(state), stream_writer(state) {}
};

/// A stream of the running loop over a connected stream socket, which it takes over (also when it
/// throws). Throws std::system_error if `fd` isn't a socket. asyncio: open_connection(sock=...).
stream adopt_socket(int fd, stream_options options = {});
/// A reader of the running loop without a socket: what feed_data() gives it is read. Throws
/// value_error if the limit isn't positive. asyncio: StreamReader().
stream_reader fed_reader(stream_options options = {});
/// Two connected streams, for tests and for talking to a child.
std::pair<stream, stream> stream_pair(stream_options options = {});

// ---- mechanics

namespace detail {

/// A task that waits for a stream to change.
class stream_wait : public wait_point {
 public:
  enum class reason : std::uint8_t { read, more, drain, close };

  stream_wait(stream_ref state, reason why) noexcept : state_(std::move(state)), why_(why) {}
  stream_wait(const stream_wait&) = delete;
  stream_wait& operator=(const stream_wait&) = delete;
  ~stream_wait();

  bool await_ready() const;
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) {
    start();
    task_->suspend(where, this);
  }
  bool cancel(const std::string* message) noexcept override;
  const char* wait_name() const noexcept override;

 protected:
  friend struct stream_state;
  /// Enters the list of those who wait.
  void start();
  void unlink() noexcept;
  /// Ends the wait: throws a cancel.
  void finish();

  stream_ref state_;
  task_base* task_ = nullptr;
  stream_wait* next_ = nullptr;  // of those who wait
  reason why_;
  bool waiting_ = false;
};

class read_chunk_awaiter : public stream_wait {
 public:
  explicit read_chunk_awaiter(stream_ref state) noexcept
      : stream_wait(std::move(state), reason::read) {}
  chunk await_resume();
};

class read_chunk_ask {
 public:
  explicit read_chunk_ask(stream_ref state) noexcept : state_(std::move(state)) {}
  read_chunk_awaiter weft_await(promise_base&) && { return read_chunk_awaiter(std::move(state_)); }

 private:
  stream_ref state_;
};

class drain_awaiter : public stream_wait {
 public:
  explicit drain_awaiter(stream_ref state) noexcept
      : stream_wait(std::move(state), reason::drain) {}
  void await_resume();
};

class drain_ask {
 public:
  explicit drain_ask(stream_ref state) noexcept : state_(std::move(state)) {}
  drain_awaiter weft_await(promise_base&) && { return drain_awaiter(std::move(state_)); }

 private:
  stream_ref state_;
};

}  // namespace detail

inline detail::read_chunk_ask stream_reader::read_chunk() {
  return detail::read_chunk_ask(checked());
}
inline detail::drain_ask stream_writer::drain() { return detail::drain_ask(checked()); }

}  // namespace weft
