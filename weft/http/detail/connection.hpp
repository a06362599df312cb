// connection: one client's requests, one after the other, in one task.
//
// Its phases: waiting for a head (idle until the first byte), serving the request (the handler
// reads the body and writes the response through it), then the next, or the end: the output is
// ended and the input read on for a while, so that the client gets to see the last response.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <weft/core/coro.hpp>
#include <weft/core/outcome.hpp>
#include <weft/core/task.hpp>
#include <weft/core/time.hpp>
#include <weft/http/detail/http_parser.hpp>
#include <weft/http/detail/server_core.hpp>
#include <weft/http/request.hpp>
#include <weft/http/response_writer.hpp>
#include <weft/io/stream.hpp>

namespace weft::http::detail {

/// Time that a peer may keep us waiting: an allowance that grows with the bytes that move, though
/// no more than an hour can be saved up.
class patience {
 public:
  patience(duration allowance, std::uint64_t bytes_a_second) noexcept
      : allowance_(allowance), most_(allowance + std::chrono::hours(1)), rate_(bytes_a_second) {}
  void moved(std::size_t bytes) noexcept;
  void waited(duration time) noexcept { allowance_ -= time; }
  duration left() const noexcept { return allowance_; }

 private:
  duration allowance_;
  duration most_;
  std::uint64_t rate_;
};

class connection {
 public:
  connection(std::shared_ptr<server_core> core, stream s);
  connection(const connection&) = delete;
  connection& operator=(const connection&) = delete;
  ~connection();

  /// Serves the client to the end.
  coro<void> run();

  // ---- for the server
  /// True before a request and after the last: nothing is lost by ending it.
  bool idle() const noexcept { return idle_; }
  /// Ends it while it idles.
  void stop() noexcept;
  /// Cancels the handler and resets the connection.
  void abort() noexcept;

  // ---- for the request and its response
  coro<std::string> read_body();
  void begin_response(std::string_view head);
  /// Where a head may be put together: all connections share the memory.
  std::string& head_text() noexcept { return core_->head_text; }
  void write(std::string bytes);
  /// True when drain() would wait.
  bool must_drain() const noexcept;
  coro<void> drain();
  const std::string& date_line() { return core_->date_line(); }
  /// True when this response is the last: the server closes, or where the next request begins is
  /// not known.
  bool must_close() const noexcept { return core_->closing || body_failed_ || continue_wanted_; }

 private:
  enum class arrival : std::uint8_t { bytes, end, late };

  coro<void> serve_requests();
  coro<bool> read_head();
  coro<void> serve_request();
  void take_request();
  void finish_response(response_writer& writer);
  void answer_failure(response_writer& writer, const outcome<void>& handled);
  void answer(int status, const char* detail);
  [[noreturn]] void fail_body(int status, const char* why);
  /// Reads over what the handler left of the body; false where it is too much.
  coro<bool> skip_body();
  coro<void> linger();
  coro<arrival> fill(time_point deadline);
  coro<chunk> next_chunk();
  coro<bool> drain_within(duration time);
  void log(const response_writer& writer);
  time_point now() const noexcept;

  std::shared_ptr<server_core> core_;
  stream stream_;
  http_parser parser_;
  any_task task_;
  chunk chunk_;
  std::string_view input_;  // what is unread of chunk_
  address peer_;
  request request_;
  time_point request_begin_{};
  std::optional<patience> body_patience_;
  std::optional<patience> write_patience_;
  std::uint64_t body_bytes_ = 0;
  bool idle_ = true;
  bool keep_alive_ = true;
  bool continue_wanted_ = false;
  bool body_ended_ = true;
  bool body_failed_ = false;
  bool response_begun_ = false;
  bool broken_ = false;  // the peer is gone, or as good as gone
};

}  // namespace weft::http::detail
