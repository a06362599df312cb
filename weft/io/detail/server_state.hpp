// What stands behind a server's handle: its listeners, its handler, and the connections it serves.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <weft/core/detail/context_data.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/future.hpp>
#include <weft/io/detail/listener.hpp>
#include <weft/io/detail/socket_file.hpp>
#include <weft/io/server.hpp>

namespace weft::detail {

struct served_connection;
class server_ref;

struct server_state final : acceptor {
  server_state(event_loop& loop, std::unique_ptr<connection_handler> handler,
               const server_options& options);
  server_state(const server_state&) = delete;
  server_state& operator=(const server_state&) = delete;

  /// Binds a socket to each address that this host has. Throws std::system_error when none does.
  void bind_all(std::vector<address> where);
  /// Binds a Unix socket, in place of one that nobody closed. Throws std::system_error.
  void bind_unix(const std::string& path);
  void start();
  void close() noexcept;
  bool idle() const noexcept { return closed_ && !connections_; }
  void wake_waiters_if_idle() noexcept;

  void accepted(int fd) noexcept override;
  void listener_closed() noexcept override;

  void retain() noexcept { ++references_; }
  void release() noexcept {
    if (--references_ == 0) delete this;
  }

  event_loop& loop_;
  std::unique_ptr<connection_handler> handler_;
  server_options options_;
  context_ref context_;  // that of start_server's caller: the handlers' own
  std::vector<std::unique_ptr<listener>> listeners_;
  std::unique_ptr<socket_file> file_;
  std::vector<int> new_;  // accepted in this turn
  served_connection* connections_ = nullptr;
  std::size_t connection_count_ = 0;
  std::vector<future<void>> waiters_;
  future<void> forever_;
  bool serving_ = false;
  bool closed_ = false;
  bool queued_ = false;

 private:
  ~server_state();
  /// The error that kept it from binding, or 0.
  int bind_one(const address& where);
  void add_listener(int fd);
  int try_bind_all(const std::vector<address>& where, address& failed);
  static void serve_new(const server_ref& self);
  void serve(int fd) noexcept;

  std::size_t open_listeners_ = 0;
  std::uint32_t references_ = 1;
};

class server_ref {
 public:
  explicit server_ref(server_state* state) noexcept : state_(state) { state->retain(); }
  server_ref(const server_ref& other) noexcept : server_ref(other.state_) {}
  server_ref& operator=(const server_ref&) = delete;
  ~server_ref() { state_->release(); }
  server_state* operator->() const noexcept { return state_; }
  server_state& operator*() const noexcept { return *state_; }

 private:
  server_state* state_;
};

/// A connection from its accept until its handler has ended and its descriptor is closed.
struct served_connection {
  served_connection(server_state& server, const stream_ref& state) noexcept;
  served_connection(const served_connection&) = delete;
  served_connection& operator=(const served_connection&) = delete;
  ~served_connection();

  server_state& server_;
  stream_ref stream_;
  served_connection* previous_ = nullptr;
  served_connection* next_ = nullptr;
};

}  // namespace weft::detail
