#include <weft/io/server.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <system_error>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <weft/core/as_outcome.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/io/open_connection.hpp>

using namespace weft;
using namespace std::chrono_literals;

EACH_BACKEND(servers);

namespace {

coro<void> echo(stream s) {
  for (;;) {
    std::string data = co_await s.read_some();
    if (data.empty()) co_return;
    co_await s.send(std::move(data));
  }
}

coro<std::string> ask(std::uint16_t port, std::string question) {
  stream s = co_await open_connection("127.0.0.1", port);
  s.write(question);
  s.write_eof();
  co_return co_await s.read();
}

coro<void> serves() {
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  EXPECT_TRUE(srv.is_serving());
  EXPECT_NE(srv.port(), 0);
  std::vector<task<std::string>> asked;
  for (int i = 0; i < 20; ++i) asked.push_back(create_task(ask(srv.port(), std::to_string(i))));
  for (int i = 0; i < 20; ++i) {
    std::string answer = co_await asked[static_cast<std::size_t>(i)];
    EXPECT_EQ(answer, std::to_string(i));
  }
  srv.close();
  co_await srv.wait_closed();
  EXPECT_EQ(srv.connections(), 0u);
  EXPECT_FALSE(srv.is_serving());
}
TEST_P(servers, serve_each_connection) { run(serves); }

coro<void> serves_both_families() {
  server srv = co_await start_server(echo, "", 0);
  const std::vector<address> where = srv.addresses();
  bool four = false;
  for (const address& one : where) {
    EXPECT_EQ(one.port(), srv.port());
    four = four || one.is_ipv4();
  }
  EXPECT_TRUE(four);
  std::string answer = co_await ask(srv.port(), "x");
  EXPECT_EQ(answer, "x");
}
TEST_P(servers, listen_on_all_addresses_with_one_port) { run(serves_both_families); }

coro<void> captures() {
  std::string log;
  auto handler = [&log, greeting = std::string(100, 'g')](stream s) -> coro<void> {
    std::string name = co_await s.read_line();
    log += name;
    co_await s.send(greeting);
  };
  server srv = co_await start_server(handler, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  s.write("me\n");
  std::string got = co_await s.read();
  EXPECT_EQ(got, std::string(100, 'g'));
  EXPECT_EQ(log, "me\n");
}
TEST_P(servers, keep_their_handler_with_its_captures) { run(captures); }

coro<void> fails(stream s) {
  co_await s.read_line();
  throw std::runtime_error("broken handler");
}

coro<void> reports() {
  std::vector<exception_context> told;
  get_running_loop().set_exception_handler(
      [&told](const exception_context& context) { told.push_back(context); });
  server srv = co_await start_server(fails, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  const std::string me = s.local_address().to_string();
  s.write("go\n");
  std::string end = co_await s.read();
  EXPECT_EQ(end, "");
  EXPECT_EQ(told.size(), 1u);
  if (told.size() == 1) {
    EXPECT_EQ(told[0].task_name, me);
    EXPECT_NE(describe(told[0].exception).find("broken handler"), std::string::npos);
  }
  get_running_loop().set_exception_handler(nullptr);
}
TEST_P(servers, tell_the_exception_handler_of_a_handler_that_failed) { run(reports); }

coro<void> waits_for_handlers() {
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  s.write("x");
  std::string x = co_await s.read_exactly(1);
  task<void> closed = create_task(srv.wait_closed());
  co_await weft::sleep(0s);
  EXPECT_FALSE(closed.done());
  srv.close();
  const outcome<stream> refused = co_await as_outcome(open_connection("127.0.0.1", 1));
  EXPECT_FALSE(refused.has_value());
  EXPECT_FALSE(closed.done());
  EXPECT_EQ(srv.connections(), 1u);
  s.write("y");  // connections go on
  std::string y = co_await s.read_exactly(1);
  EXPECT_EQ(y, "y");
  s.close();
  co_await closed;
}
TEST_P(servers, wait_for_their_handlers_when_closed) { run(waits_for_handlers); }

coro<void> refuses_when_closed() {
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  const std::uint16_t port = srv.port();
  srv.close();
  const outcome<stream> refused = co_await as_outcome(open_connection("127.0.0.1", port));
  EXPECT_FALSE(refused.has_value());
  server again = co_await start_server(echo, "127.0.0.1", port);
  std::string answer = co_await ask(port, "x");
  EXPECT_EQ(answer, "x");
  EXPECT_THROW(srv.start_serving(), usage_error);
}
TEST_P(servers, refuse_connections_once_closed_and_free_the_port) { run(refuses_when_closed); }

coro<void> forever() {
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  task<void> serving = create_task(srv.serve_forever());
  std::string answer = co_await ask(srv.port(), "x");
  EXPECT_EQ(answer, "x");
  const outcome<void> twice = co_await as_outcome(srv.serve_forever());
  EXPECT_FALSE(twice.has_value());
  serving.cancel();
  const outcome<void> end = co_await as_outcome(serving);
  EXPECT_TRUE(end.cancelled());
  EXPECT_FALSE(srv.is_serving());
}
TEST_P(servers, serve_until_cancelled) { run(forever); }

coro<void> forever_until_closed() {
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  task<void> serving = create_task(srv.serve_forever());
  co_await weft::sleep(0s);
  srv.close();
  const outcome<void> end = co_await as_outcome(serving);
  EXPECT_TRUE(end.cancelled());
}
TEST_P(servers, end_serve_forever_when_closed) { run(forever_until_closed); }

coro<void> starts_later() {
  server_options options;
  options.start_serving = false;
  server srv = co_await start_server(echo, "127.0.0.1", 0, options);
  EXPECT_FALSE(srv.is_serving());
  const outcome<stream> refused = co_await as_outcome(open_connection("127.0.0.1", srv.port()));
  EXPECT_FALSE(refused.has_value());
  srv.start_serving();
  srv.start_serving();
  std::string answer = co_await ask(srv.port(), "x");
  EXPECT_EQ(answer, "x");
}
TEST_P(servers, can_start_serving_later) { run(starts_later); }

coro<void> ends_clients(bool abruptly) {
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  s.write("x");
  std::string x = co_await s.read_exactly(1);
  srv.close();
  if (abruptly) {
    srv.abort_clients();
  } else {
    srv.close_clients();
  }
  co_await srv.wait_closed();
  const outcome<std::string> end = co_await as_outcome(s.read(1));
  EXPECT_EQ(end.has_value(), !abruptly);
}
TEST_P(servers, close_their_clients) { run(ends_clients, false); }
TEST_P(servers, reset_their_clients) { run(ends_clients, true); }

coro<void> taken_port() {
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  const outcome<server> second = co_await as_outcome(start_server(echo, "127.0.0.1", srv.port()));
  try {
    std::rethrow_exception(second.exception());
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::address_in_use);
    EXPECT_NE(std::string(error.what()).find("listen on 127.0.0.1:"), std::string::npos);
  }
  server_options shared;
  shared.reuse_port = true;
  server one = co_await start_server(echo, "127.0.0.1", 0, shared);
  server two = co_await start_server(echo, "127.0.0.1", one.port(), shared);
  EXPECT_EQ(one.port(), two.port());
}
TEST_P(servers, share_a_port_only_when_told) { run(taken_port); }

coro<void> leaves_running() {
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  s.write("x");
  std::string x = co_await s.read_exactly(1);
  EXPECT_EQ(x, "x");
}
TEST_P(servers, end_with_their_loop) { run(leaves_running); }

coro<void> keep_server(server* out) { *out = co_await start_server(echo, "127.0.0.1", 0); }
TEST_P(servers, outlive_their_loop_closed) {
  server left;
  run(keep_server, &left);
  EXPECT_FALSE(left.is_serving());
  EXPECT_TRUE(left.addresses().empty());
  left.close();
}

}  // namespace
