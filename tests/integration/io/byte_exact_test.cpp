// No byte is lost, doubled or moved, whatever is cancelled, closed or reset in between.

#include <gtest/gtest.h>

#include <cstdint>
#include <string>
#include <system_error>

#include <tests/backend/each_backend.hpp>
#include <weft/core/as_outcome.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/io/open_connection.hpp>
#include <weft/io/server.hpp>

using namespace weft;
using namespace std::chrono_literals;

EACH_BACKEND(byte_exact);

namespace {

/// The byte at a place of the endless text that the tests send.
char byte_at(std::uint64_t place) { return static_cast<char>(place % 251); }

std::string text(std::uint64_t from, std::size_t n) {
  std::string made(n, '\0');
  for (std::size_t i = 0; i < n; ++i) made[i] = byte_at(from + i);
  return made;
}

bool is_text(std::string_view data, std::uint64_t from) {
  for (std::size_t i = 0; i < data.size(); ++i) {
    if (data[i] != byte_at(from + i)) return false;
  }
  return true;
}

/// A small generator, so that each run is the same.
struct dice {
  std::uint32_t state = 1;
  std::uint32_t roll(std::uint32_t below) {
    state = state * 1103515245 + 12345;
    return (state >> 8) % below;
  }
};

coro<void> send_text(stream& to, std::uint64_t bytes) {
  dice d;
  for (std::uint64_t sent = 0; sent < bytes;) {
    const std::size_t n = 1 + d.roll(d.roll(8) == 0 ? 20'000 : 90);
    to.write(text(sent, n));
    sent += n;
    co_await to.drain();
    if (d.roll(4) == 0) co_await weft::sleep(0s);
  }
  to.write_eof();
}

coro<std::string> read_somehow(stream& from, std::uint32_t how) {
  if (how == 0) co_return co_await from.read(70);
  if (how == 1) co_return co_await from.read_exactly(1000);
  if (how == 2) co_return co_await from.read_until("\x01\x02\x03");
  chunk some = co_await from.read_chunk();
  co_return std::string(some.view());
}

coro<void> cancels_reads(std::uint64_t bytes) {
  auto [a, b] = stream_pair();
  task<void> sender = create_task(send_text(a, bytes));
  dice d;
  std::uint64_t place = 0;
  int cancelled = 0;
  while (!b.at_eof()) {
    task<std::string> reading = create_task(read_somehow(b, d.roll(4)));
    for (std::uint32_t turns = d.roll(4); turns > 0; --turns) co_await weft::sleep(0s);
    reading.cancel();
    outcome<std::string> end = co_await as_outcome(std::move(reading));
    if (end.cancelled()) {
      ++cancelled;
      continue;
    }
    std::string got;
    try {
      got = end.value();
    } catch (const incomplete_read_error& error) {
      got = error.partial();
    }
    EXPECT_TRUE(is_text(got, place)) << "at " << place;
    place += got.size();
  }
  co_await sender;
  EXPECT_GE(place, bytes);
  EXPECT_GT(cancelled, 20);  // how many depends on when the kernel is looked at
}
TEST_P(byte_exact, under_cancelled_reads) { run(cancels_reads, std::uint64_t{2'000'000}); }

coro<void> write_and_leave(stream s, std::size_t bytes) {
  s.write(text(0, bytes));
  co_return;
}

coro<void> closes_after_much() {
  constexpr std::size_t bytes = 16 << 20;
  auto handler = [](stream s) { return write_and_leave(std::move(s), bytes); };
  server srv = co_await start_server(handler, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  std::string got = co_await s.read();
  EXPECT_EQ(got.size(), bytes);
  EXPECT_TRUE(is_text(got, 0));
}
TEST_P(byte_exact, when_closed_right_after_16_MiB) { run(closes_after_much); }

coro<void> echo_all(stream s) {
  for (;;) {
    chunk some = co_await s.read_chunk();
    if (some.empty()) co_return;
    s.write(std::move(some));
    co_await s.drain();
  }
}

coro<void> echoes_large() {
  constexpr std::size_t bytes = 8 << 20;
  server srv = co_await start_server(echo_all, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  task<std::string> back = create_task(s.read());
  s.write(text(0, bytes));
  s.write_eof();
  std::string got = co_await back;
  EXPECT_EQ(got.size(), bytes);
  EXPECT_TRUE(is_text(got, 0));
}
TEST_P(byte_exact, when_chunks_are_handed_on) { run(echoes_large); }

coro<void> hoards() {
  constexpr std::size_t bytes = 4 << 20;
  auto [a, b] = stream_pair();
  task<void> sender = create_task(send_text(a, bytes));
  std::vector<chunk> kept;  // all the buffers there are, and more
  std::uint64_t place = 0;
  for (;;) {
    chunk some = co_await b.read_chunk();
    if (some.empty()) break;
    EXPECT_TRUE(is_text(some.view(), place)) << "at " << place;
    place += some.size();
    kept.push_back(std::move(some));
  }
  co_await sender;
  EXPECT_GE(place, bytes);
}
TEST_P(byte_exact, when_chunks_are_hoarded) { run(hoards); }

coro<void> half_closes() {
  auto answer = [](stream s) -> coro<void> {
    std::string question = co_await s.read();
    EXPECT_TRUE(is_text(question, 0));
    EXPECT_EQ(question.size(), 100'000u);
    s.write(text(7, 200'000));
    s.write_eof();
    std::string nothing = co_await s.read(1);
    EXPECT_EQ(nothing, "");
  };
  server srv = co_await start_server(answer, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  s.write(text(0, 100'000));
  s.write_eof();
  std::string got = co_await s.read();
  EXPECT_EQ(got.size(), 200'000u);
  EXPECT_TRUE(is_text(got, 7));
}
TEST_P(byte_exact, when_each_way_ends_by_itself) { run(half_closes); }

coro<void> resets(std::size_t unread) {
  std::string received;
  std::string error;
  auto handler = [&](stream s) -> coro<void> {
    try {
      for (;;) {
        std::string some = co_await s.read_some();
        if (some.empty()) break;
        received += some;
        s.write(text(0, unread));
      }
      error = "an end";
    } catch (const std::system_error& e) {
      error = e.what();
    }
    const outcome<void> drained = co_await as_outcome(s.send("x"));
    EXPECT_FALSE(drained.has_value());
  };
  server srv = co_await start_server(handler, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  s.write("hello");
  if (unread == 0) {
    while (received.size() < 5) co_await weft::sleep(0s);
  } else {
    std::string one = co_await s.read_exactly(1);  // the rest stays unread
  }
  s.abort();
  srv.close();
  co_await srv.wait_closed();
  EXPECT_EQ(received, "hello");
  EXPECT_EQ(error.rfind("receive from 127.0.0.1:", 0), 0u) << error;
}
TEST_P(byte_exact, until_a_reset) { run(resets, std::size_t{0}); }
TEST_P(byte_exact, until_a_reset_with_output_under_way) { run(resets, std::size_t{4} << 20); }

coro<void> holds_back() {
  auto [a, b] = stream_pair();
  task<void> sender = create_task(send_text(a, std::uint64_t{8} << 20));
  std::string first = co_await b.read_exactly(10);
  for (int i = 0; i < 1000; ++i) co_await weft::sleep(0s);
  // Nobody reads: no more than one buffer came out of the kernel, and the sender waits.
  EXPECT_LE(b.buffered(), 68u * 1024);
  EXPECT_FALSE(sender.done());
  EXPECT_EQ(sender.waiting_on(), "drain");
  EXPECT_LE(a.unsent(), 64u * 1024 + 20'000);
  std::string rest = co_await b.read();
  EXPECT_TRUE(is_text(rest, 10));
  co_await sender;
}
TEST_P(byte_exact, and_holds_a_fast_sender_back) { run(holds_back); }

}  // namespace
