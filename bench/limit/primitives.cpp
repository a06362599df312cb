// What the machine asks for each primitive that a runtime is made of: memory, the clock, system
// calls, sockets, a wake of another core, an exception out of coroutines. primitives NAME N prints
// the line that the other programs print.
#include <netinet/in.h>

#include <coroutine>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string_view>

#include "ping_pong.hpp"

namespace limit {
namespace {

void* volatile kept;

template <class Work>
double repeat(long n, Work work) {
  pin_to_core(0);
  const double start = now_ns();
  for (long i = 0; i < n; ++i) work();
  return now_ns() - start;
}

double malloc_free(long n) {
  return repeat(n, [] {
    kept = std::malloc(200);
    std::free(kept);
  });
}

double atomic_add(long n) {
  std::atomic<long> counter{0};
  return repeat(n, [&] { counter.fetch_add(1); });
}

double clock_read(long n) {
  return repeat(n, [] {
    timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
  });
}

double system_call(long n) {
  return repeat(n, [] { syscall(SYS_getppid); });
}

double epoll_nothing(long n) {
  const int epoll = epoll_create1(0);
  epoll_event event;
  return repeat(n, [&] { epoll_wait(epoll, &event, 1, 0); });
}

double eventfd_both_ways(long n) {
  const int event = eventfd(0, 0);
  std::uint64_t count = 1;
  return repeat(n, [&] {
    expect(write(event, &count, sizeof count) + read(event, &count, sizeof count) == 16);
  });
}

double ring_nops(long n, unsigned at_once) {
  ring one;
  return repeat(n, [&] {
    for (unsigned i = 0; i < at_once; ++i) io_uring_prep_nop(one.prepare());
    one.wait_for(at_once);
  });
}
double ring_nop(long n) { return ring_nops(n, 1); }
double ring_nop_32(long n) { return ring_nops(n, 32); }

/// The two ends of a TCP connection over loopback.
struct connection {
  int from;
  int to;
};
connection connect_to_self() {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  socklen_t size = sizeof address;
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  expect(bind(listener, generic, size) == 0 && listen(listener, 1) == 0);
  expect(getsockname(listener, generic, &size) == 0);
  const int from = socket(AF_INET, SOCK_STREAM, 0);
  expect(connect(from, generic, size) == 0);
  const int to = accept(listener, nullptr, nullptr);
  close(listener);
  return {from, to};
}

double tcp_64(long n) {
  const connection tcp = connect_to_self();
  char bytes[64] = {};
  return repeat(n, [&] {
    expect(send(tcp.from, bytes, sizeof bytes, 0) + recv(tcp.to, bytes, sizeof bytes, 0) == 128);
  });
}

double ring_tcp_64(long n) {
  const connection tcp = connect_to_self();
  char bytes[64] = {};
  ring one;
  return repeat(n, [&] {
    io_uring_prep_send(one.prepare(), tcp.from, bytes, sizeof bytes, 0);
    io_uring_prep_recv(one.prepare(), tcp.to, bytes, sizeof bytes, 0);
    one.wait_for(2);
  });
}

/// A coroutine that remembers its exception, as a task has to.
struct thrower {
  struct promise_type {
    std::exception_ptr error;
    std::coroutine_handle<> caller;

    thrower get_return_object() {
      return {std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct at_the_end {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> h) noexcept {
        return h.promise().caller ? h.promise().caller : std::noop_coroutine();
      }
      void await_resume() noexcept {}
    };
    at_the_end final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() { error = std::current_exception(); }
  };

  std::coroutine_handle<promise_type> handle;

  ~thrower() { handle.destroy(); }
  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> h) {
    handle.promise().caller = h;
    return handle;
  }
  void await_resume() {
    if (handle.promise().error) std::rethrow_exception(handle.promise().error);
  }
};

struct thrown {};
[[gnu::noinline]] thrower throw_below(int awaits) {
  if (awaits == 0) throw thrown();
  co_await throw_below(awaits - 1);
}
template <int awaits>
double throw_through(long n) {
  return repeat(n, [] {
    const thrower outermost = throw_below(awaits);
    outermost.handle.resume();
    expect(outermost.handle.promise().error != nullptr);
  });
}

struct {
  std::string_view name;
  double (*measure)(long n);
} constexpr primitives[] = {
    {"malloc_free", malloc_free},
    {"atomic_add", atomic_add},
    {"clock_gettime", clock_read},
    {"system_call", system_call},
    {"epoll_wait", epoll_nothing},
    {"eventfd", eventfd_both_ways},
    {"uring_nop", ring_nop},
    {"uring_nop_32", ring_nop_32},
    {"tcp_64", tcp_64},
    {"uring_tcp_64", ring_tcp_64},
    {"throw_0", throw_through<0>},
    {"throw_1", throw_through<1>},
    {"throw_4", throw_through<4>},
    {"ping_pong_spin", ping_pong_spin},
    {"ping_pong_futex", ping_pong_futex},
    {"ping_pong_epoll", ping_pong_epoll},
    {"ping_pong_msg_ring", ping_pong_msg_ring},
    {"processes_futex", processes_futex},
    {"processes_socketpair", processes_socketpair},
};

}  // namespace
}  // namespace limit

int main(int argc, char** argv) {
  const long n = argc == 3 ? std::atol(argv[2]) : 0;
  for (const auto& one : limit::primitives) {
    if (n < 1 || one.name != argv[1]) continue;
    const double taken = one.measure(n);
    std::printf("machine %s n=%ld ns_per_op=%.2f\n", argv[1], n, taken / static_cast<double>(n));
    return 0;
  }
  std::fprintf(stderr, "usage: primitives NAME N\n");
  return 2;
}
