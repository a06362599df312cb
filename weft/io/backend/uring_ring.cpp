#include <weft/io/backend/uring_ring.hpp>

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>

#include <weft/core/detail/errno.hpp>

namespace weft::detail {
namespace {

// Newer than Debian's header.
constexpr unsigned setup_no_index_array = 1u << 16;  // Linux 6.6
constexpr unsigned feature_min_timeout = 1u << 15;   // 6.12, which also knows absolute waits
constexpr unsigned feature_no_iowait = 1u << 17;     // 6.15
constexpr unsigned enter_absolute_timer = 1u << 5;
constexpr unsigned enter_no_iowait = 1u << 7;

// All of these are there since Linux 6.1, the oldest that we take.
constexpr unsigned setup_flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN |
                                 IORING_SETUP_COOP_TASKRUN | IORING_SETUP_TASKRUN_FLAG |
                                 IORING_SETUP_SUBMIT_ALL | IORING_SETUP_CQSIZE |
                                 IORING_SETUP_CLAMP | IORING_SETUP_R_DISABLED;
constexpr unsigned submission_entries = 1024;
constexpr unsigned completion_entries = 4096;

int set_up(io_uring_params& params, unsigned flags) noexcept {
  std::memset(&params, 0, sizeof params);
  params.flags = flags;
  params.cq_entries = completion_entries;
  const long fd = syscall(__NR_io_uring_setup, submission_entries, &params);
  return fd < 0 ? -errno : static_cast<int>(fd);
}

template <class T>
T* at(char* base, std::uint32_t offset) noexcept {
  return reinterpret_cast<T*>(base + offset);
}

}  // namespace

uring_ring::uring_ring() {
  io_uring_params params;
  fd_ = set_up(params, setup_flags | setup_no_index_array);
  if (fd_ == -EINVAL) fd_ = set_up(params, setup_flags);
  if (fd_ == -EINVAL) throw_errno(EINVAL, "io_uring_setup (Linux 6.1 or newer is needed)");
  if (fd_ < 0) throw_errno(-fd_, "io_uring_setup");
  try {
    map(params);
  } catch (...) {
    if (rings_) munmap(rings_, rings_size_);
    close(fd_);
    throw;
  }
  enter_fd_ = static_cast<unsigned>(fd_);
  if (params.features & feature_no_iowait) enter_flags_ = enter_no_iowait;
  absolute_time_ = params.features & feature_min_timeout;
}

void uring_ring::map(const io_uring_params& made) {
  const std::size_t indexes = made.flags & setup_no_index_array
                                  ? 0
                                  : made.sq_off.array + made.sq_entries * sizeof(unsigned);
  rings_size_ = std::max(made.cq_off.cqes + made.cq_entries * sizeof(io_uring_cqe), indexes);
  const int access = PROT_READ | PROT_WRITE;
  const int how = MAP_SHARED | MAP_POPULATE;
  void* rings = mmap(nullptr, rings_size_, access, how, fd_, IORING_OFF_SQ_RING);
  if (rings == MAP_FAILED) throw_errno(errno, "mmap of the io_uring");
  rings_ = static_cast<char*>(rings);
  submissions_size_ = made.sq_entries * sizeof(io_uring_sqe);
  void* submissions = mmap(nullptr, submissions_size_, access, how, fd_, IORING_OFF_SQES);
  if (submissions == MAP_FAILED) throw_errno(errno, "mmap of the io_uring");
  submissions_ = static_cast<io_uring_sqe*>(submissions);
  // A forked child must not share them: it would act in its parent's name.
  madvise(rings_, rings_size_, MADV_DONTFORK);
  madvise(submissions_, submissions_size_, MADV_DONTFORK);

  entries_ = made.sq_entries;
  kernel_head_ = at<unsigned>(rings_, made.sq_off.head);
  kernel_tail_ = at<unsigned>(rings_, made.sq_off.tail);
  flags_ = at<unsigned>(rings_, made.sq_off.flags);
  completion_head_ = at<unsigned>(rings_, made.cq_off.head);
  completion_tail_ = at<unsigned>(rings_, made.cq_off.tail);
  completions_ = at<io_uring_cqe>(rings_, made.cq_off.cqes);
  completion_mask_ = made.cq_entries - 1;
  if (indexes) {
    auto* index = at<unsigned>(rings_, made.sq_off.array);
    for (unsigned i = 0; i < entries_; ++i) index[i] = i;
  }
}

uring_ring::~uring_ring() {
  munmap(rings_, rings_size_);
  munmap(submissions_, submissions_size_);
  close(fd_);
}

void uring_ring::enable() {
  const int enabled = register_with(IORING_REGISTER_ENABLE_RINGS, nullptr, 0);
  if (enabled < 0) throw_errno(-enabled, "io_uring_register (enable the ring)");
  // A registered ring saves looking the descriptor up at each enter. Per thread, so not earlier.
  io_uring_rsrc_update update{};
  update.offset = ~0u;
  update.data = static_cast<std::uint64_t>(fd_);
  if (register_with(IORING_REGISTER_RING_FDS, &update, 1) == 1) {
    enter_fd_ = update.offset;
    registered_flag_ = IORING_ENTER_REGISTERED_RING;
    registered_in_ = pthread_self();
  }
}

int uring_ring::register_with(unsigned what, void* argument, unsigned count) const noexcept {
  const long result = syscall(__NR_io_uring_register, fd_, what, argument, count);
  return result < 0 ? -errno : static_cast<int>(result);
}

io_uring_sqe* uring_ring::next_submission() noexcept {
  if (unsubmitted() == entries_) return nullptr;
  io_uring_sqe* sqe = &submissions_[tail_++ & (entries_ - 1)];
  std::memset(sqe, 0, sizeof *sqe);
  return sqe;
}

int uring_ring::enter(bool sleep, time_point deadline) noexcept {
  __atomic_store_n(kernel_tail_, tail_, __ATOMIC_RELEASE);
  unsigned flags = registered_flag_ | IORING_ENTER_GETEVENTS | IORING_ENTER_EXT_ARG;
  __kernel_timespec until{};
  io_uring_getevents_arg argument{};
  if (sleep) {
    flags |= enter_flags_;
    if (deadline != time_point::max()) {
      duration left = deadline.time_since_epoch();
      if (absolute_time_) {
        flags |= enter_absolute_timer;
      } else {
        left -= std::chrono::steady_clock::now().time_since_epoch();
      }
      if (left < duration::zero()) left = duration::zero();
      until.tv_sec = left.count() / 1'000'000'000;
      until.tv_nsec = left.count() % 1'000'000'000;
      argument.ts = reinterpret_cast<std::uint64_t>(&until);
    }
  }
  unsigned fd = enter_fd_;
  if (registered_flag_ && !pthread_equal(registered_in_, pthread_self())) {
    // The number means nothing to this thread, or another ring: the descriptor is refused as it
    // must.
    fd = static_cast<unsigned>(fd_);
    flags &= ~registered_flag_;
  }
  const long result = syscall(__NR_io_uring_enter, fd, unsubmitted(), sleep ? 1u : 0u, flags,
                              &argument, sizeof argument);
  return result < 0 ? -errno : static_cast<int>(result);
}

}  // namespace weft::detail
