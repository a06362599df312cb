#include <weft/io/stream.hpp>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>
#include <thread>
#include <utility>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <weft/core/as_outcome.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/sleep.hpp>

using namespace weft;
using namespace std::chrono_literals;

EACH_BACKEND(streams);

namespace {

/// What `awaited` ends with, as a text.
template <class E, class T>
bool failed_with(const outcome<T>& end) {
  try {
    end.value();
  } catch (const E&) {
    return true;
  } catch (...) {
  }
  return false;
}

coro<void> reads_what_was_written() {
  auto [a, b] = stream_pair();
  a.write("hello ");
  a.write(std::string("world"));
  std::string got = co_await b.read_exactly(11);
  EXPECT_EQ(got, "hello world");
  a.close();
  std::string rest = co_await b.read(10);
  EXPECT_EQ(rest, "");
  EXPECT_TRUE(b.at_eof());
}
TEST_P(streams, give_what_was_written_and_then_the_end) { run(reads_what_was_written); }

coro<void> reads_by_count() {
  auto [a, b] = stream_pair();
  a.write("abcdefghij");
  std::string two = co_await b.read(2);
  EXPECT_EQ(two, "ab");
  std::string none = co_await b.read(0);
  EXPECT_EQ(none, "");
  std::string some = co_await b.read_some();
  EXPECT_EQ(some, "cdefghij");
  a.write("tail");
  a.close();
  std::string all = co_await b.read();
  EXPECT_EQ(all, "tail");
}
TEST_P(streams, read_up_to_a_count_or_to_the_end) { run(reads_by_count); }

coro<void> ends_too_soon() {
  auto [a, b] = stream_pair();
  a.write("abc");
  a.close();
  try {
    co_await b.read_exactly(5);
    ADD_FAILURE();
  } catch (const incomplete_read_error& error) {
    EXPECT_EQ(error.partial(), "abc");
    EXPECT_EQ(error.expected(), 5u);
  }
}
TEST_P(streams, tell_what_had_come_when_they_end_too_soon) { run(ends_too_soon); }

coro<void> reads_records() {
  auto [a, b] = stream_pair();
  a.write("one\r\n\r\ntwo\r\n");
  std::string one = co_await b.read_until("\r\n\r\n");
  EXPECT_EQ(one, "one\r\n\r\n");
  task<std::string> second = create_task(b.read_until("\r\n\r\n"));
  co_await weft::sleep(0s);
  a.write("\r");  // the separator comes in parts
  co_await weft::sleep(0s);
  a.write("\nrest");
  std::string two = co_await second;
  EXPECT_EQ(two, "two\r\n\r\n");
  a.close();
  const outcome<std::string> last = co_await as_outcome(b.read_until("\n"));
  EXPECT_TRUE(failed_with<incomplete_read_error>(last));
  const outcome<std::string> empty = co_await as_outcome(b.read_until(""));
  EXPECT_TRUE(failed_with<value_error>(empty));
}
TEST_P(streams, read_records_by_their_separator) { run(reads_records); }

coro<void> reads_lines() {
  auto [a, b] = stream_pair();
  a.write("first\nsecond\nlast");
  a.close();
  std::string first = co_await b.read_line();
  std::string second = co_await b.read_line();
  std::string last = co_await b.read_line();
  std::string end = co_await b.read_line();
  EXPECT_EQ(first, "first\n");
  EXPECT_EQ(second, "second\n");
  EXPECT_EQ(last, "last");
  EXPECT_EQ(end, "");
}
TEST_P(streams, read_lines_and_at_the_end_what_is_left) { run(reads_lines); }

coro<void> overruns_limit() {
  auto [a, b] = stream_pair();
  b.set_limit(10);
  a.write("0123456789abcdef\nnext\n");
  const outcome<std::string> record = co_await as_outcome(b.read_until("\n"));
  EXPECT_TRUE(failed_with<limit_overrun_error>(record));
  EXPECT_EQ(b.buffered(), 22u);  // all is still there
  const outcome<std::string> line = co_await as_outcome(b.read_line());
  EXPECT_TRUE(failed_with<value_error>(line));
  std::string next = co_await b.read_line();
  EXPECT_EQ(next, "next\n");
}
TEST_P(streams, refuse_lines_over_the_limit) { run(overruns_limit); }

coro<void> moves_chunks() {
  auto [a, b] = stream_pair();
  const std::string sent(3000, 'x');
  a.write(sent);
  chunk got = co_await b.read_chunk();
  EXPECT_EQ(got.view(), sent);
  b.write(std::move(got));
  std::string back = co_await a.read_exactly(3000);
  EXPECT_EQ(back, sent);
  b.close();
  chunk end = co_await a.read_chunk();
  EXPECT_TRUE(end.empty());
}
TEST_P(streams, hand_on_chunks_as_they_came) { run(moves_chunks); }

coro<void> reads_twice() {
  auto [a, b] = stream_pair();
  task<std::string> first = create_task(b.read(1));
  co_await weft::sleep(0s);
  const outcome<std::string> second = co_await as_outcome(b.read(1));
  EXPECT_TRUE(failed_with<usage_error>(second));
  a.write("x");
  std::string got = co_await first;
  EXPECT_EQ(got, "x");
}
TEST_P(streams, refuse_a_second_reader) { run(reads_twice); }

coro<void> cancels_read() {
  auto [a, b] = stream_pair();
  task<std::string> waits = create_task(b.read(5));
  co_await weft::sleep(0s);
  EXPECT_EQ(waits.waiting_on(), "read");
  waits.cancel();
  const outcome<std::string> end = co_await as_outcome(waits);
  EXPECT_TRUE(end.cancelled());
  a.write("kept");
  std::string got = co_await b.read_exactly(4);
  EXPECT_EQ(got, "kept");
}
TEST_P(streams, keep_the_bytes_that_a_cancelled_read_waited_for) { run(cancels_read); }

coro<void> leaves_a_busy_stream_unread() {
  auto [a, b] = stream_pair();
  for (int i = 0; i < 50; ++i) {
    a.write("ping");
    std::string got = co_await b.read_exactly(4);
    EXPECT_EQ(got, "ping");
  }
  for (int i = 0; i < 1000; ++i) {
    a.write("x");
    co_await weft::sleep(0s);
    EXPECT_LE(b.buffered(), 64u) << "after " << i << " bytes that nobody reads";
  }
  a.close();
  std::string rest = co_await b.read();
  EXPECT_EQ(rest, std::string(1000, 'x'));
}
TEST_P(streams, take_in_little_while_nobody_reads_however_busy_they_were) {
  run(leaves_a_busy_stream_unread);
}

coro<void> cancels_woken_read() {
  auto [a, b] = stream_pair();
  task<std::string> waits = create_task(b.read(5));
  co_await weft::sleep(0s);
  a.write("kept");
  while (b.buffered() == 0) co_await weft::sleep(0s);
  // The reader is woken by now, and may have run.
  const bool asked = waits.cancel();
  const outcome<std::string> end = co_await as_outcome(waits);
  if (asked) {
    std::string got = co_await b.read_exactly(4);
    EXPECT_EQ(got, "kept");
  }
}

coro<void> waits_for_drain() {
  auto [a, b] = stream_pair();
  const std::string much(1 << 20, 'y');
  a.write(much);
  EXPECT_EQ(a.unsent(), much.size());
  auto drain = [](stream_writer& w) -> coro<void> { co_await w.drain(); };
  task<void> drained = create_task(drain(a));
  for (int i = 0; i < 10; ++i) co_await weft::sleep(0s);
  EXPECT_FALSE(drained.done());
  EXPECT_EQ(drained.waiting_on(), "drain");
  std::string got = co_await b.read_exactly(much.size());
  EXPECT_EQ(got, much);
  co_await drained;
  EXPECT_LE(a.unsent(), 16u * 1024);
}
TEST_P(streams, drain_only_under_the_low_water_mark) { run(waits_for_drain); }

coro<void> halves() {
  auto [a, b] = stream_pair();
  EXPECT_TRUE(a.can_write_eof());
  a.write("question");
  a.write_eof();
  std::string question = co_await b.read();
  EXPECT_EQ(question, "question");
  b.write("answer");
  b.close();
  std::string answer = co_await a.read();
  EXPECT_EQ(answer, "answer");
  EXPECT_THROW(a.write("more"), usage_error);
}
TEST_P(streams, end_one_way_and_go_on_the_other) { run(halves); }

coro<void> closes_with_output() {
  auto [a, b] = stream_pair();
  const std::string much(4 << 20, 'z');
  a.write(std::string(much));
  a.close();
  EXPECT_TRUE(a.is_closing());
  a.write("dropped");
  std::string got = co_await b.read();
  EXPECT_EQ(got.size(), much.size());
  co_await a.wait_closed();
  EXPECT_EQ(a.fd(), -1);
}
TEST_P(streams, send_what_was_written_before_they_close) { run(closes_with_output); }

coro<void> closes_under_reader() {
  auto [a, b] = stream_pair();
  task<std::string> waits = create_task(a.read(5));
  co_await weft::sleep(0s);
  a.close();
  std::string got = co_await waits;
  EXPECT_EQ(got, "");
  co_await a.wait_closed();
  std::string end = co_await b.read(1);
  EXPECT_EQ(end, "");
}
TEST_P(streams, end_for_whoever_reads_when_they_are_closed) { run(closes_under_reader); }

coro<void> breaks() {
  auto [a, b] = stream_pair();
  b.close();
  co_await b.wait_closed();
  a.write("x");
  while (a.unsent() > 0) co_await weft::sleep(0s);
  const outcome<void> end = co_await as_outcome(a.send("y"));
  EXPECT_TRUE(failed_with<std::system_error>(end));
  a.write("ignored");
  EXPECT_EQ(a.unsent(), 0u);
}
TEST_P(streams, tell_the_writer_in_drain_that_they_broke) { run(breaks); }

coro<void> aborts() {
  auto [a, b] = stream_pair();
  a.write(std::string(4 << 20, 'z'));
  co_await weft::sleep(0s);
  a.abort();
  co_await a.wait_closed();
  std::string got = co_await b.read();
  EXPECT_LT(got.size(), 4u << 20);
}
TEST_P(streams, drop_their_output_when_aborted) { run(aborts); }

coro<void> lingers() {
  stream_options options;
  options.linger = std::chrono::milliseconds(1);
  auto [a, b] = stream_pair(options);
  a.write(std::string(4 << 20, 'z'));
  a.close();
  const outcome<void> end = co_await as_outcome(a.wait_closed());
  EXPECT_TRUE(failed_with<std::system_error>(end));
}
TEST_P(streams, drop_their_output_when_the_peer_never_reads) { run(lingers); }

coro<void> splits() {
  auto [a, b] = stream_pair();
  auto [reader, writer] = std::move(a).split();
  EXPECT_FALSE(a);
  EXPECT_THROW(a.write("x"), usage_error);
  writer.write("ping");
  std::string ping = co_await b.read_exactly(4);
  EXPECT_EQ(ping, "ping");
  b.write("pong");
  std::string pong = co_await reader.read_exactly(4);
  EXPECT_EQ(pong, "pong");
  const std::vector<std::string> lines{"a", "b"};
  writer.writelines(lines);
  std::string both = co_await b.read_exactly(2);
  EXPECT_EQ(both, "ab");
}
TEST_P(streams, split_into_halves) { run(splits); }

coro<void> adopts() {
  int pipe_ends[2];
  EXPECT_EQ(pipe(pipe_ends), 0);
  EXPECT_THROW(adopt_socket(pipe_ends[0]), std::system_error);
  EXPECT_THROW(adopt_socket(-1), std::system_error);
  close(pipe_ends[1]);
  int ends[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
  stream a = adopt_socket(ends[0]);
  stream b = adopt_socket(ends[1]);
  task<std::string> waits = create_task(b.read(1));
  co_await weft::sleep(0s);
  a.write("x");
  std::string got = co_await waits;
  EXPECT_EQ(got, "x");
}
TEST_P(streams, adopt_connected_sockets_only) { run(adopts); }

coro<void> leaves_stream(stream* out, stream* peer) {
  auto [a, b] = stream_pair();
  a.write(std::string(1 << 20, 'q'));
  task<std::string> waits = create_task(b.read(1));
  co_await weft::sleep(0s);
  *out = std::move(a);
  *peer = std::move(b);
  task<std::string> reads = create_task(out->read(1));
  co_await weft::sleep(0s);
}
TEST_P(streams, outlive_their_loop_closed) {
  stream left;
  stream peer;
  run(leaves_stream, &left, &peer);
  EXPECT_EQ(left.fd(), -1);
  EXPECT_TRUE(left.is_closing());
  left.write("ignored");
  left.close();
  left.abort();
}

coro<void> uses_foreign(stream* foreign) { co_await foreign->read(1); }
coro<void> lends(loop_options options) {
  auto [a, b] = stream_pair();
  std::thread other(
      [&a, options] { EXPECT_THROW(weft::run(options, uses_foreign, &a), usage_error); });
  other.join();
  co_return;
}
TEST_P(streams, refuse_to_be_awaited_in_another_loop) {
  loop_options options;
  options.backend = GetParam();
  run(lends, options);
}

coro<void> keeps_order() {
  auto [a, b] = stream_pair();
  std::string order;
  auto reads = [](stream& s, std::string& log) -> coro<void> {
    co_await s.read(1);
    log += "read ";
  };
  task<void> reader = create_task(reads(b, order));
  co_await weft::sleep(0s);
  a.write("x");
  while (order.empty()) co_await weft::sleep(0s);
  EXPECT_EQ(order, "read ");
  co_await reader;
}
TEST_P(streams, wake_a_reader_that_waits) { run(keeps_order); }
TEST_P(streams, keep_the_bytes_of_a_read_that_is_cancelled_when_woken) { run(cancels_woken_read); }

}  // namespace
