#include <weft/io/backend/uring.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstdint>

#include <weft/core/detail/errno.hpp>
#include <weft/core/errors.hpp>
#include <weft/io/backend/uring_buffers.hpp>
#include <weft/io/backend/uring_ring.hpp>

namespace weft::detail {
namespace {

// operation::state, while it is in flight.
constexpr std::uint8_t cancel_asked = 1;
constexpr std::uint8_t own_buffer = 2;  // `data` is a buffer from the heap, lent to the kernel

constexpr std::uint64_t no_one = 0;     // user data of cancels
constexpr std::uint64_t wake_mark = 1;  // of the poll for wake()

}  // namespace

struct uring_backend::parts {
  uring_ring ring;
  uring_buffers buffers{ring};
};

uring_backend::uring_backend()
    : parts_(new parts), wake_fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (wake_fd_ < 0) {
    const int error = errno;
    delete parts_;
    throw_errno(error, "eventfd");
  }
}

uring_backend::~uring_backend() {
  completion_list late;
  if (started_) {
    // Until the last completion the kernel may write into buffers.
    while (in_flight_ > 0) {
      if (io_uring_sqe* sqe = parts_->ring.next_submission()) {
        sqe->opcode = IORING_OP_ASYNC_CANCEL;
        sqe->fd = -1;
        sqe->cancel_flags = IORING_ASYNC_CANCEL_ANY | IORING_ASYNC_CANCEL_ALL;
        sqe->user_data = no_one;
      }
      // Another thread than the ring's may close it, but can't wait for it.
      if (parts_->ring.enter(true, time_point::max()) == -EEXIST) break;
      wake_armed_ = false;
      parts_->ring.reap([&](const io_uring_cqe& cqe) {
        if (cqe.user_data == wake_mark) {
          if (!(cqe.flags & IORING_CQE_F_MORE)) --in_flight_;
        } else {
          take(cqe, late);
        }
      });
    }
  }
  for (completion& c : late) {
    if (c.data) c.data->give_back();
  }
  delete parts_;
  close(wake_fd_);
}

// ---- submitting

void uring_backend::submit(operation& op) {
  op.state = 0;
  put({&op, false});
}

void uring_backend::cancel(operation& op) noexcept {
  if (op.state & cancel_asked) return;
  op.state |= cancel_asked;
  put({&op, true});
}

void uring_backend::put(request r) {
  if (!postponed_.empty() || !try_put(r)) postponed_.push_back(r);
}

bool uring_backend::try_put(request r) noexcept {
  io_uring_sqe* sqe = parts_->ring.next_submission();
  if (!sqe) return false;
  if (r.cancel) {
    // By address: no other operation can have it, since the kernel takes this cancel before the
    // final completion is looked at, and only then is the memory free.
    sqe->opcode = IORING_OP_ASYNC_CANCEL;
    sqe->fd = -1;
    sqe->addr = reinterpret_cast<std::uint64_t>(r.op);
    sqe->flags = IOSQE_CQE_SKIP_SUCCESS;
    sqe->user_data = no_one;
  } else {
    prepare(*sqe, *r.op);
    ++in_flight_;
  }
  return true;
}

void uring_backend::put_postponed() noexcept {
  std::size_t done = 0;
  while (done < postponed_.size() && try_put(postponed_[done])) ++done;
  postponed_.erase(postponed_.begin(), postponed_.begin() + static_cast<std::ptrdiff_t>(done));
}

void uring_backend::prepare(io_uring_sqe& sqe, operation& op) noexcept {
  sqe.fd = op.fd;
  sqe.user_data = reinterpret_cast<std::uint64_t>(&op);
  const bool poll_first = op.flags & operation::poll_first;
  switch (op.code) {
    case operation_code::receive:
      sqe.opcode = IORING_OP_RECV;
      if (poll_first) sqe.ioprio = IORING_RECVSEND_POLL_FIRST;
      if (op.state & own_buffer) {
        auto* b = static_cast<buffer*>(op.data);
        sqe.addr = reinterpret_cast<std::uint64_t>(b->memory);
        sqe.len = b->capacity;
      } else if (op.data) {
        sqe.addr = reinterpret_cast<std::uint64_t>(op.data);
        sqe.len = op.size;
      } else {
        sqe.flags = IOSQE_BUFFER_SELECT;
        if (op.flags & operation::go_on) sqe.ioprio |= IORING_RECV_MULTISHOT;
        sqe.buf_group =
            op.flags & operation::large ? uring_buffers::large_group : uring_buffers::small_group;
      }
      break;
    case operation_code::send:
    case operation_code::send_gather:
      sqe.opcode = op.code == operation_code::send ? IORING_OP_SEND : IORING_OP_SENDMSG;
      sqe.addr = reinterpret_cast<std::uint64_t>(op.data);
      sqe.len = op.code == operation_code::send ? op.size : 1;
      sqe.msg_flags = MSG_NOSIGNAL | MSG_WAITALL;
      if (poll_first) sqe.ioprio = IORING_RECVSEND_POLL_FIRST;
      break;
    case operation_code::accept:
      sqe.opcode = IORING_OP_ACCEPT;
      sqe.ioprio = IORING_ACCEPT_MULTISHOT;
      sqe.accept_flags = SOCK_CLOEXEC;
      break;
    case operation_code::connect:
      sqe.opcode = IORING_OP_CONNECT;
      sqe.addr = reinterpret_cast<std::uint64_t>(op.data);
      sqe.off = op.size;
      break;
    case operation_code::poll_in:
    case operation_code::poll_out:
      sqe.opcode = IORING_OP_POLL_ADD;
      sqe.poll32_events = op.code == operation_code::poll_in ? POLLIN : POLLOUT;
      break;
    case operation_code::none:
      sqe.opcode = IORING_OP_NOP;
      break;
  }
}

// ---- waiting

void uring_backend::start() {
  parts_->ring.enable();
  started_ = true;
}

void uring_backend::arm_wake() noexcept {
  if (wake_armed_) return;
  io_uring_sqe* sqe = parts_->ring.next_submission();
  if (!sqe) return;
  sqe->opcode = IORING_OP_POLL_ADD;
  sqe->fd = wake_fd_;
  sqe->poll32_events = POLLIN;
  sqe->len = IORING_POLL_ADD_MULTI;
  sqe->user_data = wake_mark;
  wake_armed_ = true;
  ++in_flight_;
}

void uring_backend::enter(bool sleep, time_point deadline) {
  const int result = parts_->ring.enter(sleep, deadline);
  switch (result) {
    case -EEXIST:
      throw usage_error("an event loop was run on one thread and then on another");
    case -ETIME:
    case -EINTR:
    case -EAGAIN:  // no memory, or completions must be taken first: tried again after that
    case -EBUSY:
      return;
    default:
      if (result < 0) throw_errno(-result, "io_uring_enter");
  }
}

void uring_backend::wait(time_point deadline, completion_list& out) {
  if (!started_) start();
  for (arm_wake(); !wake_armed_; arm_wake()) {
    enter(false, deadline);
    reap(out);
  }
  while (!postponed_.empty()) {
    enter(false, deadline);
    reap(out);
    put_postponed();
  }
  const bool sleep =
      deadline != time_point::min() && out.empty() && !parts_->ring.has_completions();
  if (sleep || parts_->ring.unsubmitted() > 0 || parts_->ring.kernel_has_work()) {
    enter(sleep, deadline);
  }
  reap(out);
  while (parts_->ring.unsubmitted() > 0) {
    enter(false, deadline);
    reap(out);
  }
}

bool uring_backend::poll_due() noexcept {
  return parts_->ring.has_completions() || parts_->ring.kernel_has_work() ||
         parts_->ring.unsubmitted() > 0 || !postponed_.empty();
}

void uring_backend::wake() noexcept { eventfd_write(wake_fd_, 1); }

void uring_backend::reap(completion_list& out) {
  parts_->ring.reap([&](const io_uring_cqe& cqe) { take(cqe, out); });
}

void uring_backend::take(const io_uring_cqe& cqe, completion_list& out) {
  if (cqe.user_data == no_one) return;
  const bool more = cqe.flags & IORING_CQE_F_MORE;
  if (!more) --in_flight_;
  if (cqe.user_data == wake_mark) {
    // Several wakes may have been one event, or one event two completions: never block.
    eventfd_t count;
    eventfd_read(wake_fd_, &count);
    if (!more) wake_armed_ = false;
    return;
  }
  auto& op = *reinterpret_cast<operation*>(cqe.user_data);
  int result = cqe.res;
  buffer* data = nullptr;
  if (op.code == operation_code::receive) {
    if (cqe.flags & IORING_CQE_F_BUFFER) {
      data = parts_->buffers.taken(
          op.flags & operation::large ? uring_buffers::large_group : uring_buffers::small_group,
          static_cast<std::uint16_t>(cqe.flags >> IORING_CQE_BUFFER_SHIFT));
    } else if (op.state & own_buffer) {
      data = static_cast<buffer*>(op.data);
      op.data = nullptr;
      op.state &= static_cast<std::uint8_t>(~own_buffer);
    }
    if (data && result > 0) {
      data->end = static_cast<std::uint32_t>(result);
    } else if (data) {
      data->give_back();
      data = nullptr;
    }
    if (result == -ENOBUFS && !op.data) {
      if (!(op.state & cancel_asked)) {
        // The ring ran dry. A cancel could not find this request any more, hence the mark.
        op.data = take_buffer(op.flags & operation::large ? large_buffer : small_buffer);
        op.state |= own_buffer;
        put({&op, false});
        return;
      }
      result = -ECANCELED;
    }
  }
  std::uint32_t flags = 0;
  if (more) flags |= completion::more;
  if (cqe.flags & IORING_CQE_F_SOCK_NONEMPTY) flags |= completion::non_empty;
  out.push_back({&op, result, flags, data});
}

}  // namespace weft::detail
