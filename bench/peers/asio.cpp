// A peer: the micro workloads on Boost.Asio, by C++20 coroutines on one thread, with concrete
// executors, which are Asio's fastest. It has no handle to join, so that a counter and a timer that
// is cancelled stand for one. asio WORKLOAD N
#include <linux/futex.h>
#include <pthread.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <boost/asio.hpp>
#include <boost/asio/experimental/channel.hpp>
#include <boost/asio/experimental/parallel_group.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <random>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using asio::co_spawn;
using boost::system::error_code;
using clock_type = std::chrono::steady_clock;
using executor = asio::io_context::executor_type;
using timer = asio::basic_waitable_timer<clock_type, asio::wait_traits<clock_type>, executor>;
template <class T = void>
using task = asio::awaitable<T, executor>;
constexpr asio::use_awaitable_t<executor> awaited{};

constexpr long batch = 1000;

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

/// Waits until it has been told `batch` times.
class all_of_batch {
 public:
  explicit all_of_batch(executor on) : ended_(on, clock_type::time_point::max()) {}
  void one_ended() {
    if (--left_ == 0) ended_.cancel();
  }
  task<> wait() {
    error_code ignored;
    co_await ended_.async_wait(asio::redirect_error(awaited, ignored));
  }

 private:
  long left_ = batch;
  timer ended_;
};

[[gnu::noinline]] task<long> leaf(long i) { co_return i; }
task<> hopper(executor on, long hops) {
  for (long i = 0; i < hops; ++i) co_await asio::post(on, awaited);
}
task<> sleeper(executor on, std::chrono::microseconds d) {
  timer t(on, d);
  error_code ignored;
  co_await t.async_wait(asio::redirect_error(awaited, ignored));
  ++sum;
}

task<> spawn(executor on, long n) {
  for (long done = 0; done < n; done += batch) {
    all_of_batch all(on);
    for (long i = 0; i < batch; ++i) {
      co_spawn(on, leaf(i), [&all](std::exception_ptr, long value) {
        sum += value;
        all.one_ended();
      });
    }
    co_await all.wait();
  }
}

task<> gather(executor on, long n) {
  using operation = decltype(co_spawn(on, leaf(0), asio::deferred));
  for (long done = 0; done < n; done += batch) {
    std::vector<operation> operations;
    operations.reserve(batch);
    for (long i = 0; i < batch; ++i) operations.push_back(co_spawn(on, leaf(i), asio::deferred));
    auto group = asio::experimental::make_parallel_group(std::move(operations));
    auto results = co_await group.async_wait(asio::experimental::wait_for_all(), awaited);
    for (const long value : std::get<2>(results)) sum += value;
  }
}

task<> nested(executor, long n) {
  long total = 0;
  for (long i = 0; i < n; ++i) total += co_await leaf(i);
  sum += total;
}

task<> cancel(executor on, long n) {
  for (long done = 0; done < n; done += batch) {
    std::deque<asio::cancellation_signal> signals(batch);
    all_of_batch all(on);
    for (asio::cancellation_signal& one : signals) {
      auto ended = [&all](std::exception_ptr) { all.one_ended(); };
      co_spawn(on, sleeper(on, 1h), asio::bind_cancellation_slot(one.slot(), ended));
    }
    co_await asio::post(on, awaited);
    for (asio::cancellation_signal& one : signals) one.emit(asio::cancellation_type::terminal);
    co_await all.wait();
  }
}

/// The cheapest timeout: a timer whose handler would cancel.
task<> timeout_ready(executor on, long n) {
  for (long i = 0; i < n; ++i) {
    timer t(on, 1h);
    t.async_wait([](error_code) {});
    sum += co_await leaf(i);
  }
}
task<> timeout_turn(executor on, long n) {
  for (long i = 0; i < n; ++i) {
    timer t(on, 1h);
    t.async_wait([](error_code) {});
    co_await hopper(on, 1);
  }
}

using channel = asio::experimental::channel<executor, void(error_code, long)>;
task<> produce(channel& c, long n) {
  for (long i = 0; i < n; ++i) co_await c.async_send(error_code(), i, awaited);
}
task<> hand_over(executor on, long n) {
  channel c(on, 1);
  co_spawn(on, produce(c, n), asio::detached);
  for (long i = 0; i < n; ++i) sum += co_await c.async_receive(awaited);
}

/// To the pool and back: one post each way.
task<long> offload(asio::thread_pool& pool, executor on, long i) {
  auto start = [&pool, on, i](auto handler) {
    asio::post(pool, [handler = std::move(handler), on, i]() mutable {
      const long result = i * 2'654'435'761L;
      asio::post(on,
                 [handler = std::move(handler), result]() mutable { std::move(handler)(result); });
    });
  };
  const long result =
      co_await asio::async_initiate<const asio::use_awaitable_t<executor>, void(long)>(
          std::move(start), awaited);
  co_return result;
}
task<> jobs_one_by_one(executor on, long n) {
  asio::thread_pool pool(2);
  for (long i = 0; i < n; ++i) sum += co_await offload(pool, on, i);
  pool.join();
}
task<> jobs_in_batches(executor on, long n) {
  asio::thread_pool pool(2);
  for (long done = 0; done < n; done += batch) {
    all_of_batch all(on);
    for (long i = 0; i < batch; ++i) {
      co_spawn(on, offload(pool, on, i), [&all](std::exception_ptr, long value) {
        sum += value;
        all.one_ended();
      });
    }
    co_await all.wait();
  }
  pool.join();
}

template <task<> (*workload)(executor, long)>
void on_the_context(asio::io_context& context, long n) {
  co_spawn(context.get_executor(), workload(context.get_executor(), n), asio::detached);
  context.run();
}

void hop(asio::io_context& context, long n) {
  const executor on = context.get_executor();
  for (long i = 0; i < batch; ++i) co_spawn(on, hopper(on, n / batch), asio::detached);
  context.run();
}

void sleep_many(asio::io_context& context, long n) {
  const executor on = context.get_executor();
  std::mt19937 random(1);
  for (long i = 0; i < n; ++i) {
    const std::chrono::microseconds d(random() % 1'000'000);
    co_spawn(on, sleeper(on, d), asio::detached);
  }
  for (long i = 0; i < n; ++i) context.poll_one();
  resident_at_height = resident_bytes();
  context.run();
}

void pin_to_core(int core) {
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(core, &cores);
  pthread_setaffinity_np(pthread_self(), sizeof cores, &cores);
}

void from_thread(asio::io_context& context, long n, bool waits) {
  std::atomic<int> reply{0};
  long left = n;
  auto guard = asio::make_work_guard(context);
  pin_to_core(0);
  // The thread has its own copies of what it reads: `left` is written by the loop, on their line.
  std::thread other([&context, &guard, &left, &reply, n, waits] {
    pin_to_core(1);
    for (long i = 0; i < n; ++i) {
      asio::post(context, [&guard, &left, &reply, waits] {
        if (--left == 0) guard.reset();
        if (!waits) return;
        reply.store(1);
        syscall(SYS_futex, &reply, FUTEX_WAKE_PRIVATE, 1, nullptr, nullptr, 0);
      });
      while (waits && !reply.exchange(0)) {
        syscall(SYS_futex, &reply, FUTEX_WAIT_PRIVATE, 0, nullptr, nullptr, 0);
      }
    }
  });
  context.run();
  other.join();
}
void ping(asio::io_context& context, long n) { from_thread(context, n, true); }
void flood(asio::io_context& context, long n) { from_thread(context, n, false); }

struct {
  std::string_view name;
  void (*run)(asio::io_context& context, long n);
} constexpr workloads[] = {
    {"spawn", on_the_context<spawn>},
    {"gather", on_the_context<gather>},
    {"hop", hop},
    {"nested", on_the_context<nested>},
    {"queue", on_the_context<hand_over>},
    {"cancel", on_the_context<cancel>},
    {"timeout0", on_the_context<timeout_ready>},
    {"timeout1", on_the_context<timeout_turn>},
    {"sleep", sleep_many},
    {"xping", ping},
    {"xflood", flood},
    {"cpu1", on_the_context<jobs_one_by_one>},
    {"cpuN", on_the_context<jobs_in_batches>},
};

double in_nanoseconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_usec) * 1e3;
}

void measure(std::string_view what, void (*run)(asio::io_context&, long), long n) {
  asio::io_context context(1);
  const long before = resident_bytes();
  const auto start = clock_type::now();
  run(context, n);
  const std::chrono::duration<double, std::nano> taken = clock_type::now() - start;
  rusage used{};
  getrusage(RUSAGE_SELF, &used);
  const double cpu = in_nanoseconds(used.ru_utime) + in_nanoseconds(used.ru_stime);
  const auto count = static_cast<double>(n);
  const double bytes =
      resident_at_height ? static_cast<double>(resident_at_height - before) / count : 0;
  std::printf("asio %s n=%ld ns_per_op=%.2f cpu_ns_per_op=%.2f bytes_per_task=%.0f\n", what.data(),
              n, taken.count() / count, cpu / count, bytes);
}

}  // namespace

int main(int argc, char** argv) {
  const long n = argc == 3 ? std::atol(argv[2]) : 0;
  for (const auto& one : workloads) {
    if (n < 1 || one.name != argv[1]) continue;
    measure(one.name, one.run, n);
    return 0;
  }
  std::fprintf(stderr, "usage: asio WORKLOAD N\n");
  return 2;
}
