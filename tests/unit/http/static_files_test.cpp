#include <weft/http/static_files.hpp>

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include <tests/unit/http/exchange.hpp>
#include <tests/unit/http/site_directory.hpp>

using namespace weft;
using namespace weft::http::testing;
using namespace std::chrono_literals;
using weft::http::static_files;
using weft::http::static_files_options;

namespace {

struct answer {
  int status = 0;
  std::string head;
  std::string body;

  std::string header(const std::string& name) const {
    const std::size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return "";
    const std::size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find('\r', begin) - begin);
  }
};

answer fetch(const site_directory& site, const std::string& target, const std::string& more = {},
             const std::string& method = "GET", static_files_options options = {}) {
  const std::string all = method + ' ' + target + " HTTP/1.1\r\n" + host + more + "\r\n";
  const std::string bytes =
      ask(static_files(site.root().string(), std::move(options)), {all}).bytes;
  answer made;
  const std::size_t end = bytes.find("\r\n\r\n");
  if (end == std::string::npos) return made;
  made.status = std::stoi(bytes.substr(9, 3));
  made.head = bytes.substr(0, end + 2);
  made.body = bytes.substr(end + 4);
  return made;
}

TEST(static_files, serves_a_file_with_what_there_is_to_know_of_it) {
  const site_directory site;
  const answer a = fetch(site, "/a.txt?query");
  EXPECT_EQ(a.status, 200);
  EXPECT_EQ(a.body, "0123456789");
  EXPECT_EQ(a.header("Content-Length"), "10");
  EXPECT_EQ(a.header("Content-Type"), "text/plain");
  EXPECT_EQ(a.header("Accept-Ranges"), "bytes");
  EXPECT_EQ(a.header("ETag").substr(0, 3), "\"a-");
  EXPECT_EQ(a.header("Last-Modified").size(), 29U);
  EXPECT_EQ(fetch(site, "/empty/x").body, "");
  EXPECT_EQ(fetch(site, "/empty/x").header("Content-Length"), "0");
  EXPECT_EQ(fetch(site, "/we%20ird%2541.html").body, "odd");
  EXPECT_EQ(fetch(site, "http://a/a.txt").body, "0123456789");
}

TEST(static_files, serves_a_directory_by_its_index) {
  const site_directory site;
  EXPECT_EQ(fetch(site, "/").body, "<p>home");
  EXPECT_EQ(fetch(site, "/").header("Content-Type"), "text/html");
  EXPECT_EQ(fetch(site, "/dir/").body, "<p>dir");
  EXPECT_EQ(fetch(site, "/dir/..").body, "<p>home");
  EXPECT_EQ(fetch(site, "/empty/").status, 404);
  EXPECT_EQ(fetch(site, "/a.txt/").status, 404);
  static_files_options none;
  none.index.clear();
  EXPECT_EQ(fetch(site, "/dir/", {}, "GET", none).status, 404);
}

TEST(static_files, redirects_a_directory_to_its_slash) {
  const site_directory site;
  const answer a = fetch(site, "/dir?a=b");
  EXPECT_EQ(a.status, 301);
  EXPECT_EQ(a.header("Location"), "/dir/?a=b");
  // Two slashes would begin the name of another host.
  EXPECT_EQ(fetch(site, "//dir").header("Location"), "/dir/");
  EXPECT_EQ(fetch(site, "//dir/../dir").header("Location"), "/dir/../dir/");
}

TEST(static_files, serves_nothing_outside_its_root) {
  const site_directory site;
  site.link("../outside.txt", "out");
  site.link("/etc/passwd", "absolute");
  site.link("../root-twin", "twin");
  site.link("a.txt", "inside");
  for (const char* target : {"/out", "/absolute", "/twin/t.txt", "/nothing", "/.secret",
                             "/dir/.git/config", "/%2esecret", "/dir/../.secret"}) {
    EXPECT_EQ(fetch(site, target).status, 404) << target;
  }
  for (const char* target : {"/../outside.txt", "/dir/../../outside.txt", "/%2e%2e/outside.txt",
                             "/..%2foutside.txt", "/a.txt%00", "/%", "/dir%2fpage.html"}) {
    EXPECT_EQ(fetch(site, target).status, 400) << target;
  }
  static_files_options hidden;
  hidden.hidden_files = true;
  EXPECT_EQ(fetch(site, "/.secret", {}, "GET", hidden).body, "s");
}

TEST(static_files, serves_only_regular_files) {
  const site_directory site;
  ASSERT_EQ(mkfifo((site.root() / "pipe").c_str(), 0600), 0);
  EXPECT_EQ(fetch(site, "/pipe").status, 404);
}

TEST(static_files, answers_head_with_the_same_head_and_refuses_other_methods) {
  const site_directory site;
  const answer a = fetch(site, "/a.txt", {}, "HEAD");
  EXPECT_EQ(a.head, fetch(site, "/a.txt").head);
  EXPECT_EQ(a.body, "");
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
    const answer refused = fetch(site, "/a.txt", {}, method);
    EXPECT_EQ(refused.status, 405) << method;
    EXPECT_EQ(refused.header("Allow"), "GET, HEAD");
  }
}

TEST(static_files, serves_ranges) {
  const site_directory site;
  answer a = fetch(site, "/a.txt", "Range: bytes=2-4\r\n");
  EXPECT_EQ(a.status, 206);
  EXPECT_EQ(a.body, "234");
  EXPECT_EQ(a.header("Content-Range"), "bytes 2-4/10");
  EXPECT_EQ(a.header("Content-Length"), "3");
  EXPECT_EQ(fetch(site, "/a.txt", "Range: bytes=-2\r\n").body, "89");
  a = fetch(site, "/a.txt", "Range: bytes=20-\r\n");
  EXPECT_EQ(a.status, 416);
  EXPECT_EQ(a.header("Content-Range"), "bytes */10");
  EXPECT_EQ(fetch(site, "/a.txt", "Range: lines=1-2\r\n").status, 200);
  EXPECT_EQ(fetch(site, "/a.txt", "Range: bytes=2-4\r\n", "HEAD").status, 200);
  const std::string tag = fetch(site, "/a.txt").header("ETag");
  EXPECT_EQ(fetch(site, "/a.txt", "Range: bytes=2-4\r\nIf-Range: " + tag + "\r\n").status, 206);
  EXPECT_EQ(fetch(site, "/a.txt", "Range: bytes=2-4\r\nIf-Range: \"x\"\r\n").status, 200);
}

TEST(static_files, serves_several_ranges_in_parts) {
  const site_directory site;
  const answer a = fetch(site, "/a.txt", "Range: bytes=0-1,-2\r\n");
  EXPECT_EQ(a.status, 206);
  const std::string type = a.header("Content-Type");
  const std::string begin = "multipart/byteranges; boundary=";
  ASSERT_EQ(type.substr(0, begin.size()), begin);
  const std::string mark = type.substr(begin.size());
  EXPECT_EQ(
      a.body,
      "--" + mark + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n--" +
          mark + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n--" +
          mark + "--\r\n");
  EXPECT_EQ(a.header("Content-Length"), std::to_string(a.body.size()));
}

TEST(static_files, holds_to_conditions) {
  const site_directory site;
  const answer whole = fetch(site, "/a.txt");
  const answer same = fetch(site, "/a.txt", "If-None-Match: " + whole.header("ETag") + "\r\n");
  EXPECT_EQ(same.status, 304);
  EXPECT_EQ(same.body, "");
  EXPECT_EQ(same.header("ETag"), whole.header("ETag"));
  EXPECT_EQ(
      fetch(site, "/a.txt", "If-Modified-Since: " + whole.header("Last-Modified") + "\r\n").status,
      304);
  EXPECT_EQ(fetch(site, "/a.txt", "If-Match: \"x\"\r\n").status, 412);
  EXPECT_EQ(fetch(site, "/a.txt", "If-Match: " + whole.header("ETag") + "\r\n").status, 200);
}

TEST(static_files, sends_large_files_piece_by_piece) {
  const site_directory site;
  std::string large;
  for (int i = 0; large.size() < 1000000; ++i) large += std::to_string(i) + ' ';
  site.put("large.bin", large);
  const answer a = fetch(site, "/large.bin");
  EXPECT_EQ(a.body.size(), large.size());
  EXPECT_TRUE(a.body == large);
  EXPECT_EQ(a.header("Content-Type"), "application/octet-stream");
  const answer part = fetch(site, "/large.bin", "Range: bytes=100000-699999\r\n");
  EXPECT_TRUE(part.body == large.substr(100000, 600000));
}

TEST(static_files, breaks_off_when_a_file_shrinks_meanwhile) {
  const site_directory site;
  site.put("large.txt", std::string(8000000, 'x'));
  const auto body = [](const site_directory& s) -> coro<seen> {
    peer p = connect(static_files(s.root().string()));
    p.client.write(std::string_view(get("/large.txt") + get("/a.txt")));
    const std::string first = co_await p.client.read_exactly(1000);
    std::filesystem::resize_file(s.root() / "large.txt", 100000);
    seen rest = co_await see(p.client);
    p.client.close();
    outcome<void> ended = co_await as_outcome(p.serving);
    co_return rest;
  };
  const seen s = run_virtual(body(site));
  EXPECT_LT(s.bytes.size(), 7000000U);
  EXPECT_EQ(s.bytes.find("0123456789"), std::string::npos);
}

TEST(static_files, may_be_told_a_charset_and_cache_control) {
  const site_directory site;
  static_files_options options;
  options.charset = "utf-8";
  options.cache_control = "max-age=60";
  const answer a = fetch(site, "/", {}, "GET", options);
  EXPECT_EQ(a.header("Content-Type"), "text/html; charset=utf-8");
  EXPECT_EQ(a.header("Cache-Control"), "max-age=60");
}

}  // namespace
