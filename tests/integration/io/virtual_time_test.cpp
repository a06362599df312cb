// Streams in virtual time: the clock jumps only when nothing of the real world is on its way.

#include <weft/sim/virtual_time.hpp>

#include <gtest/gtest.h>

#include <string>

#include <tests/backend/each_backend.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/flow/timeout.hpp>
#include <weft/io/open_connection.hpp>
#include <weft/io/server.hpp>

using namespace weft;
using namespace std::chrono_literals;

EACH_BACKEND(streams_in_virtual_time);

namespace {

coro<void> answer_after_an_hour(stream s) {
  for (;;) {
    std::string line = co_await s.read_line();
    if (line.empty()) co_return;
    co_await weft::sleep(1h);
    co_await s.send(line);
  }
}

coro<void> asks() {
  server srv = co_await start_server(answer_after_an_hour, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  for (int i = 1; i <= 24; ++i) {
    s.write("and?\n");
    std::string line = co_await s.read_line();
    EXPECT_EQ(line, "and?\n");
    EXPECT_EQ(virtual_now(), i * 1h);
  }
}
TEST_P(streams_in_virtual_time, take_a_day_in_a_moment) {
  loop_options options;
  options.backend = GetParam();
  virtual_time bubble(options);
  bubble.run(asks);
}

coro<void> gives_up() {
  auto [a, b] = stream_pair();
  EXPECT_THROW(co_await wait_for(b.read(1), 1h), timeout_error);
  EXPECT_EQ(virtual_now(), 1h);
  a.write("x");
  std::string got = co_await b.read(1);
  EXPECT_EQ(got, "x");
}
TEST_P(streams_in_virtual_time, time_out_when_nothing_comes) {
  loop_options options;
  options.backend = GetParam();
  virtual_time bubble(options);
  bubble.run(gives_up);
}

}  // namespace
