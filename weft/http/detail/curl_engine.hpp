// curl_engine: libcurl's multi interface on the loop. libcurl says which descriptors it waits for
// and when it wants to be called; the engine watches them and calls it: docs/guide/adapters.md
// tells the whole pattern.
//
// Three rules keep it safe. A watch never outlives its descriptor: sockets are opened and closed
// here. libcurl is never called from inside its own callbacks: those only note and queue. And a
// transfer leaves libcurl the moment it is over or nobody wants it any more.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include <weft/core/detail/scheduler.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/http/client.hpp>
#include <weft/http/detail/connection_gate.hpp>
#include <weft/http/detail/curl_transfer.hpp>

namespace weft::http::detail {

/// One of libcurl's easy handles; kept for the next transfer, since making one is dear.
struct curl_handle {
  static constexpr std::size_t error_size = 256;  // CURL_ERROR_SIZE

  void* easy;
  void* header_list = nullptr;
  char error[error_size] = {};

  curl_handle();
  curl_handle(const curl_handle&) = delete;
  curl_handle& operator=(const curl_handle&) = delete;
  ~curl_handle();
};

class curl_engine final : public weft::detail::loop_resource {
 public:
  explicit curl_engine(const client_options& options);
  curl_engine(const curl_engine&) = delete;
  curl_engine& operator=(const curl_engine&) = delete;
  ~curl_engine();

  const client_options& options() const noexcept { return options_; }
  std::size_t active() const noexcept { return gate_.active(); }
  std::size_t waiting() const noexcept { return gate_.waiting(); }

  /// Sends it now or in its turn. Throws usage_error on a loop that isn't the engine's.
  void start(curl_transfer& transfer);
  /// Takes it out, wherever it is; nothing if it isn't there.
  void stop(curl_transfer& transfer) noexcept;
  /// Tells libcurl which directions are held up now.
  void update_pause(curl_transfer& transfer) noexcept;
  event_loop& loop() const noexcept { return *loop_; }

  /// Fails what is in flight and closes every connection.
  void close() noexcept;
  /// The same, for good: its client is gone.
  void retire() noexcept;
  void loop_closing() noexcept override;

  // ---- libcurl's callbacks

  static int on_socket(void* easy, int fd, int what, void* self, void* per_socket) noexcept;
  static int on_timer(void* multi, long milliseconds, void* self) noexcept;
  static int on_close_socket(void* self, int fd) noexcept;
  /// Opened by on_open_socket in curl_setup.cpp.
  void note_socket(int fd);

 private:
  /// What is watched of a descriptor, and what libcurl wants of it.
  struct watch {
    bool ours = false;  // opened here, not by libcurl's resolver
    bool reading = false;
    bool writing = false;
    bool wants_read = false;
    bool wants_write = false;
  };

  void attach();
  void open_multi();
  void begin(curl_transfer& transfer) noexcept;
  void let_in_waiting() noexcept;
  void release_handle(curl_transfer& transfer) noexcept;
  void finish(curl_transfer& transfer, int code) noexcept;
  void collect() noexcept;
  void act(int fd, int events) noexcept;
  void readable(int fd) noexcept;
  void look_again_later(curl_transfer& unpaused) noexcept;
  void look_again() noexcept;
  void set_watches(int fd, bool read, bool write);
  void forget(int fd) noexcept;
  void break_down(int code) noexcept;
  void fail_all(error_kind kind, const char* why) noexcept;
  void shut_down() noexcept;
  watch& watch_of(int fd);

  client_options options_;
  connection_gate gate_;
  event_loop* loop_ = nullptr;
  bool retired_ = false;
  void* multi_ = nullptr;
  handle soon_;
  timer_handle later_;
  handle look_soon_;
  std::vector<int> to_look_at_;  // descriptors
  std::vector<watch> watches_;   // by descriptor
  std::vector<curl_transfer*> started_;
  std::vector<std::unique_ptr<curl_handle>> idle_;
};

}  // namespace weft::http::detail
