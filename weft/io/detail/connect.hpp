// connect: what connects a socket, and lets go of it at once when it is cancelled.
#pragma once

#include <coroutine>
#include <optional>
#include <string>

#include <weft/core/detail/task_base.hpp>
#include <weft/core/detail/wait_point.hpp>
#include <weft/io/detail/socket_name.hpp>

namespace weft::detail {

struct connecting;

/// Gives a connected stream socket, or -errno. After a cancel the socket is closed when the kernel
/// has let go of it.
class connect_awaiter final : public wait_point {
 public:
  connect_awaiter(const socket_name& to, const std::optional<socket_name>& from) noexcept
      : to_(to), from_(from) {}
  connect_awaiter(const connect_awaiter&) = delete;
  connect_awaiter& operator=(const connect_awaiter&) = delete;
  ~connect_awaiter();

  bool await_ready();
  template <class Promise>
  void await_suspend(std::coroutine_handle<Promise> where) {
    begin();
    task_->suspend(where, this);
  }
  int await_resume();

  bool cancel(const std::string* message) noexcept override;
  const char* wait_name() const noexcept override { return "connect"; }

 private:
  friend struct connecting;
  void begin();
  void done(int result) noexcept;
  void abandon() noexcept;

  socket_name to_;
  std::optional<socket_name> from_;
  connecting* operation_ = nullptr;
  task_base* task_ = nullptr;
  int result_ = 0;
  bool waiting_ = false;
};

class connect_ask {
 public:
  /// `from`: where the socket is bound.
  explicit connect_ask(const socket_name& to,
                       const std::optional<socket_name>& from = std::nullopt) noexcept
      : to_(to), from_(from) {}
  connect_awaiter weft_await(promise_base&) && { return connect_awaiter(to_, from_); }

 private:
  socket_name to_;
  std::optional<socket_name> from_;
};

}  // namespace weft::detail
