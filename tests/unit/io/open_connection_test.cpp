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
#include <weft/core/task.hpp>
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

/// Nobody answers there: a socket whose backlog is full takes no more.
struct silent_address {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int waiting[3];
  address where;

  silent_address() {
    sockaddr_in name{};
    name.sin_family = AF_INET;
    name.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof name;
    EXPECT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&name), size), 0);
    EXPECT_EQ(listen(listener, 0), 0);
    EXPECT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&name), &size), 0);
    for (int& one : waiting) {
      one = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
      connect(one, reinterpret_cast<const sockaddr*>(&name), size);
    }
    where = address::from_system(&name, size);
  }
  silent_address(const silent_address&) = delete;
  silent_address& operator=(const silent_address&) = delete;
  ~silent_address() {
    for (const int one : waiting) close(one);
    close(listener);
  }
};

coro<void> passes_by_the_silent() {
  const silent_address silent;
  server listening = co_await start_server(greet, "127.0.0.1", 0);
  connect_options options;
  options.happy_eyeballs_delay = 1ms;
  std::vector<address> where{silent.where, silent.where, listening.addresses().at(0)};
  stream s = co_await open_connection(std::move(where), options);
  EXPECT_EQ(s.peer_address(), listening.addresses().at(0));
  std::string greeting = co_await s.read();
  EXPECT_EQ(greeting, "hello 127.0.0.1");
}
TEST_P(open_connections, pass_by_addresses_that_say_nothing) { run(passes_by_the_silent); }

coro<void> lets_go_of_all() {
  const silent_address silent;
  connect_options options;
  options.happy_eyeballs_delay = 0ms;
  std::vector<address> where(3, silent.where);
  task<stream> connecting = create_task(open_connection(std::move(where), options));
  for (int i = 0; i < 30; ++i) co_await weft::sleep(0s);
  EXPECT_FALSE(connecting.done());
  connecting.cancel();
  const outcome<stream> end = co_await as_outcome(std::move(connecting));
  EXPECT_TRUE(end.cancelled());
}
TEST_P(open_connections, let_go_of_all_attempts_when_cancelled) { run(lets_go_of_all); }

coro<void> tells_all_errors() {
  const std::uint16_t first = co_await free_port();
  const std::uint16_t second = co_await free_port();
  std::vector<address> all = co_await resolve("127.0.0.1", first);
  all.push_back(all.at(0).with_port(second));
  try {
    co_await open_connection(all);
    ADD_FAILURE();
  } catch (const connect_error& error) {
    EXPECT_EQ(error.errors().size(), 2u);
    for (const address& one : all) {
      EXPECT_NE(std::string(error.what()).find(one.to_string()), std::string::npos) << error.what();
    }
  }
}
TEST_P(open_connections, tell_the_errors_of_all_addresses) { run(tells_all_errors); }

coro<void> binds() {
  server listening = co_await start_server(greet, "127.0.0.1", 0);
  const std::vector<address> here = co_await resolve("127.0.0.2", 0);
  connect_options options;
  options.local = here.at(0);
  stream s = co_await open_connection("127.0.0.1", listening.port(), options);
  EXPECT_EQ(s.local_address().host(), "127.0.0.2");
  std::string greeting = co_await s.read();
  EXPECT_EQ(greeting, "hello 127.0.0.2");

  const std::vector<address> other_family = co_await resolve("::1", 0);
  options.local = other_family.at(0);
  const std::uint16_t port = listening.port();
  EXPECT_THROW(co_await open_connection("127.0.0.1", port, options), connect_error);
}
TEST_P(open_connections, from_the_local_address_that_is_asked_for) { run(binds); }

coro<void> connects_to_nowhere() {
  EXPECT_THROW(co_await open_connection(std::vector<address>()), value_error);
}
TEST_P(open_connections, need_an_address) { run(connects_to_nowhere); }

}  // namespace
