#include <weft/http/response_writer.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

#include <tests/unit/http/exchange.hpp>

using namespace weft;
using namespace weft::http::testing;
using namespace std::chrono_literals;
using weft::http::request;
using weft::http::response_writer;

namespace {

coro<void> writes_three(const request&, response_writer& w) {
  w.headers().add("X", "y");
  co_await w.write("ab");
  co_await w.write("");
  co_await sleep(1s);
  co_await w.write("c");
  co_await w.write(std::string(2000, 'd'));
}

TEST(response_writer, chunks_a_body_whose_length_was_not_said) {
  EXPECT_EQ(
      ask(writes_three, {get("/") + get("/")}).bytes.substr(0, 2200),
      ("HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n7d0\r\n" +
       std::string(2000, 'd') +
       "\r\n0\r\n\r\nHTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: "
       "chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n7d0\r\n" +
       std::string(2000, 'd'))
          .substr(0, 2200));
}

TEST(response_writer, ends_the_connection_after_such_a_body_for_http_1_0) {
  const std::string request_1_0 = "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
  EXPECT_EQ(ask(writes_three, {request_1_0 + request_1_0}, {}, false).bytes,
            "HTTP/1.1 200 OK\r\nX: y\r\nConnection: close\r\n\r\nabc" + std::string(2000, 'd'));
}

TEST(response_writer, sends_only_the_head_for_head) {
  EXPECT_EQ(ask(writes_three, {"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"}).bytes,
            "HTTP/1.1 200 OK\r\nX: y\r\nTransfer-Encoding: chunked\r\n\r\n");
}

TEST(response_writer, holds_to_the_length_that_was_said) {
  const auto handler = [](const request&, response_writer& w) -> coro<void> {
    w.set_status(201);
    w.headers().add("Content-Length", "4");
    co_await w.write("ab");
    co_await w.write("cd");
  };
  EXPECT_EQ(ask(handler, {get("/")}).bytes,
            "HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\nabcd");
  EXPECT_EQ(ask(handler, {"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n"}).bytes,
            "HTTP/1.1 201 Created\r\nContent-Length: 4\r\n\r\n");
}

TEST(response_writer, breaks_the_connection_where_the_body_is_shorter_than_was_said) {
  const auto handler = [](const request&, response_writer& w) -> coro<void> {
    w.headers().add("Content-Length", "4");
    co_await w.write("ab");
    co_await sleep(1s);
  };
  const seen s = ask(handler, {get("/")}, {}, false);
  EXPECT_EQ(s.bytes, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nab");
}

TEST(response_writer, breaks_the_connection_where_the_handler_fails_within_the_body) {
  const auto handler = [](const request&, response_writer& w) -> coro<void> {
    get_running_loop().set_exception_handler([](const exception_context&) {});
    co_await w.write("ab");
    co_await sleep(1s);
    throw std::runtime_error("x");
  };
  const seen s = ask(handler, {get("/") + get("/")}, {}, false);
  EXPECT_EQ(s.bytes, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n");
}

TEST(response_writer, refuses_more_than_was_said_and_framing_of_the_handlers_own) {
  const auto handler = [](const request& r, response_writer& w) -> coro<void> {
    get_running_loop().set_exception_handler([](const exception_context&) {});
    if (r.target == "/encoding") w.headers().add("Transfer-Encoding", "gzip");
    if (r.target == "/length") w.headers().add("Content-Length", "x");
    if (r.target == "/status") w.set_status(101);
    if (r.target == "/none") co_return;
    co_await w.write("ab");
  };
  const std::string bytes =
      ask(handler, {get("/encoding") + get("/length") + get("/status") + get("/none")}).bytes;
  std::size_t failures = 0;
  for (std::size_t at = 0; (at = bytes.find("HTTP/1.1 500", at)) != std::string::npos; ++at)
    ++failures;
  EXPECT_EQ(failures, 3U);
  EXPECT_NE(bytes.find("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"), std::string::npos);
}

TEST(response_writer, waits_for_a_client_that_takes_its_time) {
  const auto body = []() -> coro<void> {
    bool written = false;
    auto handler = [&written](const request&, response_writer& w) -> coro<void> {
      for (int i = 0; i < 100; ++i) co_await w.write(std::string(100000, 'x'));
      written = true;
    };
    peer p = connect(handler);
    p.client.write(std::string_view(get("/", "Connection: close\r\n")));
    co_await sleep(10s);
    EXPECT_FALSE(written);
    const seen s = co_await see(p.client);
    EXPECT_GT(s.bytes.size(), 10000000U);
    EXPECT_TRUE(written);
    p.client.close();
    outcome<void> ended = co_await as_outcome(p.serving);
  };
  run_virtual(body());
}

}  // namespace
