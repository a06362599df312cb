// The client against a server of the world's: TLS, HTTP/2, compression made on the fly.
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include <tests/integration/server_process.hpp>
#include <weft/http/client.hpp>
#include <weft/run/run.hpp>

namespace weft::http {
namespace {

class nginx {
 public:
  nginx()
      : process_({WEFT_PYTHON, WEFT_SOURCE_DIR "/tests/integration/nginx_server.py", WEFT_NGINX,
                  WEFT_OPENSSL}) {
    std::istringstream line(process_.first_line());
    line >> plain_ >> tls_ >> h2c_ >> directory_;
  }
  std::string plain(const std::string& path) const { return "http://127.0.0.1:" + plain_ + path; }
  std::string tls(const std::string& path) const { return "https://127.0.0.1:" + tls_ + path; }
  std::string h2c(const std::string& path) const { return "http://127.0.0.1:" + h2c_ + path; }
  std::string tls_port() const { return tls_; }
  client_options trusting() const {
    client_options options;
    options.ca_file = directory_ + "/cert.pem";
    return options;
  }
  std::string file(const std::string& path) const {
    std::ifstream in(directory_ + "/site" + path, std::ios::binary);
    std::ostringstream all;
    all << in.rdbuf();
    return all.str();
  }

 private:
  test::server_process process_;
  std::string plain_;
  std::string tls_;
  std::string h2c_;
  std::string directory_;
};

const nginx& server() {
  static const nginx one;
  return one;
}

coro<client_response> fetch(std::string url, client_options options) {
  client web(options);
  co_return co_await web.get(url);
}

std::string tls_failure(const std::string& url, const client_options& options) {
  try {
    run(fetch(url, options));
  } catch (const tls_error& error) {
    return error.what();
  }
  return "no tls_error";
}

TEST(http_client_nginx, speaks_http_2_where_tls_agrees) {
  const client_response answer = run(fetch(server().tls("/small.txt"), server().trusting()));
  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.version, http_version::http_2);
  EXPECT_EQ(answer.body, "small\n");
  EXPECT_EQ(answer.headers.get("Server").substr(0, 5), "nginx");
  EXPECT_GT(answer.timing.secured, answer.timing.connected);
  client_options old = server().trusting();
  old.versions = http_versions::http_1_1;
  EXPECT_EQ(run(fetch(server().tls("/small.txt"), old)).version, http_version::http_1_1);
}

TEST(http_client_nginx, speaks_http_2_without_tls_where_told) {
  client_options options;
  options.versions = http_versions::http_2_prior_knowledge;
  const client_response answer = run(fetch(server().h2c("/small.txt"), options));
  EXPECT_EQ(answer.version, http_version::http_2);
  EXPECT_EQ(answer.body, "small\n");
}

TEST(http_client_nginx, trusts_no_stranger) {
  const std::string unknown = tls_failure(server().tls("/small.txt"), client_options());
  EXPECT_NE(unknown.find("certificate"), std::string::npos) << unknown;
  const std::string elsewhere = "https://localhost:" + server().tls_port() + "/small.txt";
  const std::string wrong_name = tls_failure(elsewhere, server().trusting());
  EXPECT_NE(wrong_name.find("localhost"), std::string::npos) << wrong_name;
  client_options insecure;
  insecure.insecure = true;
  EXPECT_EQ(run(fetch(elsewhere, insecure)).status, 200);
}

TEST(http_client_nginx, says_where_certificates_are_missing) {
  client_options options;
  options.ca_file = "/nowhere/cert.pem";
  const std::string what = tls_failure(server().tls("/small.txt"), options);
  EXPECT_NE(what.find("/nowhere/cert.pem"), std::string::npos) << what;
}

TEST(http_client_nginx, unpacks_what_is_packed_on_the_fly) {
  const std::string page = server().file("/page.html");
  ASSERT_GT(page.size(), 100000u);
  for (const std::string& url : {server().plain("/page.html"), server().tls("/page.html")}) {
    const client_response packed = run(fetch(url, server().trusting()));
    EXPECT_EQ(packed.headers.get("content-encoding"), "gzip");
    EXPECT_TRUE(packed.body == page);
    EXPECT_LT(packed.bytes_received, page.size() * 3 / 4);
    client_options as_it_is = server().trusting();
    as_it_is.decompress = false;
    const client_response plain = run(fetch(url, as_it_is));
    EXPECT_FALSE(plain.headers.contains("content-encoding"));
    EXPECT_TRUE(plain.body == page);
  }
}

coro<std::size_t> many(std::string url, client_options options) {
  client web(options);
  std::vector<task<client_response>> all;
  for (int i = 0; i < 500; ++i) all.push_back(create_task(web.get(url)));
  std::size_t connections = 0;
  for (task<client_response>& one : all) {
    client_response answer = co_await std::move(one);
    EXPECT_EQ(answer.body, "small\n");
    if (!answer.reused_connection) ++connections;
  }
  co_return connections;
}

TEST(http_client_nginx, sends_many_requests_over_one_connection) {
  client_options options = server().trusting();
  options.max_connections = 4;
  EXPECT_LE(run(many(server().tls("/small.txt"), options)), 4u);
  // Without TLS it depends on libcurl whether they share one; all are answered.
  options.versions = http_versions::http_2_prior_knowledge;
  EXPECT_GE(run(many(server().h2c("/small.txt"), options)), 1u);
  options.versions = http_versions::http_1_1;
  EXPECT_LE(run(many(server().plain("/small.txt"), options)), 4u);
}

coro<> check_shared(std::string large, std::string small, client_options options) {
  client web(options);
  response_stream held_up = co_await web.stream(large);
  std::string first = co_await held_up.read_some();
  std::size_t total = first.size();
  for (int i = 0; i < 20; ++i) {
    client_response beside = co_await web.get(small);
    EXPECT_EQ(beside.body, "small\n");
  }
  response_stream left = co_await web.stream(large);
  std::string piece = co_await left.read_some();
  EXPECT_FALSE(piece.empty());
  left.close();
  for (;;) {
    std::string more = co_await held_up.read_some();
    if (more.empty()) break;
    total += more.size();
  }
  EXPECT_EQ(total, 20u << 20);
}

TEST(http_client_nginx, holds_up_a_stream_and_not_those_beside_it) {
  run(check_shared, server().tls("/large.bin"), server().tls("/small.txt"), server().trusting());
  client_options options;
  options.versions = http_versions::http_2_prior_knowledge;
  run(check_shared, server().h2c("/large.bin"), server().h2c("/small.txt"), options);
}

}  // namespace
}  // namespace weft::http
