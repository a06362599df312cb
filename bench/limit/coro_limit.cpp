// The limit of the micro workloads: the least that C++20 coroutines need for them, and no library.
// What a runtime adds to it, it adds for a reason, or in vain. coro_limit WORKLOAD N [BATCH] prints
// the line that weft-bench prints.
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string_view>
#include <vector>

#include "task.hpp"
#include "threads.hpp"

namespace limit {
namespace {

#if defined(__clang__)
constexpr const char* name = "limit-clang";
#else
constexpr const char* name = "limit-gcc";
#endif

long batch = 1000;  // the third argument
constexpr nanoseconds hour = 3'600'000'000'000;

long sum;

long resident_bytes() {
  long whole = 0;
  long resident = 0;
  if (std::FILE* statm = std::fopen("/proc/self/statm", "r")) {
    if (std::fscanf(statm, "%ld %ld", &whole, &resident) != 2) resident = 0;
    std::fclose(statm);
  }
  return resident * sysconf(_SC_PAGESIZE);
}
long resident_at_height;

[[gnu::noinline]] task<long> leaf(long i) { co_return i; }
[[gnu::noinline]] task<> hopper(long hops) {
  for (long i = 0; i < hops; ++i) co_await next_turn();
}
[[gnu::noinline]] task<> sleeper(nanoseconds d) { co_await sleep(d); }

task<> spawn(long n) {
  std::vector<task<long>> tasks;
  tasks.reserve(static_cast<std::size_t>(batch));
  for (long done = 0; done < n; done += batch) {
    for (long i = 0; i < batch; ++i) {
      tasks.push_back(leaf(i));
      tasks.back().spawn();
    }
    for (task<long>& one : tasks) sum += co_await one.join();
    tasks.clear();
  }
}

task<> gather(long n) {
  std::vector<task<long>> tasks;
  tasks.reserve(static_cast<std::size_t>(batch));
  for (long done = 0; done < n; done += batch) {
    group all{batch, {}};
    for (long i = 0; i < batch; ++i) {
      tasks.push_back(leaf(i));
      tasks.back().handle.promise().member_of = &all;
      tasks.back().spawn();
    }
    all_of waiting{all};
    co_await waiting;
    for (task<long>& one : tasks) sum += one.handle.promise().get();
    tasks.clear();
  }
}

task<> hop(long n) {
  std::vector<task<>> tasks;
  for (long i = 0; i < batch; ++i) {
    tasks.push_back(hopper(n / batch));
    tasks.back().spawn();
  }
  for (task<>& one : tasks) co_await one.join();
}

task<> nested(long n) {
  long total = 0;
  for (long i = 0; i < n; ++i) total += co_await leaf(i);
  sum += total;
}

task<> sleep_many(long n) {
  std::vector<task<>> tasks;
  tasks.reserve(static_cast<std::size_t>(n));
  std::mt19937 random(1);
  for (long i = 0; i < n; ++i) {
    tasks.push_back(sleeper(static_cast<nanoseconds>(random() % 1'000'000) * 1000));
    tasks.back().spawn();
  }
  co_await next_turn();
  resident_at_height = resident_bytes();
  for (task<>& one : tasks) co_await one.join();
}

/// Throws at the await of each sleeper.
task<> cancel(long n) {
  std::vector<task<>> tasks;
  tasks.reserve(static_cast<std::size_t>(batch));
  for (long done = 0; done < n; done += batch) {
    for (long i = 0; i < batch; ++i) {
      tasks.push_back(sleeper(hour));
      tasks.back().spawn();
    }
    co_await next_turn();
    for (task<>& one : tasks) {
      promise_base& promise = one.handle.promise();
      loop.timers.disarm(promise.sleeping);
      promise.cancel = true;
      loop.push(&promise.sleeping->ready);
    }
    for (task<>& one : tasks) co_await one.join();
    tasks.clear();
  }
}

/// Destroys the frame of each sleeper, where it sleeps.
task<> cancel_drop(long n) {
  std::vector<task<>> tasks;
  tasks.reserve(static_cast<std::size_t>(batch));
  for (long done = 0; done < n; done += batch) {
    for (long i = 0; i < batch; ++i) {
      tasks.push_back(sleeper(hour));
      tasks.back().spawn();
    }
    co_await next_turn();
    for (task<>& one : tasks) loop.timers.disarm(one.handle.promise().sleeping);
    tasks.clear();
  }
}

task<> timeout_ready(long n) {
  for (long i = 0; i < n; ++i) {
    const deadline d(hour);
    sum += co_await leaf(i);
  }
}
task<> timeout_turn(long n) {
  for (long i = 0; i < n; ++i) {
    const deadline d(hour);
    co_await hopper(1);
  }
}

/// Holds one item; a getter that waits is handed it.
struct queue_of_one {
  bool full = false;
  long item = 0;
  struct get* getter = nullptr;
  struct put* putter = nullptr;
};

struct get : link {
  queue_of_one& q;
  long value = 0;

  explicit get(queue_of_one& from) : q(from) {}
  bool await_ready();
  void await_suspend(std::coroutine_handle<> h) {
    handle = h;
    q.getter = this;
  }
  long await_resume() { return value; }
};

struct put : link {
  queue_of_one& q;
  long value;

  put(queue_of_one& to, long v) : q(to), value(v) {}
  bool await_ready() {
    if (get* getter = std::exchange(q.getter, nullptr)) {
      getter->value = value;
      loop.push(getter);
      return true;
    }
    if (q.full) return false;
    q.full = true;
    q.item = value;
    return true;
  }
  void await_suspend(std::coroutine_handle<> h) {
    handle = h;
    q.putter = this;
  }
  void await_resume() {}
};

bool get::await_ready() {
  if (!q.full) return false;
  value = q.item;
  if (put* putter = std::exchange(q.putter, nullptr)) {
    q.item = putter->value;
    loop.push(putter);
  } else {
    q.full = false;
  }
  return true;
}

task<> produce(queue_of_one& q, long n) {
  for (long i = 0; i < n; ++i) co_await put(q, i);
}
task<> consume(queue_of_one& q, long n) {
  for (long i = 0; i < n; ++i) sum += co_await get(q);
}
task<> hand_over(long n) {
  queue_of_one q;
  task<> producer = produce(q, n);
  task<> consumer = consume(q, n);
  producer.spawn();
  consumer.spawn();
  co_await producer.join();
  co_await consumer.join();
}

task<long> one_job(workers& pool, long i) {
  const long out = co_await offload(pool, i);
  co_return out;
}
task<> jobs_one_by_one(long n) {
  workers pool;
  for (long i = 0; i < n; ++i) sum += co_await offload(pool, i);
}
task<> jobs_in_batches(long n) {
  workers pool;
  std::vector<task<long>> tasks;
  for (long done = 0; done < n; done += batch) {
    for (long i = 0; i < batch; ++i) {
      tasks.push_back(one_job(pool, i));
      tasks.back().spawn();
    }
    for (task<long>& one : tasks) sum += co_await one.join();
    tasks.clear();
  }
}

template <task<> (*workload)(long)>
void on_the_loop(long n) {
  task<> whole = workload(n);
  whole.spawn();
  loop.run();
}

struct {
  std::string_view name;
  void (*run)(long n);
} constexpr workloads[] = {
    {"spawn", on_the_loop<spawn>},
    {"gather", on_the_loop<gather>},
    {"hop", on_the_loop<hop>},
    {"nested", on_the_loop<nested>},
    {"queue", on_the_loop<hand_over>},
    {"cancel", on_the_loop<cancel>},
    {"cancel_drop", on_the_loop<cancel_drop>},
    {"timeout0", on_the_loop<timeout_ready>},
    {"timeout1", on_the_loop<timeout_turn>},
    {"sleep", on_the_loop<sleep_many>},
    {"xping", ping},
    {"xping_spin", ping_spinning},
    {"xflood", flood},
    {"cpu1", on_the_loop<jobs_one_by_one>},
    {"cpuN", on_the_loop<jobs_in_batches>},
};

double in_nanoseconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_usec) * 1e3;
}

void measure(std::string_view what, void (*run)(long), long n) {
  const long before = resident_bytes();
  const nanoseconds start = now();
  run(n);
  const auto taken = static_cast<double>(now() - start);
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const double cpu = in_nanoseconds(used.ru_utime) + in_nanoseconds(used.ru_stime);
  const auto count = static_cast<double>(n);
  const double bytes =
      resident_at_height ? static_cast<double>(resident_at_height - before) / count : 0;
  std::printf("%s %s n=%ld ns_per_op=%.2f cpu_ns_per_op=%.2f bytes_per_task=%.0f\n", name,
              what.data(), n, taken / count, cpu / count, bytes);
}

}  // namespace
}  // namespace limit

int main(int argc, char** argv) {
  const long n = argc == 3 || argc == 4 ? std::atol(argv[2]) : 0;
  if (argc == 4) limit::batch = std::max(1L, std::atol(argv[3]));
  for (const auto& one : limit::workloads) {
    if (n < 1 || one.name != argv[1]) continue;
    limit::measure(one.name, one.run, n);
    return 0;
  }
  std::fprintf(stderr, "usage: coro_limit WORKLOAD N [BATCH]\n");
  return 2;
}
