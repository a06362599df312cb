#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <random>
#include <utility>
#include <vector>

#include <weft/weft.hpp>

#include "workload.hpp"

namespace bench {
namespace {

using namespace std::chrono_literals;
using namespace weft;

[[gnu::noinline]] coro<long> leaf(long i) { co_return i; }
[[gnu::noinline]] coro<> hopper(long hops) {
  for (long i = 0; i < hops; ++i) co_await yield();
}
[[gnu::noinline]] coro<> sleeper(duration d) { co_await sleep(d); }

/// Makes a task and joins it.
coro<> spawn(long n) {
  std::vector<task<long>> tasks;
  tasks.reserve(static_cast<std::size_t>(batch));
  for (long done = 0; done < n; done += batch) {
    for (long i = 0; i < batch; ++i) tasks.push_back(create_task(leaf(i)));
    for (const task<long>& one : tasks) sink += co_await one;
    tasks.clear();
  }
}

/// The same by a gather of 1,000.
coro<> gather_batches(long n) {
  for (long done = 0; done < n; done += batch) {
    std::vector<coro<long>> coros;
    coros.reserve(static_cast<std::size_t>(batch));
    for (long i = 0; i < batch; ++i) coros.push_back(leaf(i));
    const std::vector<long> results = co_await gather(std::move(coros));
    for (const long one : results) sink += one;
  }
}

/// 1,000 tasks yield to the loop in turn.
coro<> hop(long n) {
  std::vector<task<>> tasks;
  for (long i = 0; i < batch; ++i) tasks.push_back(create_task(hopper(n / batch)));
  for (const task<>& one : tasks) co_await one;
}

/// Awaits a coroutine that never suspends.
coro<> nested(long n) {
  for (long i = 0; i < n; ++i) sink += co_await leaf(i);
}

coro<> produce(queue<long>& q, long n) {
  for (long i = 0; i < n; ++i) co_await q.put(i);
}
coro<> consume(queue<long>& q, long n) {
  for (long i = 0; i < n; ++i) sink += co_await q.get();
}
/// Hands items through a queue that holds one.
coro<> queue_of_one(long n) {
  queue<long> q(1);
  task<> producer = create_task(produce(q, n));
  task<> consumer = create_task(consume(q, n));
  co_await producer;
  co_await consumer;
}

/// Cancels a sleeping task and joins it; the cancel is thrown and caught.
coro<> cancel(long n) {
  std::vector<task<>> tasks;
  tasks.reserve(static_cast<std::size_t>(batch));
  for (long done = 0; done < n; done += batch) {
    for (long i = 0; i < batch; ++i) tasks.push_back(create_task(sleeper(1h)));
    co_await sleep(0s);
    for (const task<>& one : tasks) one.cancel();
    for (const task<>& one : tasks) {
      const outcome<void> ended = co_await as_outcome(one);
      sink += ended.cancelled();
    }
    tasks.clear();
  }
}

[[gnu::noinline]] coro<> quiet_sleeper(duration d) {
  const outcome<void> slept = co_await as_outcome(sleep(d));
  sink += slept.cancelled();
}
/// The same for a task that looks at the outcome: nothing is thrown.
coro<> cancel_drop(long n) {
  std::vector<task<>> tasks;
  tasks.reserve(static_cast<std::size_t>(batch));
  for (long done = 0; done < n; done += batch) {
    for (long i = 0; i < batch; ++i) tasks.push_back(create_task(quiet_sleeper(1h)));
    co_await sleep(0s);
    for (const task<>& one : tasks) one.cancel();
    for (const task<>& one : tasks) co_await one;
    tasks.clear();
  }
}

/// A timeout around what is ready at once.
coro<> timeout_ready(long n) {
  for (long i = 0; i < n; ++i) sink += co_await with_timeout(1h, leaf(i));
}
/// A timeout around what takes a turn.
coro<> timeout_turn(long n) {
  for (long i = 0; i < n; ++i) co_await with_timeout(1h, hopper(1));
}

/// n tasks asleep at once, their deadlines spread over a second.
coro<> sleep_many(long n) {
  std::vector<task<>> tasks;
  tasks.reserve(static_cast<std::size_t>(n));
  std::mt19937 random(1);
  for (long i = 0; i < n; ++i) {
    tasks.push_back(create_task(sleeper(std::chrono::microseconds(random() % 1'000'000))));
  }
  co_await sleep(0s);
  resident_at_height = resident_bytes();
  for (const task<>& one : tasks) co_await one;
}

}  // namespace

std::vector<workload> micro_workloads() {
  return {{"spawn", spawn},
          {"gather", gather_batches},
          {"hop", hop},
          {"nested", nested},
          {"queue", queue_of_one},
          {"cancel", cancel},
          {"cancel_drop", cancel_drop},
          {"timeout0", timeout_ready},
          {"timeout1", timeout_turn},
          {"sleep", sleep_many}};
}

long resident_bytes() {
  long whole = 0;
  long resident = 0;
  if (std::FILE* statm = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(statm, "%ld %ld", &whole, &resident) != 2) resident = 0;
    std::fclose(statm);
  }
  return resident * ::sysconf(_SC_PAGESIZE);
}

}  // namespace bench
