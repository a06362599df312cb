#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include <weft/http/detail/http_parser.hpp>

namespace {

using weft::http::detail::head_limits;
using weft::http::detail::http_parser;
using weft::http::detail::request_head;
using event = http_parser::event;

/// What a parser made of some bytes.
struct reading {
  std::vector<std::string> requests;  // "METHOD target body"
  int status = 0;
  std::string reason;
};

/// Feeds the bytes in pieces of a size.
reading read(std::string_view bytes, std::size_t piece, const head_limits& limits = {}) {
  http_parser parser(limits);
  reading result;
  std::string current;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    // A copy of its own, so that the sanitizer sees a read beyond the piece.
    const std::string owned(bytes.substr(at, piece));
    std::string_view input = owned;
    while (true) {
      const event e = parser.next(input);
      if (e == event::need_input) break;
      if (e == event::head) current = parser.head().method + ' ' + parser.head().target + ' ';
      if (e == event::body) current += parser.body();
      if (e == event::end) result.requests.push_back(current);
      if (e == event::refused) {
        result.status = parser.refusal_status();
        result.reason = parser.refusal_reason();
        return result;
      }
    }
    EXPECT_TRUE(input.empty());
  }
  return result;
}

request_head head_of(std::string_view bytes) {
  http_parser parser{head_limits()};
  std::string_view input = bytes;
  EXPECT_EQ(parser.next(input), event::head) << parser.refusal_reason();
  return std::move(parser.head());
}

const std::string get = "GET / HTTP/1.1\r\nHost: a\r\n";

TEST(http_parser, reads_requests_in_pieces_of_any_size) {
  const std::string bytes =
      "\r\nGET /a?b=c HTTP/1.1\r\nHost: a\r\nX-Empty:\r\n\r\n"
      "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
      "PUT /q HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
      "5;ext=\"x\"\r\nhello\r\n1\r\n!\r\n0\r\nTrailer: x\r\n\r\n"
      "POST /z HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n"
      "DELETE /d HTTP/1.0\r\n\r\n";
  const std::vector<std::string> expected = {"GET /a?b=c ", "POST /p hello", "PUT /q hello!",
                                             "POST /z ", "DELETE /d "};
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    const reading r = read(bytes, piece);
    EXPECT_EQ(r.requests, expected) << "in pieces of " << piece << ": " << r.reason;
    EXPECT_EQ(r.status, 0);
  }
}

TEST(http_parser, gives_the_head_its_meaning) {
  request_head h = head_of(get + "X: \t a b \t\r\nEmpty:\r\n\r\n");
  EXPECT_EQ(h.headers.get("x"), "a b");
  EXPECT_TRUE(h.headers.contains("Empty"));
  EXPECT_TRUE(h.keep_alive);
  EXPECT_FALSE(h.chunked);
  EXPECT_FALSE(h.content_length.has_value());
  EXPECT_FALSE(head_of(get + "Connection: x, Close\r\n\r\n").keep_alive);
  EXPECT_FALSE(head_of("GET / HTTP/1.0\r\n\r\n").keep_alive);
  EXPECT_TRUE(head_of("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keep_alive);
  EXPECT_FALSE(head_of("GET / HTTP/1.0\r\nConnection: keep-alive, close\r\n\r\n").keep_alive);
  EXPECT_TRUE(head_of(get + "Expect: 100-Continue\r\nContent-Length: 1\r\n\r\n").expects_continue);
  EXPECT_FALSE(head_of("GET / HTTP/1.0\r\nExpect: 100-continue\r\n\r\n").expects_continue);
  EXPECT_EQ(head_of(get + "Content-Length: 18446744073709551615\r\n\r\n").content_length,
            18446744073709551615U);
  EXPECT_EQ(head_of("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n").target, "*");
  EXPECT_EQ(head_of("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n").target, "http://a/b");
  EXPECT_TRUE(head_of("GET / HTTP/1.1\r\nHost:\r\n\r\n").headers.contains("Host"));
}

struct refused_case {
  const char* what;
  std::string bytes;
  int status;
};

const std::string post = "POST / HTTP/1.1\r\nHost: a\r\n";
const std::string chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
const std::vector<refused_case> ambiguous = {
    {"both lengths", post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"both lengths, the other way",
     post + "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n", 400},
    {"two lengths", post + "Content-Length: 5\r\nContent-Length: 6\r\n\r\n", 400},
    {"two equal lengths", post + "Content-Length: 5\r\nContent-Length: 5\r\n\r\n", 400},
    {"a list of lengths", post + "Content-Length: 5, 5\r\n\r\n", 400},
    {"a signed length", post + "Content-Length: +5\r\n\r\n", 400},
    {"a negative length", post + "Content-Length: -5\r\n\r\n", 400},
    {"a hexadecimal length", post + "Content-Length: 0x5\r\n\r\n", 400},
    {"an empty length", post + "Content-Length:\r\n\r\n", 400},
    {"a length with a space within", post + "Content-Length: 5 5\r\n\r\n", 400},
    {"a length beyond 64 bits", post + "Content-Length: 18446744073709551616\r\n\r\n", 400},
    {"an unknown encoding", post + "Transfer-Encoding: xchunked\r\n\r\n", 400},
    {"identity", post + "Transfer-Encoding: identity\r\n\r\n", 400},
    {"chunked, but not last", post + "Transfer-Encoding: chunked, identity\r\n\r\n", 400},
    {"an encoding under chunked", post + "Transfer-Encoding: gzip, chunked\r\n\r\n", 501},
    {"chunked twice", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n",
     400},
    {"two encodings", post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: x\r\n\r\n", 400},
    {"an empty encoding", post + "Transfer-Encoding:\r\n\r\n", 400},
    {"a quoted encoding", post + "Transfer-Encoding: \"chunked\"\r\n\r\n", 400},
    {"a vertical tab",
     post + "Transfer-Encoding: \x0b"
            "chunked\r\n\r\n",
     400},
    {"chunked in HTTP/1.0", "POST / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400},
    {"a space before the colon", post + "Transfer-Encoding : chunked\r\n\r\n", 400},
    {"a tab before the colon", post + "Content-Length\t: 5\r\n\r\n", 400},
    {"a folded line", get + "X: a\r\n b\r\n\r\n", 400},
    {"a line that begins with a tab", get + "\tX: a\r\n\r\n", 400},
    {"a space before the first header", "GET / HTTP/1.1\r\n Host: a\r\n\r\n", 400},
    {"LF alone in the head", "GET / HTTP/1.1\r\nHost: a\n\r\n", 400},
    {"LF alone after the request line", "GET / HTTP/1.1\nHost: a\r\n\r\n", 400},
    {"LF alone at the head's end", get + "\n", 400},
    {"CR alone in a value", get + "X: a\rY: b\r\n\r\n", 400},
    {"CR CR LF", get + "X: a\r\r\n\r\n", 400},
    {"NUL in a value", get + std::string("X: a\0b\r\n\r\n", 10), 400},
    {"NUL in the target", std::string("GET /\0 HTTP/1.1\r\nHost: a\r\n\r\n", 28), 400},
    {"a header without a colon", get + "X\r\n\r\n", 400},
    {"a header without a name", get + ": x\r\n\r\n", 400},
    {"a space in a name", get + "X Y: x\r\n\r\n", 400},
    {"a byte above ASCII in a name", get + "X\xc3\xa9: x\r\n\r\n", 400},
    {"no Host", "GET / HTTP/1.1\r\n\r\n", 400},
    {"two Hosts", get + "Host: b\r\n\r\n", 400},
    {"a Host with a path", "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n", 400},
    {"a Host with a user", "GET / HTTP/1.1\r\nHost: u@a\r\n\r\n", 400},
    {"two spaces in the request line", "GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a space in the target", "GET /a b HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a space after the version", "GET / HTTP/1.1 \r\nHost: a\r\n\r\n", 400},
    {"a fragment", "GET /#a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a relative target", "GET a HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"another scheme", "GET ftp://a/ HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"* for GET", "GET * HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"a method in small letters", "get / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
    {"an unknown method", "BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
    {"a method that is no token", "G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400},
    {"CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n", 501},
    {"HTTP/2", "GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505},
    {"HTTP/2's preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505},
    {"HTTP/1.2", "GET / HTTP/1.2\r\nHost: a\r\n\r\n", 505},
    {"HTTP/0.9 with a version", "GET / HTTP/0.9\r\nHost: a\r\n\r\n", 505},
    {"HTTP/0.9", "GET /\r\n\r\n", 400},
    {"a version of two digits", "GET / HTTP/1.10\r\nHost: a\r\n\r\n", 400},
    {"a small version", "GET / http/1.1\r\nHost: a\r\n\r\n", 400},
    {"TLS", "\x16\x03\x01\x02", 400},
    {"an Expect that nobody knows", get + "Expect: miracles\r\n\r\n", 417},
    {"a chunk size that is none", chunked + "x\r\n", 400},
    {"a signed chunk size", chunked + "+5\r\nhello\r\n", 400},
    {"a chunk size with 0x", chunked + "0x5\r\nhello\r\n", 400},
    {"a space before the chunk size", chunked + " 5\r\nhello\r\n", 400},
    {"a chunk size beyond 64 bits", chunked + "10000000000000000\r\n", 400},
    {"LF alone after a chunk size", chunked + "5\nhello\r\n", 400},
    {"LF alone after an extension", chunked + "5;a\nhello\r\n", 400},
    {"CR alone in an extension", chunked + "5;a\rb\r\nhello\r\n", 400},
    {"LF alone after a chunk", chunked + "5\r\nhello\n", 400},
    {"a chunk that is longer than it says", chunked + "5\r\nhello!\r\n", 400},
    {"LF alone after the last chunk", chunked + "0\n\r\n", 400},
    {"LF alone at the trailers' end", chunked + "0\r\n\n", 400},
    {"LF alone after a trailer", chunked + "0\r\nX: y\n\r\n", 400},
    {"CR alone in a trailer", chunked + "0\r\nX: y\rz\r\n\r\n", 400},
};

TEST(http_parser, refuses_what_can_be_read_in_two_ways) {
  for (const refused_case& c : ambiguous) {
    for (const std::size_t piece : {c.bytes.size(), std::size_t(1), std::size_t(7)}) {
      const reading r = read(c.bytes, piece);
      EXPECT_EQ(r.status, c.status) << c.what << " in pieces of " << piece << ": " << r.reason;
      EXPECT_TRUE(r.requests.empty()) << c.what;
    }
  }
}

TEST(http_parser, holds_its_limits_to_the_byte) {
  head_limits limits;
  limits.request_line = 30;
  limits.header_line = 20;
  limits.total = 100;
  limits.count = 3;
  const auto status = [&](const std::string& bytes) { return read(bytes, 1, limits).status; };
  const std::string begin = "GET / HTTP/1.1\r\nHost: a\r\n";
  EXPECT_EQ(status("GET /" + std::string(16, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(status("GET /" + std::string(17, 'x') + " HTTP/1.1\r\nHost: a\r\n\r\n"), 414);
  EXPECT_EQ(status(begin + "X: " + std::string(17, 'x') + "\r\n\r\n"), 0);
  EXPECT_EQ(status(begin + "X: " + std::string(18, 'x') + "\r\n\r\n"), 431);
  EXPECT_EQ(status(begin + "A: 1\r\nB: 2\r\n\r\n"), 0);
  EXPECT_EQ(status(begin + "A: 1\r\nB: 2\r\nC: 3\r\n\r\n"), 431);
  limits.count = 100;
  const std::string ten = "A: 56789\r\n";
  const std::string rest = ten + ten + ten + ten + ten + ten + ten;  // 25 + 70 bytes
  EXPECT_EQ(status(begin + rest + "B:\r\n\r\n"), 431);
  EXPECT_EQ(status(begin + rest + "\r\n"), 0);
  // Refused as soon as it is too long, not when the line ends.
  EXPECT_EQ(status("GET /" + std::string(40, 'x')), 414);
  EXPECT_EQ(status(begin + std::string(40, 'x')), 431);
}

TEST(http_parser, bounds_what_a_chunked_body_spends_on_framing) {
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  std::string bytes = head;
  for (int i = 0; i < 20000; ++i) bytes += "1\r\nx\r\n";
  EXPECT_EQ(read(bytes, 4096).status, 0);
  EXPECT_EQ(read(head + "1;" + std::string(20000, 'e'), 4096).status, 400);
  bytes = head;
  for (int i = 0; i < 1000; ++i) bytes += "1;" + std::string(100, 'e') + "\r\nx\r\n";
  EXPECT_EQ(read(bytes, 4096).status, 400);
  EXPECT_EQ(read(head + "0\r\nX: " + std::string(20000, 'e'), 4096).status, 400);
}

TEST(http_parser, takes_an_upgrade_for_the_request_that_it_is) {
  const std::string bytes =
      get + "Connection: upgrade\r\nUpgrade: h2c\r\n\r\nGET /b HTTP/1.1\r\nHost: a\r\n\r\n";
  const reading r = read(bytes, bytes.size());
  EXPECT_EQ(r.requests, (std::vector<std::string>{"GET / ", "GET /b "}));
}

TEST(http_parser, ignores_lengths_in_trailers) {
  const std::string bytes =
      "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nX-Length: "
      "5\r\n\r\n" +
      get + "\r\n";
  const reading r = read(bytes, bytes.size());
  EXPECT_EQ(r.requests, (std::vector<std::string>{"POST / x", "GET / "})) << r.reason;
}

TEST(http_parser, says_when_it_stands_in_a_head) {
  http_parser parser{head_limits()};
  std::string_view input = "\r\n";
  EXPECT_EQ(parser.next(input), event::need_input);
  EXPECT_FALSE(parser.in_head());
  input = "G";
  EXPECT_EQ(parser.next(input), event::need_input);
  EXPECT_TRUE(parser.in_head());
}

}  // namespace
