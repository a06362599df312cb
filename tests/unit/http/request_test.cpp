#include <weft/http/request.hpp>

#include <gtest/gtest.h>

#include <string>

#include <tests/unit/http/exchange.hpp>

using namespace weft;
using namespace weft::http::testing;
using namespace std::chrono_literals;
using weft::http::request;
using weft::http::response;

namespace {

request to(const char* target) {
  request made;
  made.target = target;
  return made;
}

TEST(request, parts_its_target) {
  EXPECT_EQ(to("/a%20b?c=d?e").path(), "/a%20b");
  EXPECT_EQ(to("/a%20b?c=d?e").query(), "c=d?e");
  EXPECT_EQ(to("/").query(), "");
  EXPECT_EQ(to("*").path(), "*");
  EXPECT_EQ(to("http://host:80/x?y").path(), "/x");
  EXPECT_EQ(to("http://host").path(), "/");
  EXPECT_EQ(to("http://host?y").path(), "/");
  EXPECT_EQ(to("/a://b").path(), "/a://b");
}

coro<response> echo_body(const request& r) {
  std::string all = co_await r.body.read_all(100000);
  co_return response(std::move(all));
}

std::string post(const std::string& more) { return "POST / HTTP/1.1\r\n" + host + more + "\r\n"; }

TEST(request, gives_its_body_in_both_forms) {
  EXPECT_EQ(ask(echo_body, {post("Content-Length: 5\r\n") + "hello" + get("/")}).bytes,
            ok("hello") + ok(""));
  EXPECT_EQ(ask(echo_body, {post("Transfer-Encoding: chunked\r\n") + "3\r\nabc\r", "\n2\r\nde\r\n0",
                            "\r\n\r\n" + get("/")})
                .bytes,
            ok("abcde") + ok(""));
}

TEST(request, gives_its_body_piece_by_piece_as_it_comes) {
  const auto count = [](const request& r) -> coro<response> {
    std::string pieces;
    while (true) {
      const std::string piece = co_await r.body.read_some();
      if (piece.empty()) break;
      pieces += piece + '|';
    }
    const std::string after = co_await r.body.read_some();
    co_return response(pieces + after);
  };
  EXPECT_EQ(ask(count, {post("Content-Length: 6\r\n"), "ab", "cd", "ef" + get("/")}).bytes,
            ok("ab|cd|ef|") + ok(""));
}

TEST(request, is_continued_when_the_handler_wants_its_body) {
  const std::string expect = "Expect: 100-continue\r\nContent-Length: 2\r\n";
  EXPECT_EQ(ask(echo_body, {post(expect), "ab"}).bytes, "HTTP/1.1 100 Continue\r\n\r\n" + ok("ab"));
  // The body came without waiting: nothing to continue.
  EXPECT_EQ(ask(echo_body, {post(expect) + "ab"}).bytes, ok("ab"));
  // Not wanted: whether the client still sends it can't be known.
  EXPECT_EQ(ask(echo_target, {post(expect)}, {}, false).bytes, ok("/", "Connection: close\r\n"));
}

TEST(request, leaves_a_small_unread_body_behind_and_closes_over_a_large_one) {
  EXPECT_EQ(ask(echo_target, {post("Content-Length: 5\r\n") + "hello" + get("/b")}).bytes,
            ok("/") + ok("/b"));
  const seen s =
      ask(echo_target, {post("Content-Length: 300000\r\n") + std::string(300000, 'x') + get("/b")});
  EXPECT_EQ(s.bytes, ok("/"));
  EXPECT_FALSE(s.reset);
}

TEST(request, is_refused_when_its_body_is_too_large) {
  http::server_options options;
  options.max_body = 10;
  const std::string chunked = post("Transfer-Encoding: chunked\r\n");
  EXPECT_EQ(ask(echo_body, {chunked + "a\r\n0123456789\r\n0\r\n\r\n"}, options).bytes,
            ok("0123456789"));
  EXPECT_EQ(ask(echo_body, {chunked + "b\r\n0123456789a\r\n0\r\n\r\n"}, options).bytes.substr(9, 3),
            "413");
  EXPECT_EQ(ask(echo_body, {post("Content-Length: 11\r\n")}, options, false).bytes.substr(9, 3),
            "413");
  EXPECT_EQ(ask(echo_body, {post("Content-Length: 100001\r\n") + std::string(100001, 'x')})
                .bytes.substr(9, 3),
            "413");
}

TEST(request, is_refused_when_its_body_is_malformed_or_cut_off) {
  seen s = ask(echo_body, {post("Transfer-Encoding: chunked\r\n") + "zz\r\n"});
  EXPECT_EQ(s.bytes.substr(9, 3), "400");
  EXPECT_NE(s.bytes.find("Connection: close\r\n"), std::string::npos);
  s = ask(echo_body, {post("Content-Length: 5\r\n") + "abc"});
  EXPECT_EQ(s.bytes.substr(9, 3), "400");
}

TEST(request, may_not_keep_the_handler_waiting_for_its_body) {
  const seen s = ask(echo_body, {post("Content-Length: 5\r\n") + "abc"}, {}, false);
  EXPECT_EQ(s.bytes.substr(9, 3), "408");
  EXPECT_GE(s.after, 29s);
  EXPECT_LE(s.after, 31s);
}

coro<seen> trickle(std::size_t piece, int times) {
  peer p = connect(echo_body);
  p.client.write(std::string_view(post("Content-Length: 60000\r\n")));
  for (int i = 0; i < times; ++i) {
    p.client.write(std::string_view(std::string(piece, 'x')));
    co_await sleep(1s);
  }
  p.client.write_eof();
  const seen s = co_await see(p.client);
  p.client.close();
  outcome<void> ended = co_await as_outcome(p.serving);
  co_return s;
}

TEST(request, may_take_its_time_as_long_as_bytes_come) {
  EXPECT_EQ(run_virtual(trickle(600, 100)).bytes, ok(std::string(60000, 'x')));
  EXPECT_EQ(run_virtual(trickle(10, 100)).bytes.substr(9, 3), "408");
}

}  // namespace
