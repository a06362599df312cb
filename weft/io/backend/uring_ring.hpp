// The ring itself: three raw system calls, two mappings, and the two queues in them. Nothing of
// weft's operations is known here. Only files uring*.cpp include liburing's header; liburing's own
// code isn't used, since Debian's is older than flags that matter (no index array, no I/O wait).
#pragma once

#include <linux/time_types.h>

// After that one, which it lacks.
#include <liburing/io_uring.h>
#include <pthread.h>

#include <cstddef>

#include <weft/core/time.hpp>

namespace weft::detail {

class uring_ring {
 public:
  /// Sets a ring up, not yet enabled, so that another thread than this may run it. Throws
  /// std::system_error, whose text says what the kernel refused.
  uring_ring();
  uring_ring(const uring_ring&) = delete;
  uring_ring& operator=(const uring_ring&) = delete;
  ~uring_ring();

  /// Binds the ring to this thread: only it may submit and wait from now on.
  void enable();

  /// io_uring_register; returns -errno.
  int register_with(unsigned what, void* argument, unsigned count) const noexcept;

  /// The next submission, zeroed; null when the queue is full.
  io_uring_sqe* next_submission() noexcept;
  /// Submissions that the kernel has not taken yet.
  unsigned unsubmitted() const noexcept {
    return tail_ - __atomic_load_n(kernel_head_, __ATOMIC_ACQUIRE);
  }
  bool has_completions() const noexcept {
    return __atomic_load_n(completion_tail_, __ATOMIC_ACQUIRE) != *completion_head_;
  }
  /// Completions wait inside the kernel for the next enter().
  bool kernel_has_work() const noexcept {
    return __atomic_load_n(flags_, __ATOMIC_RELAXED) & (IORING_SQ_TASKRUN | IORING_SQ_CQ_OVERFLOW);
  }

  /// Submits all; with `sleep`, waits for a completion until the deadline (max(): no limit).
  /// Returns -errno, or what was submitted.
  int enter(bool sleep, time_point deadline) noexcept;

  /// Calls f(cqe) for each completion that is there.
  template <class F>
  void reap(F&& f) {
    unsigned head = *completion_head_;
    const unsigned tail = __atomic_load_n(completion_tail_, __ATOMIC_ACQUIRE);
    for (; head != tail; ++head) f(completions_[head & completion_mask_]);
    __atomic_store_n(completion_head_, head, __ATOMIC_RELEASE);
  }

 private:
  void map(const io_uring_params& made);

  int fd_ = -1;
  unsigned enter_fd_ = 0;  // fd_, or its number among the registered rings
  unsigned enter_flags_ = 0;
  unsigned registered_flag_ = 0;
  pthread_t registered_in_{};  // the number is this thread's alone
  bool absolute_time_ = false;

  char* rings_ = nullptr;
  std::size_t rings_size_ = 0;
  io_uring_sqe* submissions_ = nullptr;
  std::size_t submissions_size_ = 0;

  unsigned* kernel_head_ = nullptr;
  unsigned* kernel_tail_ = nullptr;
  unsigned* flags_ = nullptr;
  unsigned tail_ = 0;
  unsigned entries_ = 0;

  unsigned* completion_head_ = nullptr;
  unsigned* completion_tail_ = nullptr;
  io_uring_cqe* completions_ = nullptr;
  unsigned completion_mask_ = 0;
};

}  // namespace weft::detail
