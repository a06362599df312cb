// The client against a server that does as it is told: good answers.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include <tests/integration/server_process.hpp>
#include <weft/core/as_outcome.hpp>
#include <weft/flow/gather.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/http/client.hpp>
#include <weft/run/run.hpp>

namespace weft::http {
namespace {

using namespace std::chrono_literals;

class http_client : public testing::Test {
 protected:
  static test::scripted_server& server() {
    static test::scripted_server one;
    return one;
  }
  static std::string url(const std::string& path) { return server().url(path); }
};

coro<client_response> fetch(client_request request) {
  client web;
  co_return co_await web.request(std::move(request));
}

TEST_F(http_client, gives_status_headers_and_body) {
  const client_response answer = run(fetch(url("/hello")));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.reason, "OK");
  EXPECT_TRUE(answer.ok());
  EXPECT_EQ(answer.body, "hello\n");
  EXPECT_EQ(answer.headers.get("content-type"), "text/plain");
  EXPECT_EQ(answer.version, http_version::http_1_1);
  EXPECT_EQ(answer.url, url("/hello"));
  EXPECT_EQ(answer.remote_address, "127.0.0.1");
  EXPECT_NE(answer.remote_port, 0);
  EXPECT_FALSE(answer.reused_connection);
  EXPECT_GT(answer.bytes_received, answer.body.size());
  EXPECT_GT(answer.bytes_sent, 0u);
  EXPECT_GT(answer.timing.connected, 0ns);
  EXPECT_GE(answer.timing.first_byte, answer.timing.connected);
  EXPECT_GT(answer.timing.total, 0ns);
}

TEST_F(http_client, gives_any_status_as_an_answer) {
  EXPECT_EQ(run(fetch(url("/status/500"))).status, 500);
  EXPECT_EQ(run(fetch(url("/status/418"))).reason, "Some Reason");
  const client_response missing = run(fetch(url("/missing/100000")));
  EXPECT_EQ(missing.status, 404);
  EXPECT_EQ(missing.body.size(), 100000u);
}

TEST_F(http_client, keeps_every_header_in_order) {
  const client_response answer = run(fetch(url("/headers")));
  EXPECT_EQ(answer.headers.all("SET-COOKIE"), (std::vector<std::string_view>{"a=1", "b=2"}));
  EXPECT_TRUE(answer.headers.contains("x-empty"));
  EXPECT_EQ(answer.headers.get("x-odd"), "a: b");
}

TEST_F(http_client, sends_method_headers_and_body) {
  client_request request(url("/echo?a=b"), "PUT");
  request.headers.add("X-Mine", "yes").add("X-Empty", "");
  request.body = std::string("a\0b", 3);
  const client_response answer = run(fetch(request));
  EXPECT_NE(answer.body.find("PUT a=b\n"), std::string::npos);
  EXPECT_NE(answer.body.find("X-Mine: yes\n"), std::string::npos);
  EXPECT_NE(answer.body.find("X-Empty:"), std::string::npos);
  EXPECT_NE(answer.body.find("User-Agent: weft/"), std::string::npos);
  EXPECT_EQ(answer.body.find("Content-Type"), std::string::npos);
  EXPECT_EQ(answer.body.find("Expect"), std::string::npos);
  EXPECT_TRUE(answer.body.ends_with(request.body));
}

TEST_F(http_client, sends_each_method) {
  for (const char* method : {"GET", "POST", "DELETE", "PATCH", "OPTIONS", "PROPFIND"}) {
    const client_response answer = run(fetch(client_request(url("/echo"), method)));
    EXPECT_TRUE(answer.body.starts_with(std::string(method) + " \n")) << answer.body;
  }
  const client_response head = run(fetch(client_request(url("/hello"), "HEAD")));
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.headers.get("content-length"), "6");
}

TEST_F(http_client, encodes_what_may_not_stand_in_a_url) {
  const client_response answer = run(fetch(url("/echo?a b\xc3\xa9|#part")));
  EXPECT_TRUE(answer.body.starts_with("GET a%20b%C3%A9|\n")) << answer.body;
}

coro<> check_reuse(std::string address) {
  client web;
  client_response first = co_await web.get(address);
  client_response second = co_await web.get(address);
  EXPECT_EQ(second.body.substr(second.body.find("request")), "request 2");
  EXPECT_FALSE(first.reused_connection);
  EXPECT_TRUE(second.reused_connection);
}

TEST_F(http_client, uses_a_connection_again) { run(check_reuse, url("/keep")); }

coro<> check_no_reuse(std::string address) {
  client_options options;
  options.keep_alive = false;
  client web(options);
  co_await web.get(address);
  client_response second = co_await web.get(address);
  EXPECT_TRUE(second.body.ends_with("request 1"));
}

TEST_F(http_client, closes_connections_where_keep_alive_is_off) {
  run(check_no_reuse, url("/keep"));
}

coro<> check_closed_idle(std::string address) {
  client web;
  for (int i = 0; i < 100; ++i) {
    client_response answer = co_await web.get(address);
    EXPECT_EQ(answer.body, "bye");
  }
}

TEST_F(http_client, is_not_troubled_by_servers_that_close_idle_connections) {
  run(check_closed_idle, url("/close-idle"));
}

TEST_F(http_client, decompresses) {
  std::string expected;
  for (int i = 0; i < 1000; ++i) expected += "hello ";
  const client_response packed = run(fetch(url("/gzip")));
  EXPECT_EQ(packed.body, expected);
  EXPECT_EQ(packed.headers.get("content-encoding"), "gzip");
  EXPECT_LT(packed.bytes_received, 1000u);
  EXPECT_EQ(run(fetch(url("/deflate"))).body, expected);
}

TEST_F(http_client, leaves_bodies_as_sent_where_told) {
  client_options options;
  options.decompress = false;
  client web(options);
  const client_response answer = run(web.get(url("/gzip")));
  EXPECT_TRUE(answer.body.starts_with("\x1f\x8b"));
}

TEST_F(http_client, understands_chunks_and_bodies_until_the_end) {
  EXPECT_EQ(run(fetch(url("/chunked"))).body, "hello, world");
  const client_response old = run(fetch(url("/until-close")));
  EXPECT_EQ(old.body, "no length");
  EXPECT_EQ(old.version, http_version::http_1_0);
}

TEST_F(http_client, passes_over_hints_that_come_before_the_answer) {
  const client_response answer = run(fetch(url("/1xx")));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "after hints");
  EXPECT_FALSE(answer.headers.contains("link"));
}

TEST_F(http_client, ignores_bodies_where_none_may_be) {
  EXPECT_EQ(run(fetch(url("/no-body/204"))).body, "");
  EXPECT_EQ(run(fetch(url("/no-body/304"))).body, "");
  EXPECT_EQ(run(fetch(url("/long"))).body, "hello");
}

TEST_F(http_client, gives_large_bodies_whole) {
  EXPECT_EQ(run(fetch(url("/large/20000000"))).body.size(), 20000000u);
}

// ---- redirects

TEST_F(http_client, follows_redirects_and_lists_them) {
  const client_response answer = run(fetch(url("/redirect/3")));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "hello\n");
  EXPECT_EQ(answer.url, url("/hello"));
  ASSERT_EQ(answer.redirects.size(), 3u);
  EXPECT_EQ(answer.redirects[0].status, 302);
  EXPECT_EQ(answer.redirects[0].url, url("/redirect/3"));
  EXPECT_EQ(answer.redirects[0].location, url("/redirect/2"));
  EXPECT_EQ(answer.redirects[2].location, url("/hello"));
  EXPECT_TRUE(answer.reused_connection);
}

TEST_F(http_client, gives_the_redirect_itself_where_told) {
  client_request request(url("/redirect/3"));
  request.follow_redirects = false;
  const client_response answer = run(fetch(request));
  EXPECT_EQ(answer.status, 302);
  EXPECT_EQ(answer.headers.get("location"), "/redirect/2");
  EXPECT_EQ(answer.body.size(), 1000u);
}

TEST_F(http_client, ends_redirect_loops) {
  try {
    run(fetch(url("/loop")));
    FAIL();
  } catch (const too_many_redirects_error& error) {
    EXPECT_NE(std::string(error.what()).find("/loop: still redirected after 20 redirects"),
              std::string::npos)
        << error.what();
  }
}

TEST_F(http_client, sends_a_post_on_as_the_status_says) {
  const std::string to_echo = "?" + url("/echo");
  client_request request(url("/redirect-to/303" + to_echo), "POST");
  request.body = "data";
  request.headers.add("Content-Type", "text/plain");
  client_response answer = run(fetch(request));
  EXPECT_TRUE(answer.body.starts_with("GET ")) << answer.body;
  EXPECT_EQ(answer.body.find("text/plain"), std::string::npos);

  request.url = url("/redirect-to/307" + to_echo);
  answer = run(fetch(request));
  EXPECT_TRUE(answer.body.starts_with("POST ")) << answer.body;
  EXPECT_TRUE(answer.body.ends_with("data"));
}

TEST_F(http_client, keeps_secrets_from_other_hosts) {
  test::scripted_server other;
  client_request request(url("/redirect-to/302?" + other.url("/echo")));
  request.headers.add("Authorization", "Bearer secret").add("Cookie", "a=b").add("X-Mine", "yes");
  EXPECT_EQ(run(fetch(request)).body.find("secret"), std::string::npos);
  request.url = url("/redirect-to/302?" + url("/echo"));
  EXPECT_NE(run(fetch(request)).body.find("secret"), std::string::npos);
}

TEST_F(http_client, does_not_read_endless_bodies_of_redirects) {
  EXPECT_EQ(run(fetch(url("/redirect-endless"))).body, "hello\n");
}

TEST_F(http_client, follows_redirects_to_http_only) {
  EXPECT_THROW(run(fetch(url("/redirect-to/302?file:///etc/passwd"))), unsupported_scheme_error);
  EXPECT_THROW(run(fetch(url("/redirect-to/302?ftp://127.0.0.1/"))), unsupported_scheme_error);
  EXPECT_THROW(run(fetch(url("/redirect-to/302?http://"))), bad_url_error);
}

// ---- streams

coro<> check_stream(std::string held, std::string release) {
  client web;
  response_stream answer = co_await web.stream(held);
  EXPECT_EQ(answer.status(), 200);
  std::string first = co_await answer.read_some();
  EXPECT_EQ(first, "first ");
  co_await web.get(release);
  std::string rest = co_await answer.read_all();
  EXPECT_EQ(rest, "second");
  std::string end = co_await answer.read_some();
  EXPECT_EQ(end, "");
  EXPECT_GT(answer.response().bytes_received, 12u);
}

TEST_F(http_client, streams_a_body_as_it_comes) {
  run(check_stream, url("/held/stream"), url("/release/stream"));
}

coro<> check_backpressure(std::string flood, std::string flooded) {
  client web;
  response_stream answer = co_await web.stream(flood);
  std::string read = co_await answer.read_some();
  std::size_t total = read.size();
  // The server is stuck when it has sent no more for a while; a slow one only looks stuck sooner.
  std::string before;
  for (;;) {
    client_response sent = co_await web.get(flooded);
    if (sent.body == before) break;
    before = sent.body;
    co_await sleep(100ms);
  }
  EXPECT_LT(std::stoull(before), 48ull << 20);
  for (;;) {
    std::string piece = co_await answer.read_some();
    if (piece.empty()) break;
    EXPECT_LT(piece.size(), 1u << 20);
    total += piece.size();
  }
  EXPECT_EQ(total, 64u << 20);
}

TEST_F(http_client, holds_the_server_up_when_nobody_reads) {
  test::scripted_server alone;
  run(check_backpressure, alone.url("/flood/64"), alone.url("/flooded"));
}

coro<> check_stream_left(std::string endless, std::string hello) {
  client web;
  {
    response_stream answer = co_await web.stream(endless);
    std::string piece = co_await answer.read_some();
    EXPECT_FALSE(piece.empty());
    EXPECT_EQ(web.active(), 1u);
  }
  EXPECT_EQ(web.active(), 0u);
  client_response next = co_await web.get(hello);
  EXPECT_FALSE(next.reused_connection);
}

TEST_F(http_client, closes_the_connection_of_a_stream_that_is_left) {
  run(check_stream_left, url("/endless-body"), url("/hello"));
}

// ---- streamed request bodies

struct pieces {
  std::vector<std::string> left;
  coro<std::string> operator()() {
    co_await sleep(0s);
    if (left.empty()) co_return std::string();
    std::string piece = std::move(left.back());
    left.pop_back();
    co_return piece;
  }
};

TEST_F(http_client, streams_a_request_body) {
  client_request request(url("/echo"), "POST");
  request.body_stream = pieces{{"third", std::string(200000, 's'), "first"}};
  const client_response chunked = run(fetch(request));
  EXPECT_EQ(chunked.headers.get("x-length"), "200010");
  EXPECT_NE(chunked.body.find("chunked"), std::string::npos);
  EXPECT_TRUE(chunked.body.ends_with("sthird"));

  request.body_stream = pieces{{"bar", "foo"}};
  request.body_length = 6;
  const client_response sized = run(fetch(request));
  EXPECT_TRUE(sized.body.ends_with("foobar"));
  EXPECT_NE(sized.body.find("Content-Length: 6"), std::string::npos);
}

coro<std::string> failing_source() {
  co_await sleep(0s);
  throw std::runtime_error("no more data");
}

TEST_F(http_client, ends_the_request_when_its_body_fails) {
  client_request request(url("/echo"), "POST");
  request.body_stream = failing_source;
  EXPECT_THROW(
      {
        try {
          run(fetch(request));
        } catch (const std::runtime_error& error) {
          EXPECT_STREQ(error.what(), "no more data");
          throw;
        }
      },
      std::runtime_error);
}

TEST_F(http_client, does_not_send_a_streamed_body_twice) {
  client_request request(url("/redirect-to/307?/echo"), "POST");
  request.body_stream = pieces{{"data"}};
  EXPECT_THROW(run(fetch(request)), cannot_resend_error);
}

}  // namespace
}  // namespace weft::http
