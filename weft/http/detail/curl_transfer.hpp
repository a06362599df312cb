// curl_transfer: one exchange - a request sent, an answer received - as a coroutine sees it.
// libcurl's callbacks write into it and queue whoever waits; none of them runs user code or lets an
// exception out. Its end comes from the engine, from a time limit, or from its destructor.
#pragma once

#include <cstddef>
#include <exception>
#include <memory>
#include <string>
#include <string_view>

#include <weft/core/coro.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/future.hpp>
#include <weft/http/client.hpp>
#include <weft/http/detail/connection_gate.hpp>
#include <weft/http/detail/request_url.hpp>

namespace weft::http::detail {

class curl_engine;
struct curl_handle;
struct curl_upload;

/// "1.5 s", "200 ms".
std::string seconds_text(duration d);

/// The limits of an exchange, put together from the client's options and the request.
struct exchange_limits {
  exchange_limits(const client_options& options, const client_request& request, bool streaming);

  bool follow;
  std::size_t max_redirects;
  std::size_t max_body;
  duration total_timeout;
  duration connect_timeout;
  std::size_t min_speed;
  duration min_speed_time;
  time_point started;
};

class curl_transfer : public connection_gate::entry {
 public:
  /// `streaming`: the reader takes the body piece by piece and holds it up by not reading.
  curl_transfer(std::shared_ptr<curl_engine> engine, client_request request,
                const exchange_limits& limits, bool streaming);
  curl_transfer(const curl_transfer&) = delete;
  curl_transfer& operator=(const curl_transfer&) = delete;
  /// Takes it out of libcurl if it is there.
  ~curl_transfer();

  void start();

  enum class stage { headers, data, done };
  /// Suspends until the stage is reached or the exchange has ended, well or not. A cancel changes
  /// nothing about the exchange.
  coro<> until(stage wanted);
  /// Throws what ended the exchange, if it failed.
  void check() const;

  /// A redirect that is to be followed: its body isn't kept.
  bool redirects() const noexcept { return redirects_; }
  client_response& response() noexcept { return response_; }
  client_request take_request() noexcept { return std::move(request_); }
  const request_url& url() const noexcept { return url_; }
  /// The body so far; lets libcurl go on where it was held up.
  std::string take_body();

  // ---- for the engine

  const client_request& request() const noexcept { return request_; }
  const exchange_limits& limits() const noexcept { return limits_; }
  curl_upload* upload() const noexcept { return upload_.get(); }
  bool has_error() const noexcept { return error_ != nullptr; }
  bool has_headers() const noexcept { return headers_done_; }
  bool held_up() const noexcept { return held_up_; }
  /// It is over; `error` is null when all went well or when there is one already.
  void complete(std::exception_ptr error) noexcept;
  /// The upload has a piece for libcurl.
  void resume_upload() noexcept;
  /// Ends it from outside libcurl.
  void fail(std::exception_ptr error) noexcept;
  /// A failure that is noted now and ends it when libcurl has returned.
  void note_error(std::exception_ptr error) noexcept;
  /// "GET http://host/: ", the beginning of an error's line.
  std::string what_for(const std::string& problem) const;

  curl_handle* handle = nullptr;  // while in libcurl
  std::size_t index = 0;          // in the engine's list of started transfers, from 1; 0: not there

  // ---- libcurl's callbacks, by way of curl_setup.cpp

  static std::size_t on_header(char* data, std::size_t size, std::size_t count,
                               void* self) noexcept;
  static std::size_t on_body(char* data, std::size_t size, std::size_t count, void* self) noexcept;

 private:
  void take_header_line(std::string_view line);
  void take_status_line(std::string_view line);
  void take_field(std::string_view line);
  void end_headers();
  std::size_t take_body_piece(std::string_view piece);
  bool reached(stage wanted) const noexcept;
  void add_head_to_error() noexcept;
  void wake() noexcept;
  void expire();

  std::shared_ptr<curl_engine> engine_;
  client_request request_;
  exchange_limits limits_;
  request_url url_;
  client_response response_;
  std::exception_ptr error_;
  future<> waiter_;
  stage waiter_wants_ = stage::done;
  timer_handle total_timer_;
  std::shared_ptr<curl_upload> upload_;
  std::size_t header_bytes_ = 0;
  std::size_t body_bytes_ = 0;
  bool streaming_;
  bool block_begins_ = true;  // the next header line is a status line
  bool headers_done_ = false;
  bool redirects_ = false;
  bool held_up_ = false;   // libcurl was told to pause
  bool take_all_ = false;  // what libcurl kept while it was held up comes in at once
  bool done_ = false;
};

}  // namespace weft::http::detail
