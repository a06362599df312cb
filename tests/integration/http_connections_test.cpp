// The HTTP server with 10,000 connections that are kept alive at once.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>

#include <tests/backend/each_backend.hpp>
#include <tests/integration/many_clients.hpp>
#include <weft/http/server.hpp>
#include <weft/run/run.hpp>

using namespace weft;
using namespace std::chrono_literals;

EACH_BACKEND(http_connections);

namespace {

coro<http::response> answer(const http::request& asked) {
  co_return http::response("served " + asked.target);
}

coro<> holds_many(test::many_clients& clients) {
  http::server_options options;
  // A slow machine is not what is tested.
  options.idle_timeout = 1h;
  options.head_timeout = 1h;
  std::size_t answered = 0;
  options.on_access = [&answered](const http::access_record&) { ++answered; };
  http::server srv = co_await http::start_server(answer, "127.0.0.1", 0, options);
  clients.connect_to(srv.port());
  co_await clients.served();
  EXPECT_EQ(srv.connections(), clients.count());
  EXPECT_EQ(answered, clients.count());
  clients.ask_again();
  co_await clients.ended();
  EXPECT_EQ(answered, 2 * clients.count());
  srv.close();
  co_await srv.wait_closed();
}

TEST_P(http_connections, are_held_at_once_and_each_served_again) {
  test::many_clients clients(10'000, "GET /page HTTP/1.1\r\nHost: h\r\n\r\n", "served /page");
  run(holds_many, std::ref(clients));
  EXPECT_EQ(clients.wait(), 0);
}

}  // namespace
