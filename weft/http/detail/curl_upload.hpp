// curl_upload: a request's streamed body. A task asks the user's source for pieces; libcurl takes
// from the piece that is there and pauses when there is none.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include <weft/core/future.hpp>
#include <weft/core/task.hpp>
#include <weft/http/client.hpp>

namespace weft::http::detail {

class curl_transfer;

struct curl_upload {
  curl_transfer* transfer;  // null when that is over
  std::string piece;
  std::size_t offset = 0;
  bool ended = false;
  bool stalled = false;  // libcurl waits for a piece
  future<> taken;        // the source's task waits for libcurl to take the piece
  task<> source_task;

  explicit curl_upload(curl_transfer* t) noexcept : transfer(t) {}

  /// Starts the task, which keeps the upload alive.
  static std::shared_ptr<curl_upload> start(curl_transfer& transfer, body_source source);
  /// The exchange is over: ends the task.
  void abandon() noexcept;

  static std::size_t on_read(char* to, std::size_t size, std::size_t count, void* self) noexcept;
};

}  // namespace weft::http::detail
