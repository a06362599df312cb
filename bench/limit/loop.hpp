// The limit's event loop: a list of what is ready, the timers, and an inbox for other threads,
// whose eventfd is written only while the loop sleeps. No I/O, and no checks.
#pragma once

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <cstdlib>

#include "timer_heap.hpp"

namespace limit {

/// What another thread hands to the loop.
struct remote {
  remote* next;
  void (*run)(remote*);
};

class event_loop {
 public:
  /// The clock as it stood when the loop last looked: once a turn while there are timers.
  nanoseconds cached_now = now();
  timer_heap timers;
  /// How many more remotes will come, so that run() waits for them.
  long expected = 0;
  /// How long it watches for remotes before it sleeps.
  nanoseconds spin_before_sleep = 0;

  void push(link* l) {
    l->next = nullptr;
    *tail_ = l;
    tail_ = &l->next;
  }

  /// From any thread.
  void post(remote* r) {
    remote* head = inbox_.load(std::memory_order_relaxed);
    do {
      r->next = head;
    } while (!inbox_.compare_exchange_weak(head, r, std::memory_order_seq_cst,
                                           std::memory_order_relaxed));
    if (asleep_.load(std::memory_order_seq_cst) && asleep_.exchange(0)) {
      const std::uint64_t one = 1;
      if (write(wake_, &one, sizeof one) != sizeof one) std::abort();
    }
  }

  void run() {
    for (;;) {
      // One generation at a time, as asyncio: what it makes ready waits for the next.
      while (link* l = head_) {
        head_ = nullptr;
        tail_ = &head_;
        while (l) {
          link* next = l->next;
          l->handle.resume();
          l = next;
        }
        drain();
        if (!timers.empty()) fire();
      }
      if (drain()) continue;
      if (timers.empty() && !expected) return;
      if (spin_before_sleep && spin()) continue;
      wait();
      if (!timers.empty()) fire();
    }
  }

 private:
  bool spin() {
    const nanoseconds end = now() + spin_before_sleep;
    do {
      for (int i = 0; i < 32; ++i) {
        if (drain()) return true;
        __builtin_ia32_pause();
      }
    } while (now() < end);
    return false;
  }

  bool drain() {
    if (!inbox_.load(std::memory_order_relaxed)) return false;
    remote* r = inbox_.exchange(nullptr, std::memory_order_acquire);
    if (!r) return false;
    remote* in_order = nullptr;
    while (r) {
      remote* next = r->next;
      r->next = in_order;
      in_order = r;
      r = next;
    }
    while (in_order) {
      remote* next = in_order->next;
      in_order->run(in_order);
      in_order = next;
    }
    return true;
  }

  void fire() {
    cached_now = now();
    while (!timers.empty() && timers.first() <= cached_now) push(&timers.pop()->ready);
  }

  void wait() {
    asleep_.store(1, std::memory_order_seq_cst);
    if (!inbox_.load(std::memory_order_seq_cst)) {
      timespec left{};
      if (!timers.empty()) {
        const nanoseconds d = std::max<nanoseconds>(0, timers.first() - now());
        left = {d / 1'000'000'000, d % 1'000'000'000};
      }
      pollfd woken{wake_, POLLIN, 0};
      ppoll(&woken, 1, timers.empty() ? nullptr : &left, nullptr);
      std::uint64_t count;
      if (woken.revents && read(wake_, &count, sizeof count) < 0) std::abort();
    }
    asleep_.store(0, std::memory_order_relaxed);
  }

  link* head_ = nullptr;
  link** tail_ = &head_;
  std::atomic<remote*> inbox_{nullptr};
  std::atomic<int> asleep_{0};
  int wake_ = eventfd(0, EFD_NONBLOCK);
};

inline event_loop loop;

}  // namespace limit
