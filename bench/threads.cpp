#include <pthread.h>
#include <sched.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <weft/weft.hpp>

#include "workload.hpp"

namespace bench {
namespace {

using namespace weft;

constexpr long batch = 1000;

void pin_to_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  ::pthread_setaffinity_np(::pthread_self(), sizeof cores, &cores);
}

/// Waits until the reply is there: watches for so long, then sleeps.
void wait_for(std::atomic<int>& reply, duration watched) {
  if (watched > duration::zero()) {
    const auto end = std::chrono::steady_clock::now() + watched;
    do {
      for (int i = 0; i < 32; ++i) {
        if (reply.load(std::memory_order_acquire)) return;
        __builtin_ia32_pause();
      }
    } while (std::chrono::steady_clock::now() < end);
  }
  reply.wait(0);
}

/// Another thread hands callbacks to the loop, and waits for each (ping) or for none (flood). Both
/// sides watch for `window` before they sleep.
coro<> from_thread(long n, bool waits, duration window = {}) {
  event_loop& loop = get_running_loop();
  future<> all = make_future();
  long left = n;
  std::atomic<int> reply{0};
  loop.set_spin_before_sleep(window);
  pin_to_core(0);
  // The thread has its own copies of what it reads: `left` is written by the loop, on their line.
  std::thread other([&loop, &all, &left, &reply, n, waits, window] {
    pin_to_core(1);
    for (long i = 0; i < n; ++i) {
      loop.call_soon_threadsafe([&all, &left, &reply, waits] {
        if (--left == 0) all.set_result();
        if (!waits) return;
        reply.store(1);
        reply.notify_one();
      });
      if (!waits) continue;
      wait_for(reply, window);
      reply.store(0);
    }
  });
  co_await all;
  other.join();
}
coro<> ping(long n) { return from_thread(n, true); }
coro<> ping_spinning(long n) { return from_thread(n, true, std::chrono::microseconds(50)); }
coro<> flood(long n) { return from_thread(n, false); }

long work(long i) { return i * 2'654'435'761L; }

/// A trivial job to a pool of two threads and back, one after another.
coro<> jobs_one_by_one(long n) {
  thread_pool pool({2, "bench"});
  for (long i = 0; i < n; ++i) sink += co_await pool.submit(work, i);
}
/// The same by batches.
coro<> jobs_in_batches(long n) {
  thread_pool pool({2, "bench"});
  for (long done = 0; done < n; done += batch) {
    std::vector<future<long>> jobs;
    for (long i = 0; i < batch; ++i) jobs.push_back(pool.submit(work, i));
    const std::vector<long> results = co_await gather(jobs);
    for (const long one : results) sink += one;
  }
}

}  // namespace

std::vector<workload> thread_workloads() {
  return {{"xping", ping},
          {"xping_spin", ping_spinning},
          {"xflood", flood},
          {"cpu1", jobs_one_by_one},
          {"cpuN", jobs_in_batches}};
}

}  // namespace bench
