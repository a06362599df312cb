// The backend on epoll: a readiness interface made to look like completions. An operation is tried
// when the descriptor is believed to be ready, and waits for an edge when it was not.
//
// Two epoll sets. In the first each socket stands once, edge-triggered, and is never changed. In
// the second stand polls (add_reader, add_writer) of any descriptor, one-shot: other people's
// libraries close descriptors while they are watched, and reuse their numbers, which the first set
// could not survive. The second set's own descriptor is watched by the first.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include <weft/core/detail/backend.hpp>

struct epoll_event;

namespace weft::detail {

class epoll_backend final : public backend {
 public:
  /// `why_not_uring`: for report(); may be empty.
  explicit epoll_backend(std::string why_not_uring);
  ~epoll_backend() override;

  void submit(operation& op) override;
  void cancel(operation& op) noexcept override;
  void wait(time_point deadline, completion_list& out) override;
  void wake() noexcept override;
  void detach(int fd) noexcept override;
  bool poll_due() noexcept override;
  std::string report() const override;

 private:
  /// What is known of a socket.
  struct socket_state {
    operation* reader = nullptr;   // receive or accept
    operation* writer = nullptr;   // send or connect
    std::uint32_t generation = 0;  // tells a late event of the number's former owner
    bool registered = false;
    bool readable = false;
    bool writable = true;
    bool hung_up = false;  // stays readable, or its end would be lost
    bool connecting = false;
  };
  /// The polls of a descriptor.
  struct watched {
    std::vector<operation*> polls;
    std::uint32_t generation = 0;
    bool changed = false;
  };

  socket_state& socket_of(int fd);
  int enlist(int fd);
  void finish(operation& op, int result, std::uint32_t flags = 0, buffer* data = nullptr);
  bool attempt(operation& op);
  bool attempt_receive(operation& op, socket_state& s);
  bool attempt_send(operation& op, socket_state& s);
  bool attempt_accept(operation& op, socket_state& s);
  bool attempt_connect(operation& op, socket_state& s);
  void try_soon(operation& op);
  void attempt_all();
  void socket_event(std::uint64_t mark, std::uint32_t events);
  void apply_polls();
  void take_polls();
  int sleep(epoll_event* events, time_point deadline) noexcept;

  int epoll_;
  int polls_epoll_;
  int wake_fd_;
  std::string why_not_uring_;
  std::vector<socket_state> sockets_;  // by descriptor
  std::unordered_map<int, watched> watched_;
  std::vector<int> changed_;  // descriptors whose polls changed
  std::vector<operation*> to_try_;
  std::vector<operation*> trying_;
  std::uint32_t generation_ = 0;  // of the polls' registrations
  bool has_pwait2_ = true;
  completion_list finished_;
  std::uint32_t asked_ = 0;
  time_point last_look_{};
};

}  // namespace weft::detail
