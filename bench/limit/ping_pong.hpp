// How long a word takes to another core and back: two threads (or processes) on two cores that wake
// each other by turns, each way in which that can be done.
#pragma once

#include <liburing.h>
#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>
#include <ctime>
#include <new>
#include <thread>

namespace limit {

inline double now_ns() {
  timespec t{};
  clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_nsec);
}

inline void expect(bool held) {
  if (!held) std::abort();
}

inline void pin_to_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}

class ring {
 public:
  ring() {
    io_uring_params parameters{};
    parameters.flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN;
    expect(io_uring_queue_init_params(256, &ring_, &parameters) == 0);
    io_uring_register_ring_fd(&ring_);
  }
  ring(const ring&) = delete;
  ~ring() { io_uring_queue_exit(&ring_); }

  int fd() const { return ring_.ring_fd; }
  io_uring_sqe* prepare() { return io_uring_get_sqe(&ring_); }
  void submit() { io_uring_submit(&ring_); }
  /// Submits and waits for as many completions, which are thrown away.
  void wait_for(unsigned count) {
    io_uring_submit_and_wait(&ring_, count);
    io_uring_cq_advance(&ring_, count);
  }

 private:
  io_uring ring_{};
};

/// Futexes that two processes can share.
class mailbox {
 public:
  void put() {
    word_.store(1);
    syscall(SYS_futex, &word_, FUTEX_WAKE, 1, nullptr, nullptr, 0);
  }
  void take() {
    while (!word_.exchange(0)) syscall(SYS_futex, &word_, FUTEX_WAIT, 0, nullptr, nullptr, 0);
  }
  void put_quietly() { word_.store(1); }
  void take_spinning() {
    while (!word_.load()) {
    }
    word_.store(0);
  }

 private:
  std::atomic<int> word_{0};
};

/// n rounds: this side asks and waits, the other thread waits and answers.
template <class Asks, class Answers>
double between_threads(long n, Asks ask, Answers answer) {
  pin_to_core(0);
  std::atomic<bool> ready{false};
  std::thread other([&] {
    pin_to_core(1);
    answer([&] { ready.store(true); });
  });
  while (!ready.load()) usleep(100);
  usleep(10'000);  // until it waits
  const double start = now_ns();
  for (long i = 0; i < n; ++i) ask();
  const double taken = now_ns() - start;
  other.join();
  return taken;
}

inline double ping_pong_spin(long n) {
  mailbox there;
  mailbox back;
  auto ask = [&] {
    there.put_quietly();
    back.take_spinning();
  };
  return between_threads(n, ask, [&, n](auto ready) {
    ready();
    for (long i = 0; i < n; ++i) {
      there.take_spinning();
      back.put_quietly();
    }
  });
}

inline double ping_pong_futex(long n) {
  mailbox there;
  mailbox back;
  auto ask = [&] {
    there.put();
    back.take();
  };
  return between_threads(n, ask, [&, n](auto ready) {
    ready();
    for (long i = 0; i < n; ++i) {
      there.take();
      back.put();
    }
  });
}

/// An eventfd, and what waits for it.
class waits_by_epoll {
 public:
  waits_by_epoll() {
    epoll_event readable{};
    readable.events = EPOLLIN;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, event_, &readable);
  }
  waits_by_epoll(const waits_by_epoll&) = delete;
  ~waits_by_epoll() {
    close(event_);
    close(epoll_);
  }
  void put() {
    const std::uint64_t one = 1;
    expect(write(event_, &one, sizeof one) == sizeof one);
  }
  void take() {
    epoll_event readable;
    std::uint64_t count;
    epoll_wait(epoll_, &readable, 1, -1);
    expect(read(event_, &count, sizeof count) == sizeof count);
  }

 private:
  int event_ = eventfd(0, EFD_NONBLOCK);
  int epoll_ = epoll_create1(0);
};

inline double ping_pong_epoll(long n) {
  waits_by_epoll there;
  waits_by_epoll back;
  auto ask = [&] {
    there.put();
    back.take();
  };
  return between_threads(n, ask, [&, n](auto ready) {
    ready();
    for (long i = 0; i < n; ++i) {
      there.take();
      back.put();
    }
  });
}

/// A completion put into the other's ring.
inline void tell(ring& from, int to) {
  io_uring_sqe* entry = from.prepare();
  io_uring_prep_msg_ring(entry, to, 0, 0, 0);
  entry->flags |= IOSQE_CQE_SKIP_SUCCESS;
}

inline double ping_pong_msg_ring(long n) {
  ring here;
  std::atomic<int> other_fd{-1};
  auto ask = [&] {
    tell(here, other_fd.load(std::memory_order_relaxed));
    here.wait_for(1);
  };
  const double taken = between_threads(n, ask, [&, n](auto ready) {
    ring there;
    other_fd.store(there.fd());
    ready();
    for (long i = 0; i < n; ++i) {
      there.wait_for(1);
      tell(there, here.fd());
      there.submit();
    }
  });
  return taken;
}

/// The same between two processes: by futexes in shared memory.
inline double processes_futex(long n) {
  void* shared = mmap(nullptr, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  expect(shared != MAP_FAILED);
  auto* boxes = new (shared) mailbox[2];
  const pid_t child = fork();
  if (child == 0) {
    pin_to_core(1);
    for (long i = 0; i < n; ++i) {
      boxes[0].take();
      boxes[1].put();
    }
    _exit(0);
  }
  pin_to_core(0);
  usleep(20'000);
  const double start = now_ns();
  for (long i = 0; i < n; ++i) {
    boxes[0].put();
    boxes[1].take();
  }
  const double taken = now_ns() - start;
  waitpid(child, nullptr, 0);
  return taken;
}

/// By 64 bytes through a pair of sockets.
inline double processes_socketpair(long n) {
  int ends[2];
  char bytes[64] = {};
  constexpr ssize_t size = sizeof bytes;
  expect(socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
  const pid_t child = fork();
  if (child == 0) {
    pin_to_core(1);
    for (long i = 0; i < n; ++i) {
      expect(read(ends[1], bytes, size) == size && write(ends[1], bytes, size) == size);
    }
    _exit(0);
  }
  pin_to_core(0);
  usleep(20'000);
  const double start = now_ns();
  for (long i = 0; i < n; ++i) {
    expect(write(ends[0], bytes, size) == size && read(ends[0], bytes, size) == size);
  }
  const double taken = now_ns() - start;
  waitpid(child, nullptr, 0);
  close(ends[0]);
  close(ends[1]);
  return taken;
}

}  // namespace limit
