// weft's client and weft's server in one loop: what both have to agree on.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include <weft/core/as_outcome.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/http/client.hpp>
#include <weft/http/response_writer.hpp>
#include <weft/http/server.hpp>
#include <weft/run/run.hpp>

namespace weft::http {
namespace {

using namespace std::chrono_literals;

/// Says back what came; /pieces in pieces, /never never.
coro<> answer(request& asked, response_writer& out) {
  if (asked.path() == "/never") co_await sleep(1h);
  if (asked.path() == "/pieces") {
    for (int i = 0; i < 100; ++i) co_await out.write(std::string(10000, 'p'));
    co_return;
  }
  std::string body = co_await asked.body.read_all(std::size_t{8} << 20);
  response said(asked.method + " " + std::string(asked.path()) + " ");
  said.body += body;
  co_await out.send(std::move(said));
}

std::string url_of(const http::server& one, const std::string& path) {
  return "http://127.0.0.1:" + std::to_string(one.port()) + path;
}

coro<> check_answers() {
  http::server one = co_await http::start_server(answer, "127.0.0.1", 0);
  client web;
  client_response get = co_await web.get(url_of(one, "/a"));
  EXPECT_EQ(get.body, "GET /a ");
  EXPECT_EQ(get.headers.get("content-type"), "text/plain; charset=utf-8");
  client_request put(url_of(one, "/b"), "PUT");
  put.body = std::string(1 << 20, 'b');
  client_response stored = co_await web.request(put);
  EXPECT_EQ(stored.body, "PUT /b " + put.body);
  EXPECT_TRUE(stored.reused_connection);
  client_response head = co_await web.request(client_request(url_of(one, "/c"), "HEAD"));
  EXPECT_EQ(head.headers.get("content-length"), "8");
  EXPECT_EQ(head.body, "");
  client_response pieces = co_await web.get(url_of(one, "/pieces"));
  EXPECT_TRUE(pieces.headers.has_token("transfer-encoding", "chunked"));
  EXPECT_EQ(pieces.body.size(), 1000000u);
  EXPECT_TRUE(pieces.reused_connection);
  EXPECT_EQ(one.connections(), 1u);
}

TEST(http_client_and_server, agree_on_requests_and_answers) { run(check_answers); }

struct counted_pieces {
  int left;
  coro<std::string> operator()() {
    if (left == 0) co_return std::string();
    --left;
    co_await sleep(0s);
    co_return std::string(50000, 'u');
  }
};

coro<> check_upload() {
  http::server one = co_await http::start_server(answer, "127.0.0.1", 0);
  client web;
  client_request request(url_of(one, "/up"), "POST");
  request.body_stream = counted_pieces{40};
  client_response said = co_await web.request(std::move(request));
  EXPECT_EQ(said.body, "POST /up " + std::string(2000000, 'u'));
}

TEST(http_client_and_server, stream_a_body_up) { run(check_upload); }

coro<> check_many(std::size_t count) {
  http::server one = co_await http::start_server(answer, "127.0.0.1", 0);
  client_options options;
  options.max_connections = 32;
  client web(options);
  std::vector<task<client_response>> all;
  for (std::size_t i = 0; i < count; ++i) {
    all.push_back(create_task(web.get(url_of(one, "/" + std::to_string(i)))));
  }
  for (std::size_t i = 0; i < count; ++i) {
    client_response said = co_await std::move(all[i]);
    EXPECT_EQ(said.body, "GET /" + std::to_string(i) + " ");
  }
  EXPECT_LE(one.connections(), 32u);
}

TEST(http_client_and_server, exchange_thousands_of_requests) { run(check_many, std::size_t{5000}); }

coro<> check_close() {
  http::server_options quick;
  quick.grace = 10ms;
  http::server one = co_await http::start_server(answer, "127.0.0.1", 0, quick);
  client web;
  task<client_response> never = create_task(web.get(url_of(one, "/never")));
  while (one.connections() == 0) co_await sleep(1ms);
  one.close();
  outcome<client_response> ended = co_await as_outcome(std::move(never));
  EXPECT_THROW(std::move(ended).value(), connection_closed_error);
}

TEST(http_client_and_server, part_when_the_server_closes) { run(check_close); }

}  // namespace
}  // namespace weft::http
