// The backend on io_uring: an operation is a submission, a completion is its result. One enter a
// turn submits what the turn asked for, and waits.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include <weft/core/detail/backend.hpp>

struct io_uring_cqe;
struct io_uring_sqe;

namespace weft::detail {

class uring_backend final : public backend {
 public:
  /// Throws std::system_error where the kernel denies a ring.
  uring_backend();
  /// Cancels what is in flight and waits until the kernel has let go of it.
  ~uring_backend() override;

  void submit(operation& op) override;
  void cancel(operation& op) noexcept override;
  void wait(time_point deadline, completion_list& out) override;
  void wake() noexcept override;
  void detach(int) noexcept override {}
  bool poll_due() noexcept override;
  std::string report() const override { return "io_uring"; }

 private:
  struct parts;
  struct request {
    operation* op;
    bool cancel;
  };

  void start();
  void put(request r);
  bool try_put(request r) noexcept;
  void put_postponed() noexcept;
  void arm_wake() noexcept;
  void enter(bool sleep, time_point deadline);
  void reap(completion_list& out);
  void take(const io_uring_cqe& cqe, completion_list& out);
  static void prepare(io_uring_sqe& sqe, operation& op) noexcept;

  parts* parts_;
  int wake_fd_;
  bool started_ = false;
  bool wake_armed_ = false;
  std::size_t in_flight_ = 0;       // submissions whose last completion is to come
  std::vector<request> postponed_;  // for which the submission queue had no room
};

}  // namespace weft::detail
