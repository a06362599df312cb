#include <weft/io/open_connection.hpp>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <string>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <weft/core/as_outcome.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/io/resolve.hpp>
#include <weft/io/server.hpp>

using namespace weft;
using namespace std::chrono_literals;

EACH_BACKEND(open_connections);

namespace {

coro<void> greet(stream s) { co_await s.send("hello " + s.peer_address().host()); }

coro<void> connects(std::string host) {
  server listening = co_await start_server(greet, host, 0);
  stream s = co_await open_connection(host, listening.port());
  EXPECT_EQ(s.peer_address().port(), listening.port());
  EXPECT_EQ(s.local_address().host(), host);
  std::string greeting = co_await s.read();
  EXPECT_EQ(greeting, "hello " + host);
}
TEST_P(open_connections, over_ipv4) { run(connects, "127.0.0.1"); }
TEST_P(open_connections, over_ipv6) { run(connects, "::1"); }

coro<std::uint16_t> free_port() {
  server briefly = co_await start_server(greet, "127.0.0.1", 0);
  co_return briefly.port();
}

coro<void> is_refused() {
  const std::uint16_t port = co_await free_port();
  try {
    co_await open_connection("127.0.0.1", port);
    ADD_FAILURE();
  } catch (const connect_error& error) {
    EXPECT_EQ(error.code(), std::errc::connection_refused);
    EXPECT_EQ(error.errors().size(), 1u);
    EXPECT_EQ(std::string(error.what()),
              "connect to 127.0.0.1:" + std::to_string(port) + ": Connection refused");
  }
}
TEST_P(open_connections, say_what_was_tried_when_refused) { run(is_refused); }

coro<void> by_address() {
  server listening = co_await start_server(greet, "127.0.0.1", 0);
  stream s = co_await open_connection(listening.addresses().at(0));
  std::string greeting = co_await s.read();
  EXPECT_EQ(greeting, "hello 127.0.0.1");
}
TEST_P(open_connections, to_an_address) { run(by_address); }

coro<void> by_name() {
  server listening = co_await start_server(greet, "127.0.0.1", 0);
  // Where localhost is ::1 first, nobody listens there, and the next address has its turn.
  stream s = co_await open_connection("localhost", listening.port());
  std::string greeting = co_await s.read();
  EXPECT_EQ(greeting, "hello 127.0.0.1");
  const std::uint16_t port = co_await free_port();
  const std::vector<address> where = co_await resolve("localhost", port);
  try {
    co_await open_connection("localhost", port);
    ADD_FAILURE();
  } catch (const connect_error& error) {
    EXPECT_EQ(error.errors().size(), where.size());
    for (const address& one : where) {
      EXPECT_NE(std::string(error.what()).find(one.to_string()), std::string::npos);
    }
  }
}
TEST_P(open_connections, try_each_address_of_a_name) { run(by_name); }

coro<void> cancelled_while_pending() {
  // Nobody accepts and the queue is full: a connect is never answered.
  const int listening = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(listening, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  EXPECT_EQ(listen(listening, 0), 0);
  socklen_t size = sizeof where;
  getsockname(listening, reinterpret_cast<sockaddr*>(&where), &size);
  std::vector<task<stream>> connecting;
  for (int i = 0; i < 4; ++i) {
    connecting.push_back(create_task(open_connection("127.0.0.1", ntohs(where.sin_port))));
  }
  while (!connecting[0].done()) co_await weft::sleep(0s);
  for (int i = 0; i < 20; ++i) co_await weft::sleep(0s);
  EXPECT_EQ(connecting[3].waiting_on(), "connect");
  connecting[3].cancel();
  const outcome<stream> end = co_await as_outcome(std::move(connecting[3]));
  EXPECT_TRUE(end.cancelled());
  close(listening);  // the rest is left for the end of the loop
}
TEST_P(open_connections, let_go_when_cancelled_while_nobody_answers) {
  run(cancelled_while_pending);
}

coro<void> cancelled() {
  server listening = co_await start_server(greet, "127.0.0.1", 0);
  task<stream> connecting = create_task(open_connection("127.0.0.1", listening.port()));
  co_await weft::sleep(0s);
  connecting.cancel();
  const outcome<stream> end = co_await as_outcome(std::move(connecting));
  EXPECT_TRUE(end.cancelled());
}
TEST_P(open_connections, let_go_when_cancelled) { run(cancelled); }

}  // namespace
