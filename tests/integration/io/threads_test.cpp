// Other threads send messages to a loop while it sleeps in the kernel or is busy with connections.

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/future.hpp>
#include <weft/io/stream.hpp>

using namespace weft;

EACH_BACKEND(messages_from_threads);

namespace {

constexpr int threads = 4;
constexpr int messages = 5000;

struct counter {
  int last[threads] = {};
  int total = 0;
  future<void> all;

  void count(int thread, int message) {
    EXPECT_EQ(message, last[thread] + 1);  // a thread's messages keep their order
    last[thread] = message;
    if (++total == threads * messages) all.set_result();
  }
};

coro<void> plays_ping_pong(stream& a, stream& b) {
  for (;;) {
    a.write("ping");
    std::string ping = co_await b.read_exactly(4);
    b.write("pong");
    std::string pong = co_await a.read_exactly(4);
  }
}

coro<void> counts(bool busy) {
  counter c;
  c.all = make_future<void>();
  event_loop& loop = get_running_loop();
  auto [a, b] = stream_pair();
  task<void> playing;
  if (busy) playing = create_task(plays_ping_pong(a, b));
  std::vector<std::thread> senders;
  for (int t = 0; t < threads; ++t) {
    senders.emplace_back([&loop, &c, t] {
      for (int m = 1; m <= messages; ++m) {
        loop.call_soon_threadsafe([&c, t, m] { c.count(t, m); });
        if (m % 100 == 0) std::this_thread::yield();
      }
    });
  }
  co_await c.all;
  for (std::thread& one : senders) one.join();
  if (busy) playing.cancel();
  EXPECT_EQ(c.total, threads * messages);
}
TEST_P(messages_from_threads, wake_a_loop_that_sleeps) { run(counts, false); }
TEST_P(messages_from_threads, reach_a_loop_that_is_busy_with_streams) { run(counts, true); }
TEST_P(messages_from_threads, reach_a_loop_that_spins) {
  run([]() -> coro<> {
    get_running_loop().set_spin_before_sleep(std::chrono::hours(1));
    co_await counts(false);
  });
}
TEST_P(messages_from_threads, reach_a_loop_that_spins_and_is_busy_with_streams) {
  run([]() -> coro<> {
    get_running_loop().set_spin_before_sleep(std::chrono::hours(1));
    co_await counts(true);
  });
}

/// A thread answers each ping: only the kernel tells the loop.
coro<> talks_to_a_thread() {
  get_running_loop().set_spin_before_sleep(std::chrono::hours(1));
  int ends[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  stream mine = adopt_socket(ends[0]);
  std::thread echo([fd = ends[1]] {
    char bytes[4];
    while (recv(fd, bytes, 4, MSG_WAITALL) == 4) send(fd, bytes, 4, 0);
    close(fd);
  });
  for (int i = 0; i < 100; ++i) {
    mine.write("ping");
    EXPECT_EQ(co_await mine.read_exactly(4), "ping");
  }
  mine.close();
  co_await mine.wait_closed();
  echo.join();
}
TEST_P(messages_from_threads, or_bytes_reach_a_loop_that_spins) { run(talks_to_a_thread); }

}  // namespace
