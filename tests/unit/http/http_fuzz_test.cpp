// Requests that are wrong in random ways, from fixed seeds: the parser sees the same whatever the
// pieces, and the server ends each connection and serves the next.

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include <tests/unit/http/exchange.hpp>
#include <weft/http/detail/http_parser.hpp>

using namespace weft;
using namespace weft::http::testing;
using weft::http::request;
using weft::http::response;
using weft::http::detail::head_limits;
using weft::http::detail::http_parser;

namespace {

const std::vector<std::string> valid = {
    "GET /a?b=c HTTP/1.1\r\nHost: a\r\nX-Empty:\r\nAccept: */*\r\n\r\n",
    "POST /p HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello",
    "PUT /q HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: "
    "chunked\r\n\r\n5;ext=\"x\"\r\nhello\r\n1\r\n!\r\n0\r\nT: x\r\n\r\n",
    "DELETE /d HTTP/1.0\r\nConnection: keep-alive\r\n\r\n",
    "POST /e HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nok",
    "HEAD http://a/b HTTP/1.1\r\nHost: a\r\nRange: bytes=0-1,-2\r\nIf-Match: \"x\"\r\n\r\n",
};

const std::vector<std::string> spice = {"\r\n",
                                        "\n",
                                        "\r",
                                        " ",
                                        "\t",
                                        ":",
                                        "0\r\n\r\n",
                                        "Transfer-Encoding: chunked\r\n",
                                        "Content-Length: 3\r\n",
                                        "Content-Length: 18446744073709551615\r\n",
                                        "Host: b\r\n",
                                        "HTTP/1.1",
                                        "Connection: close\r\n",
                                        "ffffffffffffffff\r\n",
                                        std::string(1, '\0'),
                                        "\xff",
                                        "%00",
                                        "Upgrade: x\r\nConnection: upgrade\r\n"};

class mutator {
 public:
  explicit mutator(unsigned seed) : random_(seed) {}
  std::size_t below(std::size_t n) { return static_cast<std::size_t>(random_() % n); }

  std::string operator()() {
    std::string text;
    for (std::size_t n = 1 + below(3); n > 0; --n) text += valid[below(valid.size())];
    for (std::size_t n = below(4); n > 0; --n) {
      const std::size_t at = below(text.size());
      switch (below(5)) {
        case 0:
          text[at] = static_cast<char>(below(256));
          break;
        case 1:
          text.erase(at, 1 + below(8));
          break;
        case 2:
          text.insert(at, spice[below(spice.size())]);
          break;
        case 3:
          text.insert(at, text.substr(below(text.size()), below(40)));
          break;
        default:
          text.resize(at + 1);
          break;
      }
      if (text.empty()) text = "x";
    }
    return text;
  }

 private:
  std::minstd_rand random_;
};

/// All that the parser tells, as a text.
std::string told(const std::string& bytes, mutator* pieces) {
  http_parser parser{head_limits()};
  std::string all;
  std::size_t events = 0;
  for (std::size_t at = 0; at < bytes.size();) {
    const std::string piece = bytes.substr(at, pieces ? 1 + pieces->below(20) : bytes.size());
    at += piece.size();
    std::string_view input = piece;
    while (true) {
      const auto e = parser.next(input);
      if (++events > 10 * bytes.size() + 10) return "does not end";
      if (e == http_parser::event::need_input) break;
      if (e == http_parser::event::head) {
        all += '<' + parser.head().method + ' ' + parser.head().target + '>';
        for (const auto& h : parser.head().headers) all += h.name + '=' + h.value + ';';
      }
      if (e == http_parser::event::body) all += parser.body();
      if (e == http_parser::event::end) all += '.';
      if (e == http_parser::event::refused) {
        return all + '!' + std::to_string(parser.refusal_status());
      }
    }
  }
  return all;
}

TEST(http_fuzz, the_parser_sees_the_same_whatever_the_pieces) {
  mutator make(1);
  mutator cut(2);
  std::size_t refused = 0;
  for (int i = 0; i < 20000; ++i) {
    const std::string bytes = make();
    const std::string whole = told(bytes, nullptr);
    ASSERT_EQ(told(bytes, &cut), whole) << "case " << i << ": " << ::testing::PrintToString(bytes);
    refused += whole.find('!') != std::string::npos ? 1 : 0;
  }
  EXPECT_GT(refused, 2000U);
  EXPECT_LT(refused, 18000U);
}

coro<response> echo(const request& r) {
  std::string body = co_await r.body.read_all(1000);
  co_return response(r.target + body);
}

TEST(http_fuzz, the_server_ends_each_connection_and_serves_the_next) {
  mutator make(3);
  for (int i = 0; i < 1000; ++i) {
    const std::string bytes = make();
    const std::size_t half = make.below(bytes.size() + 1);
    const seen s = ask(echo, {bytes.substr(0, half), bytes.substr(half)});
    EXPECT_TRUE(s.bytes.empty() || s.bytes.substr(0, 9) == "HTTP/1.1 ")
        << ::testing::PrintToString(bytes);
  }
  EXPECT_EQ(ask(echo, {get("/ok")}).bytes, ok("/ok"));
}

}  // namespace
