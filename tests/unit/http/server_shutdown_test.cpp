// How a server ends: over loopback, on each kernel interface, and its times in virtual time.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <tests/unit/http/exchange.hpp>
#include <weft/core/future.hpp>
#include <weft/http/server.hpp>
#include <weft/io/open_connection.hpp>

using namespace weft;
using namespace weft::http::testing;
using namespace std::chrono_literals;
using weft::http::request;
using weft::http::response;

EACH_BACKEND(http_server_loopback);

namespace {

coro<void> closes_in_order() {
  future<void> arrived = make_future<void>();
  future<void> go = make_future<void>();
  const auto handler = [](future<void> come, future<void> release,
                          const request& r) -> coro<response> {
    if (r.target == "/slow") {
      come.set_result();
      co_await release;
    }
    co_return response(r.target);
  };
  auto bound = [&](const request& r) { return handler(arrived, go, r); };
  http::server srv = co_await http::start_server(bound, "127.0.0.1", 0);

  stream idle = co_await open_connection("127.0.0.1", srv.port());
  idle.write(std::string_view(get("/a")));
  const std::string first = co_await idle.read_some();
  EXPECT_EQ(without_dates(first), ok("/a"));
  stream busy = co_await open_connection("127.0.0.1", srv.port());
  busy.write(std::string_view(get("/slow") + get("/never")));
  co_await arrived;
  EXPECT_EQ(srv.connections(), 2U);

  srv.close();
  const std::string rest = co_await idle.read_some();
  EXPECT_EQ(rest, "");
  go.set_result();
  const std::string answer = co_await busy.read();
  EXPECT_EQ(without_dates(answer), ok("/slow", "Connection: close\r\n"));
  busy.close();
  co_await srv.wait_closed();
  EXPECT_EQ(srv.connections(), 0U);
}

TEST_P(http_server_loopback, finishes_requests_and_drops_idle_connections_when_it_closes) {
  run(closes_in_order);
}

coro<void> serves_until_closed() {
  http::server srv = co_await http::start_server(echo_target, "127.0.0.1", 0);
  const auto serve = [](http::server& s) -> coro<void> { co_await s.serve_forever(); };
  task<void> serving = create_task(serve(srv));
  stream client = co_await open_connection("127.0.0.1", srv.port());
  client.write(std::string_view(get("/a")));
  const std::string first = co_await client.read_some();
  EXPECT_EQ(without_dates(first), ok("/a"));
  serving.cancel();
  outcome<void> ended = co_await as_outcome(serving);
  EXPECT_TRUE(ended.cancelled());
  const std::string rest = co_await client.read_some();
  EXPECT_EQ(rest, "");
  outcome<void> again = co_await as_outcome(srv.serve_forever());
  EXPECT_FALSE(again.has_value());
}

TEST_P(http_server_loopback, serves_until_it_is_cancelled) { run(serves_until_closed); }

coro<void> many_requests() {
  http::server srv = co_await http::start_server(echo_target, "127.0.0.1", 0);
  stream client = co_await open_connection("127.0.0.1", srv.port());
  const std::string expected_tail = "\r\n\r\n/ok";
  for (int i = 0; i < 10000; ++i) {
    client.write(std::string_view(get("/ok")));
    std::string answer;
    while (answer.size() < expected_tail.size() ||
           answer.compare(answer.size() - expected_tail.size(), std::string::npos, expected_tail) !=
               0) {
      const std::string piece = co_await client.read_some();
      if (piece.empty()) break;
      answer += piece;
    }
    EXPECT_EQ(answer.substr(9, 3), "200") << "request " << i;
    if (answer.empty()) break;
  }
  client.close();
}

TEST_P(http_server_loopback, answers_ten_thousand_requests_on_one_connection) {
  run(many_requests);
}

coro<void> breaks_off() {
  const auto handler = [](const request&, http::response_writer& w) -> coro<void> {
    w.headers().add("Content-Length", "4");
    co_await w.write("ab");
    co_await sleep(10ms);
  };
  http::server srv = co_await http::start_server(handler, "127.0.0.1", 0);
  stream client = co_await open_connection("127.0.0.1", srv.port());
  client.write(std::string_view(get("/")));
  const std::string all = co_await client.read();
  EXPECT_EQ(all.substr(all.size() - 2), "ab");
  outcome<std::string> end = co_await as_outcome(client.read());
  EXPECT_FALSE(end.has_value());
}

TEST_P(http_server_loopback, resets_the_connection_where_a_response_breaks_off) { run(breaks_off); }

TEST(http_server, cancels_what_outlasts_the_grace) {
  const auto body = []() -> coro<void> {
    const auto stuck = [](const request&) -> coro<response> {
      co_await sleep(1h);
      co_return response("late");
    };
    peer p = connect(stuck);
    p.client.write(std::string_view(get("/")));
    co_await sleep(1s);
    p.core->close(p.core);
    const seen s = co_await see(p.client);
    EXPECT_EQ(s.bytes, "");
    EXPECT_GE(s.after, 10s);
    EXPECT_LE(s.after, 11s);
    outcome<void> ended = co_await as_outcome(p.serving);
    EXPECT_TRUE(ended.cancelled());
  };
  run_virtual(body());
}

TEST(http_server, ends_an_unfinished_head_after_the_grace_at_most) {
  const auto body = []() -> coro<void> {
    peer p = connect(echo_target);
    p.client.write("GET / ");
    co_await sleep(1s);
    p.core->close(p.core);
    const seen s = co_await see(p.client);
    EXPECT_LE(s.after, 10s);
    p.client.close();
    outcome<void> ended = co_await as_outcome(p.serving);
  };
  run_virtual(body());
}

}  // namespace
