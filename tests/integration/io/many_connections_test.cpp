// Many connections at once, and too many.

#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <tests/integration/many_clients.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/io/server.hpp>

using namespace weft;
using test::descriptor_limit;
using test::dial;
using namespace std::chrono_literals;

EACH_BACKEND(many_connections);

namespace {

coro<void> echo(stream s) {
  for (;;) {
    std::string data = co_await s.read_some();
    if (data.empty()) co_return;
    co_await s.send(std::move(data));
  }
}

// ---- 10,000 held at once

coro<void> holds_many(test::many_clients& clients) {
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  clients.connect_to(srv.port());
  co_await clients.served();
  EXPECT_EQ(srv.connections(), clients.count());
  clients.ask_again();
  srv.close();
  co_await srv.wait_closed();  // when the clients' process ends
}

TEST_P(many_connections, are_held_at_once_and_each_served_again) {
  test::many_clients clients(10'000, "a", "a");
  run(holds_many, std::ref(clients));
  EXPECT_EQ(clients.wait(), 0);
}

// ---- more than there are descriptors for

coro<void> runs_out() {
  const int next = dup(0);
  close(next);
  // io_uring takes the limit when the accept is armed, so it is set first.
  const descriptor_limit limit(static_cast<rlim_t>(next) + 32);
  int told = 0;
  get_running_loop().set_exception_handler([&told](const exception_context& context) {
    if (context.message.rfind("accept on 127.0.0.1:", 0) == 0) ++told;
  });
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  {
    // Once round while there are some: UBSan needs one when it first sees a type.
    stream one = adopt_socket(dial(srv.port()));
    one.write("x");
    std::string x = co_await one.read_exactly(1);
    EXPECT_EQ(x, "x");
    get_running_loop().call_exception_handler(exception_context());
    const std::system_error error(EMFILE, std::system_category(), "none left");
    EXPECT_NE(describe(std::make_exception_ptr(error)), error.code().message());
  }
  while (srv.connections() > 0) co_await weft::sleep(0s);
  co_await weft::sleep(1ms);
  std::vector<stream> clients;
  for (int i = 0; i < 20; ++i) {
    const int fd = dial(srv.port());
    EXPECT_GE(fd, 0);
    clients.push_back(adopt_socket(fd));
    clients.back().write("x");
  }
  while (told == 0) co_await weft::sleep(1ms);
  const std::size_t served = srv.connections();
  EXPECT_GT(served, 0u);
  EXPECT_LT(served, 20u);
  for (std::size_t i = 0; i < served; ++i) {
    std::string x = co_await clients[i].read_exactly(1);
    EXPECT_EQ(x, "x");
  }
  // Both ends of those go, and the rest has its turn.
  for (std::size_t i = 0; i < served; ++i) clients[i].close();
  for (std::size_t i = served; i < 20; ++i) {
    std::string x = co_await clients[i].read_exactly(1);
    EXPECT_EQ(x, "x");
  }
  EXPECT_GE(told, 1);
  clients.clear();
  srv.close();
  co_await srv.wait_closed();
  get_running_loop().set_exception_handler(nullptr);
}
TEST_P(many_connections, wait_while_descriptors_are_short_and_are_served_later) { run(runs_out); }

// ---- connections that come and go in the middle of everything

coro<void> comes_and_goes(std::uint16_t port, int i) {
  const int fd = dial(port);
  EXPECT_GE(fd, 0);
  stream s = adopt_socket(fd);
  s.write(std::string(static_cast<std::size_t>(1 + i * 37 % 3000), 'q'));
  if (i % 3 == 0) {
    std::string some = co_await s.read_some();
    EXPECT_FALSE(some.empty());
  }
  if (i % 5 == 0) co_await weft::sleep(0s);
  if (i % 2 == 0) s.abort();
}

coro<void> churns() {
  auto rude = [](stream s) -> coro<void> {
    std::string some = co_await s.read_some();
    s.write(std::string(some.size() % 7 == 0 ? 300'000 : 100, 'z'));
    if (some.size() % 2 == 0) co_await s.drain();
  };
  get_running_loop().set_exception_handler([](const exception_context&) {});  // resets
  server srv = co_await start_server(rude, "127.0.0.1", 0);
  for (int i = 0; i < 1000; ++i) co_await comes_and_goes(srv.port(), i);
  srv.close();
  co_await srv.wait_closed();
  EXPECT_EQ(srv.connections(), 0u);
  get_running_loop().set_exception_handler(nullptr);
}
TEST_P(many_connections, come_and_go_and_none_is_left) { run(churns); }

}  // namespace
