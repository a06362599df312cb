// The limit with other threads: callbacks that come from one (xping, xflood), jobs that go to two
// and back (cpu1, cpuN).
#pragma once

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

#include "task.hpp"

namespace limit {

inline void pin_to_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}

inline std::atomic<int> reply{0};
inline void wait_for_reply() {
  if (loop.spin_before_sleep) {
    const nanoseconds end = now() + loop.spin_before_sleep;
    do {
      for (int i = 0; i < 32; ++i) {
        if (reply.load(std::memory_order_relaxed) && reply.exchange(0)) return;
        __builtin_ia32_pause();
      }
    } while (now() < end);
  }
  while (!reply.exchange(0)) {
    syscall(SYS_futex, &reply, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
  }
}
inline void send_reply() {
  reply.store(1);
  syscall(SYS_futex, &reply, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
}

/// Another thread hands over one callback at a time and waits for each.
inline void ping(long n) {
  loop.expected = n;
  pin_to_core(0);
  std::thread other([n] {
    pin_to_core(1);
    remote one{nullptr, [](remote*) {
                 --loop.expected;
                 send_reply();
               }};
    for (long i = 0; i < n; ++i) {
      loop.post(&one);
      wait_for_reply();
    }
  });
  loop.run();
  other.join();
}

/// Both sides watch for 50 us before they sleep.
inline void ping_spinning(long n) {
  loop.spin_before_sleep = 50'000;
  ping(n);
}

struct flood_node : remote {
  std::atomic<bool> busy{false};
};

/// It waits for none; its nodes are a ring, each free again once its callback has run.
inline void flood(long n) {
  static constexpr long size = 4096;
  static flood_node nodes[size];
  loop.expected = n;
  pin_to_core(0);
  std::thread other([n] {
    pin_to_core(1);
    for (long i = 0; i < n; ++i) {
      flood_node& node = nodes[i % size];
      while (node.busy.load(std::memory_order_acquire)) sched_yield();
      node.busy.store(true, std::memory_order_relaxed);
      node.run = [](remote* r) {
        static_cast<flood_node*>(r)->busy.store(false, std::memory_order_release);
        --loop.expected;
      };
      loop.post(&node);
    }
  });
  loop.run();
  other.join();
}

struct job : remote {
  link done;
  long in = 0;
  long out = 0;
};

/// Two threads and a list of jobs.
class workers {
 public:
  workers() {
    for (std::thread& one : threads_) one = std::thread([this] { work(); });
  }
  ~workers() {
    {
      const std::lock_guard guard(mutex_);
      stopping_ = true;
    }
    wake_.notify_all();
    for (std::thread& one : threads_) one.join();
  }

  void submit(job* j) {
    bool somebody_sleeps;
    {
      const std::lock_guard guard(mutex_);
      j->next = nullptr;
      *tail_ = j;
      tail_ = &j->next;
      somebody_sleeps = idle_ > 0;
    }
    if (somebody_sleeps) wake_.notify_one();
  }

 private:
  void work() {
    std::unique_lock guard(mutex_);
    for (;;) {
      while (!head_) {
        if (stopping_) return;
        ++idle_;
        wake_.wait(guard);
        --idle_;
      }
      job* j = static_cast<job*>(head_);
      head_ = j->next;
      if (!head_) tail_ = &head_;
      guard.unlock();
      j->out = j->in * 2'654'435'761L;
      loop.post(j);
      guard.lock();
    }
  }

  std::mutex mutex_;
  std::condition_variable wake_;
  remote* head_ = nullptr;
  remote** tail_ = &head_;
  bool stopping_ = false;
  int idle_ = 0;
  std::thread threads_[2];
};

struct offload : job {
  workers& where;

  offload(workers& w, long i) : where(w) {
    in = i;
    run = [](remote* r) {
      --loop.expected;
      loop.push(&static_cast<job*>(r)->done);
    };
  }
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> h) {
    done.handle = h;
    ++loop.expected;
    where.submit(this);
  }
  long await_resume() { return out; }
};

}  // namespace limit
