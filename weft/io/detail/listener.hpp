// listener: one listening socket, which accepts as long as it is open. When descriptors run out it
// pauses and tries again: the connections wait in the kernel meanwhile.
#pragma once

#include <weft/core/detail/operation.hpp>
#include <weft/core/detail/scheduler.hpp>
#include <weft/io/address.hpp>

namespace weft::detail {

/// Who gets what a listener accepts.
struct acceptor {
  /// A new connection's descriptor, from then on the acceptor's. Runs no user code.
  virtual void accepted(int fd) noexcept = 0;
  /// The listener has closed its descriptor; it may be freed.
  virtual void listener_closed() noexcept = 0;

 protected:
  ~acceptor() = default;
};

class listener final : public loop_resource {
 public:
  static constexpr duration pause = std::chrono::milliseconds(100);

  /// Takes over a bound socket.
  listener(event_loop& loop, int fd, acceptor& to);
  listener(const listener&) = delete;
  listener& operator=(const listener&) = delete;
  ~listener() = default;

  /// Throws std::system_error.
  void listen(int backlog);
  /// New connections are refused from now on. The acceptor hears of the end, perhaps at once.
  void close() noexcept;
  void loop_closing() noexcept override;

  bool closed() const noexcept { return fd_ < 0; }
  address where() const noexcept;

 private:
  struct accept_operation : operation {
    listener* of;
  };
  struct retry_timer : timer {
    listener* of;
  };

  static void completed(operation& op, const completion& c);
  static void try_again(ready_node* node);
  void take(const completion& c) noexcept;
  void arm();
  void begin_pause(int error) noexcept;
  void finish() noexcept;

  event_loop& loop_;
  acceptor& to_;
  int fd_;
  accept_operation accept_;
  retry_timer retry_;
  bool armed_ = false;
  bool closing_ = false;
  bool short_of_resources_ = false;
  bool enlisted_ = true;
};

}  // namespace weft::detail
