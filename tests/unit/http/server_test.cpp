#include <weft/http/server.hpp>

#include <gtest/gtest.h>

#include <stdexcept>
#include <string>
#include <vector>

#include <tests/unit/http/exchange.hpp>

using namespace weft;
using namespace weft::http::testing;
using namespace std::chrono_literals;
using weft::http::access_record;
using weft::http::request;
using weft::http::request_error;
using weft::http::response;

namespace {

TEST(http_server, answers_requests_on_one_connection_until_the_client_ends_it) {
  EXPECT_EQ(ask(echo_target, {get("/a"), get("/b")}).bytes, ok("/a") + ok("/b"));
}

TEST(http_server, answers_pipelined_requests_in_their_order) {
  std::string all;
  std::string expected;
  for (int i = 0; i < 100; ++i) {
    all += get("/" + std::to_string(i));
    expected += ok("/" + std::to_string(i));
  }
  const auto slow_first = [](const request& r) -> coro<response> {
    if (r.target == "/0") co_await sleep(1s);
    co_return response(r.target);
  };
  EXPECT_EQ(ask(slow_first, {all}).bytes, expected);
  const std::size_t half = all.size() / 2 + 3;
  EXPECT_EQ(ask(slow_first, {all.substr(0, half), all.substr(half)}).bytes, expected);
}

TEST(http_server, keeps_the_connection_by_the_rules_of_each_version) {
  const std::string closing = "Connection: close\r\n";
  EXPECT_EQ(ask(echo_target, {get("/a", closing) + get("/b")}, {}, false).bytes, ok("/a", closing));
  EXPECT_EQ(ask(echo_target, {"GET /a HTTP/1.0\r\n\r\nGET /b HTTP/1.0\r\n\r\n"}, {}, false).bytes,
            ok("/a", closing));
  EXPECT_EQ(
      ask(echo_target, {"GET /a HTTP/1.0\r\nConnection: keep-alive\r\n\r\nGET /b HTTP/1.0\r\n\r\n"},
          {}, false)
          .bytes,
      ok("/a", "Connection: keep-alive\r\n") + ok("/b", closing));
  const auto last = [](const request&) -> coro<response> {
    response made("x");
    made.headers.add("Connection", "close");
    co_return made;
  };
  EXPECT_EQ(ask(last, {get("/a") + get("/b")}, {}, false).bytes, ok("x", closing));
}

TEST(http_server, sends_no_body_where_there_is_none) {
  EXPECT_EQ(ask(echo_target, {"HEAD /abc HTTP/1.1\r\nHost: a\r\n\r\n" + get("/b")}).bytes,
            ok("/abc").substr(0, ok("/abc").size() - 4) + ok("/b"));
  const auto empty = [](const request& r) -> coro<response> {
    response made(r.target == "/204" ? 204 : 304);
    made.body = "must not be sent";
    co_return made;
  };
  EXPECT_EQ(ask(empty, {get("/204") + get("/304")}).bytes,
            "HTTP/1.1 204 No Content\r\n\r\nHTTP/1.1 304 Not Modified\r\n\r\n");
}

TEST(http_server, answers_what_it_refuses_and_closes) {
  const auto refused = [](const std::string& bytes) {
    const seen s = ask(echo_target, {bytes}, {}, false);
    EXPECT_FALSE(s.reset);
    EXPECT_NE(s.bytes.find("\r\nConnection: close\r\n"), std::string::npos) << s.bytes;
    return s.bytes.substr(9, 3);
  };
  EXPECT_EQ(refused("GARBAGE\r\n\r\n"), "400");
  EXPECT_EQ(refused("GET / HTTP/1.1\r\n\r\n"), "400");
  EXPECT_EQ(refused("GET / HTTP/3.0\r\n\r\n"), "505");
  EXPECT_EQ(refused("BREW / HTTP/1.1\r\nHost: a\r\n\r\n"), "501");
  EXPECT_EQ(refused("GET /" + std::string(9000, 'x')), "414");
  EXPECT_EQ(refused("GET / HTTP/1.1\r\nX: " + std::string(9000, 'x')), "431");
  EXPECT_EQ(refused(get("/", "Expect: wonders\r\n")), "417");
  EXPECT_EQ(refused("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999\r\n\r\n"), "413");
}

TEST(http_server, answers_an_unfinished_head) {
  EXPECT_EQ(ask(echo_target, {"GET / HTTP/1.1\r\nHo"}).bytes.substr(9, 3), "400");
  EXPECT_EQ(ask(echo_target, {""}).bytes, "");
}

TEST(http_server, lets_the_client_see_the_answer_to_a_body_that_nobody_reads) {
  const seen s = ask(echo_target, {"POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 17000000\r\n\r\n",
                                   std::string(200000, 'x'), std::string(200000, 'x')});
  EXPECT_EQ(s.bytes.substr(9, 3), "413");
  EXPECT_FALSE(s.reset);
}

TEST(http_server, turns_an_exception_into_500_reports_it_and_goes_on) {
  const auto handler = [](const request& r) -> coro<response> {
    if (r.target == "/fail") throw std::runtime_error("secret");
    if (r.target == "/gone") throw request_error(410, "it was here");
    co_return response(r.target);
  };
  const auto body = [](auto h, std::vector<std::string>& reports) -> coro<std::string> {
    get_running_loop().set_exception_handler(
        [&reports](const exception_context& c) { reports.push_back(c.message); });
    peer p = connect(h);
    std::vector<std::string> pieces;
    pieces.push_back(get("/fail") + get("/gone") + get("/ok"));
    const seen s = co_await converse(std::move(p), std::move(pieces), true);
    co_return s.bytes;
  };
  std::vector<std::string> reports;
  const std::string bytes = run_virtual(body(handler, reports));
  EXPECT_EQ(bytes.find("secret"), std::string::npos);
  EXPECT_EQ(bytes.substr(0, 34), "HTTP/1.1 500 Internal Server Error");
  EXPECT_NE(bytes.find("HTTP/1.1 410 Gone\r\n"), std::string::npos);
  EXPECT_NE(bytes.find("410 Gone: it was here\n"), std::string::npos);
  EXPECT_NE(bytes.find(ok("/ok")), std::string::npos);
  EXPECT_EQ(reports, (std::vector<std::string>{"an HTTP handler failed: GET /fail"}));
}

TEST(http_server, refuses_headers_that_contradict_with_500) {
  const auto handler = [](const request&) -> coro<response> {
    response made("abc");
    made.headers.add("Content-Length", "5");
    co_return made;
  };
  const auto quiet = [](auto h) -> coro<std::string> {
    get_running_loop().set_exception_handler([](const exception_context&) {});
    peer p = connect(h);
    std::vector<std::string> pieces;
    pieces.push_back(get("/"));
    const seen s = co_await converse(std::move(p), std::move(pieces), true);
    co_return s.bytes;
  };
  EXPECT_EQ(run_virtual(quiet(handler)).substr(9, 3), "500");
}

TEST(http_server, ends_a_slow_head_with_408) {
  const seen s = ask(echo_target, {"GET / HT"}, {}, false);
  EXPECT_EQ(s.bytes.substr(9, 3), "408");
  EXPECT_GE(s.after, 9s);
  EXPECT_LE(s.after, 10s);
}

TEST(http_server, counts_the_heads_time_from_its_first_byte) {
  // A byte a second never lets a wait run out, yet the head has its time.
  std::vector<std::string> trickle;
  const auto body = [](http::server_options options) -> coro<seen> {
    peer p = connect(echo_target, std::move(options));
    for (int i = 0; i < 9; ++i) {
      p.client.write("G");
      co_await sleep(1s);
    }
    const seen s = co_await see(p.client);
    p.client.close();
    outcome<void> ended = co_await as_outcome(p.serving);
    co_return s;
  };
  const seen s = run_virtual(body(http::server_options()));
  EXPECT_EQ(s.bytes.substr(9, 3), "408");
  EXPECT_LE(s.after, 2s);
}

TEST(http_server, closes_idle_connections_without_a_word) {
  seen s = ask(echo_target, {}, {}, false);
  EXPECT_EQ(s.bytes, "");
  EXPECT_FALSE(s.reset);
  EXPECT_GE(s.after, 60s);
  EXPECT_LE(s.after, 61s);
  s = ask(echo_target, {get("/a")}, {}, false);
  EXPECT_EQ(s.bytes, ok("/a"));
  EXPECT_GE(s.after, 59s);
}

TEST(http_server, tells_its_access_log) {
  std::vector<std::string> lines;
  http::server_options options;
  options.on_access = [&lines](const access_record& r) {
    lines.push_back(r.method + ' ' + r.target + ' ' + std::to_string(r.status) + ' ' +
                    std::to_string(r.body_bytes) + ' ' + r.user_agent);
  };
  ask(echo_target,
      {get("/a", "User-Agent: me\r\n") + "HEAD /b HTTP/1.1\r\nHost: a\r\n\r\n" +
       "GET /c HTTP/7.0\r\n\r\n"},
      options);
  EXPECT_EQ(lines, (std::vector<std::string>{"GET /a 200 2 me", "HEAD /b 200 0 ", "  505 57 "}));
}

TEST(http_server, outlives_a_client_that_leaves) {
  const auto body = []() -> coro<void> {
    const auto slow = [](const request&) -> coro<response> {
      co_await sleep(1s);
      co_return response(std::string(1000000, 'x'));
    };
    peer p = connect(slow);
    p.client.write(std::string_view(get("/")));
    co_await sleep(100ms);
    p.client.abort();
    outcome<void> ended = co_await as_outcome(p.serving);
    EXPECT_TRUE(ended.has_value());
    EXPECT_TRUE(p.core->connections.empty());
  };
  run_virtual(body());
}

TEST(http_server, resets_a_client_that_takes_no_answer) {
  const auto body = []() -> coro<duration> {
    const auto large = [](const request&) -> coro<response> {
      co_return response(std::string(8000000, 'x'));
    };
    peer p = connect(large);
    p.client.write(std::string_view(get("/")));
    outcome<void> ended = co_await as_outcome(p.serving);
    EXPECT_TRUE(ended.has_value());
    co_return virtual_now();
  };
  const duration took = run_virtual(body());
  EXPECT_GE(took, 60s);
  EXPECT_LE(took, 3600s);  // the time that the bytes in the kernel's buffers have bought
}

}  // namespace
