// The client against servers that do everything wrong, and limits that hold against them. Each test
// would take a minute or for ever if its limit didn't.
#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <string>

#include <tests/integration/server_process.hpp>
#include <weft/http/client.hpp>
#include <weft/run/run.hpp>

namespace weft::http {
namespace {

using namespace std::chrono_literals;

struct failure {
  error_kind kind = error_kind::other;
  std::string what = "no error";
  std::string url;
  std::error_code code;
  timeout_kind which = timeout_kind::none;
  int status = 0;
  std::string length;

  void take(const http_error& error) {
    kind = error.kind();
    what = error.what();
    url = error.url();
    code = error.code();
    status = error.status();
    if (error.answer_headers()) length = error.answer_headers()->get("Content-Length");
  }
};

coro<failure> failure_of(client_request request, client_options options) {
  client web(options);
  failure f;
  try {
    client_response answer = co_await web.request(std::move(request));
    f.what = "no error, but status " + std::to_string(answer.status);
  } catch (const http_timeout_error& error) {
    f.take(error);
    f.which = error.which();
  } catch (const http_error& error) {
    f.take(error);
  }
  EXPECT_EQ(web.active(), 0u);
  co_return f;
}

class http_client_faults : public testing::Test {
 protected:
  static std::string url(const std::string& path) {
    static test::scripted_server one;
    return one.url(path);
  }
  static failure fails(client_request request, client_options options = {}) {
    return run(failure_of(std::move(request), std::move(options)));
  }
  /// The kind, and a piece of the line that it comes with.
  static void expect(const std::string& path, error_kind kind, const std::string& words,
                     client_options options = {}) {
    const failure f = fails(url(path), std::move(options));
    EXPECT_STREQ(to_string(f.kind), to_string(kind)) << f.what;
    EXPECT_NE(f.what.find("GET " + url(path) + ": "), std::string::npos) << f.what;
    EXPECT_NE(f.what.find(words), std::string::npos) << f.what;
  }
};

TEST_F(http_client_faults, names_what_is_no_url) {
  EXPECT_EQ(fails("").kind, error_kind::bad_url);
  EXPECT_EQ(fails("/just/a/path").kind, error_kind::bad_url);
  EXPECT_EQ(fails("http://").kind, error_kind::bad_url);
  EXPECT_EQ(fails("http://host:port/").kind, error_kind::bad_url);
  EXPECT_EQ(fails("http://a\nb/").kind, error_kind::bad_url);
  EXPECT_EQ(fails("ftp://127.0.0.1/").kind, error_kind::unsupported_scheme);
  EXPECT_EQ(fails("mailto:a@b.c").kind, error_kind::unsupported_scheme);
}

TEST_F(http_client_faults, says_that_a_name_has_no_address) {
  const std::string host = std::string(64, 'a') + ".invalid";  // no resolver is asked
  const failure f = fails("http://" + host + "/x");
  EXPECT_EQ(f.kind, error_kind::could_not_resolve);
  EXPECT_NE(f.what.find("could not resolve the name of " + host), std::string::npos) << f.what;
}

TEST_F(http_client_faults, says_why_it_could_not_connect) {
  std::string gone;
  {
    test::scripted_server server;
    gone = server.url("/x");
  }
  const failure f = fails(gone);
  EXPECT_EQ(f.kind, error_kind::could_not_connect);
  EXPECT_EQ(f.code.value(), ECONNREFUSED);
  EXPECT_NE(f.what.find("Connection refused"), std::string::npos) << f.what;
  EXPECT_EQ(f.url, gone);
}

/// A port whose queue of connections is full: the kernel drops what else comes.
class full_port {
 public:
  full_port() : listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    bind(listener_, reinterpret_cast<sockaddr*>(&address), size);
    listen(listener_, 0);
    getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size);
    port_ = ntohs(address.sin_port);
    for (int& fd : fillers_) {
      fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
      connect(fd, reinterpret_cast<sockaddr*>(&address), size);
    }
  }
  full_port(const full_port&) = delete;
  full_port& operator=(const full_port&) = delete;
  ~full_port() {
    for (const int fd : fillers_) close(fd);
    close(listener_);
  }
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_) + "/"; }

 private:
  int listener_;
  int port_;
  int fillers_[4];
};

TEST_F(http_client_faults, gives_up_connecting) {
  const full_port port;
  client_request request(port.url());
  request.connect_timeout = 100ms;
  const failure f = fails(request);
  EXPECT_EQ(f.kind, error_kind::timeout);
  EXPECT_EQ(f.which, timeout_kind::connect);
  EXPECT_NE(f.what.find("could not connect to 127.0.0.1"), std::string::npos) << f.what;
  EXPECT_NE(f.what.find("within 100 ms"), std::string::npos) << f.what;
}

TEST_F(http_client_faults, gives_up_waiting_for_an_answer) {
  client_request request(url("/never"));
  request.total_timeout = 100ms;
  const failure f = fails(request);
  EXPECT_EQ(f.kind, error_kind::timeout);
  EXPECT_EQ(f.which, timeout_kind::total);
  EXPECT_NE(f.what.find("not done within 100 ms: there was no answer"), std::string::npos)
      << f.what;
}

TEST_F(http_client_faults, gives_up_a_body_that_comes_a_byte_a_second) {
  client_request request(url("/slow"));
  request.min_speed = 100;
  request.min_speed_time = 1s;
  const failure f = fails(request);
  EXPECT_EQ(f.kind, error_kind::timeout);
  EXPECT_EQ(f.which, timeout_kind::low_speed);
  EXPECT_NE(f.what.find("slower than 100 bytes a second for 1 s"), std::string::npos) << f.what;
}

TEST_F(http_client_faults, limits_redirects_by_one_total_time) {
  client_request request(url("/redirect-to/302?/never"));
  request.total_timeout = 200ms;
  EXPECT_EQ(fails(request).which, timeout_kind::total);
}

TEST_F(http_client_faults, says_that_what_came_is_not_http) {
  expect("/garbage", error_kind::malformed_answer, "isn't HTTP");
  expect("/http09", error_kind::malformed_answer, "isn't HTTP");
  expect("/http7", error_kind::malformed_answer, "isn't HTTP");
  expect("/bad-chunks", error_kind::malformed_answer, "chunk");
  expect("/bad-gzip", error_kind::bad_encoding, "decompress");
}

TEST_F(http_client_faults, says_that_the_connection_ended) {
  expect("/close", error_kind::connection_closed, "before there was an answer");
  expect("/reset", error_kind::connection_closed, "Connection reset by peer");
  expect("/short", error_kind::connection_closed, "in the middle of the body");
  expect("/cut-chunks", error_kind::connection_closed, "in the middle of the body");
}

TEST_F(http_client_faults, limits_headers) {
  client_options options;
  expect("/many-headers", error_kind::headers_too_large, "more than 256 headers", options);
  options.max_header_count = 0;
  expect("/many-headers", error_kind::headers_too_large, "longer than 65536 bytes", options);
  expect("/endless-1xx", error_kind::headers_too_large, "longer than 65536 bytes", options);
  options.max_header_bytes = 0;
  expect("/endless-header", error_kind::headers_too_large, "longer than 100 kB", options);
}

TEST_F(http_client_faults, limits_bodies) {
  client_options options;
  options.max_body = 1 << 20;
  expect("/endless-body", error_kind::body_too_large, "longer than the limit of 1048576", options);
  expect("/large/2000000", error_kind::body_too_large, "2000000 bytes", options);
  // 200 kB that unpack to 200 MB.
  expect("/bomb/200", error_kind::body_too_large, "longer than the limit of 1048576", options);
  options.max_body = 1000;
  expect("/missing/2000", error_kind::body_too_large, "2000 bytes", options);
  EXPECT_EQ(fails(url("/missing/1000"), options).what, "no error, but status 404");
}

TEST_F(http_client_faults, keeps_the_status_of_an_answer_whose_body_fails) {
  client_options options;
  options.max_body = 1000;
  for (const char* path : {"/short", "/cut-chunks", "/bad-chunks", "/bad-gzip", "/endless-body",
                           "/large/2000000", "/redirect-to/302?/short"}) {
    EXPECT_EQ(fails(url(path), options).status, 200) << path;
  }
  const failure missing = fails(url("/missing/2000"), options);
  EXPECT_EQ(missing.status, 404) << missing.what;
  EXPECT_EQ(missing.length, "2000");
  client_request slow(url("/slow"));
  slow.total_timeout = 200ms;
  EXPECT_EQ(fails(slow).status, 200);
}

TEST_F(http_client_faults, has_no_status_where_no_head_came) {
  for (const char* path : {"/close", "/reset", "/garbage", "/many-headers", "/endless-1xx",
                           "/redirect-to/302?/close"}) {
    const failure f = fails(url(path));
    EXPECT_EQ(f.status, 0) << path << ": " << f.what;
    EXPECT_EQ(f.length, "") << path;
  }
}

TEST_F(http_client_faults, says_that_there_is_no_tls) {
  std::string address = url("/hello");
  const failure f = fails("https" + address.substr(4));
  EXPECT_EQ(f.kind, error_kind::tls) << f.what;
  EXPECT_NE(f.what.find("no TLS with 127.0.0.1"), std::string::npos) << f.what;
}

coro<std::string> read_stream(std::string address, std::optional<std::size_t> limit) {
  client web;
  client_request request(address);
  request.max_body = limit;
  response_stream answer = co_await web.stream(std::move(request));
  std::string read = co_await answer.read_some();
  std::string failed;
  try {
    while (failed.empty()) {
      std::string piece = co_await answer.read_some();
      if (piece.empty()) break;
      read += piece;
    }
  } catch (const http_error& error) {
    failed = to_string(error.kind());
  }
  co_return read.substr(0, 20) + "|" + failed;
}

TEST_F(http_client_faults, gives_a_stream_what_came_before_it_failed) {
  EXPECT_EQ(run(read_stream(url("/short"), std::nullopt)), "only this|connection closed");
  EXPECT_EQ(run(read_stream(url("/endless-body"), 1 << 20)),
            std::string(20, 'e') + "|body too large");
}

coro<> check_no_stream(std::string address) {
  client web;
  bool failed = false;
  try {
    co_await web.stream(address);
  } catch (const headers_too_large_error&) {
    failed = true;
  }
  EXPECT_TRUE(failed);
}

TEST_F(http_client_faults, gives_no_stream_whose_headers_failed) {
  run(check_no_stream, url("/many-headers"));
}

coro<std::string> read_bomb_slowly(std::string bomb, std::string other) {
  client web;
  client_request request(bomb);
  response_stream answer = co_await web.stream(std::move(request));
  std::size_t total = 0;
  for (;;) {
    std::string piece = co_await answer.read_some();
    if (piece.empty()) break;
    total += piece.size();
    client_response between = co_await web.get(other);
    EXPECT_EQ(between.status, 200);
  }
  co_return std::to_string(total);
}

TEST_F(http_client_faults, unpacks_for_a_slow_reader) {
  EXPECT_EQ(run(read_bomb_slowly(url("/bomb/40"), url("/hello"))), std::to_string(40 << 20));
}

TEST_F(http_client_faults, refuses_requests_that_it_cannot_send) {
  EXPECT_THROW(fails(client_request(url("/hello"), "TWO WORDS")), value_error);
  client_request request(url("/hello"), "HEAD");
  request.body = "body";
  EXPECT_THROW(fails(request), value_error);
  request = client_request(url("/hello"));
  request.headers.add_unchecked("X-A", "1\r\nX-B: 2");
  EXPECT_THROW(fails(request), value_error);
}

}  // namespace
}  // namespace weft::http
