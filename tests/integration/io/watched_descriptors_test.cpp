// add_reader and add_writer on the kernel's own interfaces.

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdlib>
#include <string>

#include <tests/backend/each_backend.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/io/stream.hpp>

using namespace weft;
using namespace std::chrono_literals;

EACH_BACKEND(watched_descriptors);

namespace {

coro<void> turns(int n) {
  for (int i = 0; i < n; ++i) co_await weft::sleep(0s);
}

coro<void> level_triggered() {
  event_loop& loop = get_running_loop();
  int ends[2];
  EXPECT_EQ(pipe(ends), 0);
  int called = 0;
  loop.add_reader(ends[0], [&called] { ++called; });
  co_await turns(50);
  EXPECT_EQ(called, 0);
  EXPECT_EQ(write(ends[1], "x", 1), 1);
  while (called < 3) co_await weft::sleep(0s);  // nobody reads: again and again
  char byte;
  EXPECT_EQ(read(ends[0], &byte, 1), 1);
  co_await turns(50);
  const int after = called;
  co_await turns(50);
  EXPECT_EQ(called, after);
  EXPECT_TRUE(loop.remove_reader(ends[0]));
  EXPECT_FALSE(loop.remove_reader(ends[0]));
  EXPECT_EQ(write(ends[1], "x", 1), 1);
  co_await turns(50);
  EXPECT_EQ(called, after);
  close(ends[0]);
  close(ends[1]);
}
TEST_P(watched_descriptors, are_told_of_while_they_are_ready) { run(level_triggered); }

coro<void> both_ways() {
  event_loop& loop = get_running_loop();
  int ends[2];
  EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
  int reads = 0;
  int writes = 0;
  loop.add_reader(ends[0], [&reads] { ++reads; });
  loop.add_writer(ends[0], [&writes] { ++writes; });
  while (writes < 3) co_await weft::sleep(0s);
  EXPECT_EQ(reads, 0);
  loop.remove_writer(ends[0]);
  const int after = writes;
  EXPECT_EQ(write(ends[1], "x", 1), 1);
  while (reads < 3) co_await weft::sleep(0s);
  EXPECT_EQ(writes, after);
  close(ends[1]);  // broken counts as readable
  const int before = reads;
  while (reads < before + 3) co_await weft::sleep(0s);
  loop.remove_reader(ends[0]);
  close(ends[0]);
}
TEST_P(watched_descriptors, have_a_watch_for_each_way) { run(both_ways); }

coro<void> replaces() {
  event_loop& loop = get_running_loop();
  const int event = eventfd(1, EFD_NONBLOCK);
  int first = 0;
  int second = 0;
  loop.add_reader(event, [&first] { ++first; });
  loop.add_reader(event, [&second] { ++second; });
  while (second < 2) co_await weft::sleep(0s);
  EXPECT_EQ(first, 0);
  loop.remove_reader(event);
  close(event);
}
TEST_P(watched_descriptors, have_one_callback_a_way_the_latest) { run(replaces); }

coro<void> reused() {
  event_loop& loop = get_running_loop();
  const int old = eventfd(0, EFD_NONBLOCK);
  int first = 0;
  int second = 0;
  loop.add_reader(old, [&first] { ++first; });
  co_await turns(20);
  // The way of a library that closes before it tells.
  close(old);
  const int fresh = eventfd(0, EFD_NONBLOCK);
  EXPECT_EQ(fresh, old);
  loop.remove_reader(old);
  loop.add_reader(fresh, [&second] { ++second; });
  co_await turns(20);
  EXPECT_EQ(second, 0);
  eventfd_write(fresh, 1);
  while (second == 0) co_await weft::sleep(0s);
  EXPECT_EQ(first, 0);
  loop.remove_reader(fresh);
  close(fresh);
}
TEST_P(watched_descriptors, may_be_closed_and_their_numbers_reused) { run(reused); }

coro<void> closed_one() {
  event_loop& loop = get_running_loop();
  const int gone = eventfd(0, 0);
  close(gone);
  int called = 0;
  loop.add_reader(gone, [&called] { ++called; });
  while (called == 0) co_await weft::sleep(0s);  // it finds out by itself
  EXPECT_TRUE(loop.remove_reader(gone));
  co_await turns(5);
}
TEST_P(watched_descriptors, that_are_closed_are_told_of) { run(closed_one); }

coro<void> regular_file() {
  event_loop& loop = get_running_loop();
  char name[] = "/tmp/weft-watched-XXXXXX";
  const int file = mkstemp(name);
  unlink(name);
  int called = 0;
  loop.add_writer(file, [&called] { ++called; });
  while (called < 3) co_await weft::sleep(0s);
  loop.remove_writer(file);
  close(file);
}
TEST_P(watched_descriptors, that_are_regular_files_are_always_ready) { run(regular_file); }

coro<void> beside_a_stream() {
  event_loop& loop = get_running_loop();
  auto [a, b] = stream_pair();
  int called = 0;
  loop.add_reader(b.fd(), [&called] { ++called; });
  a.write("x");
  while (called == 0) co_await weft::sleep(0s);
  loop.remove_reader(b.fd());
  std::string got = co_await b.read_exactly(1);
  EXPECT_EQ(got, "x");
}
TEST_P(watched_descriptors, may_be_a_streams) { run(beside_a_stream); }

coro<void> left_watched(int fd) {
  get_running_loop().add_reader(fd, [] {});
  co_await weft::sleep(0s);
}
TEST_P(watched_descriptors, may_be_left_when_the_loop_ends) {
  const int event = eventfd(0, 0);
  run(left_watched, event);
  close(event);
}

}  // namespace
