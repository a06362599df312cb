#include <gtest/gtest.h>
#include <apps/crawl/scope.hpp>

namespace weft::crawl {
namespace {

url at(const char* address) { return resolve_url(address, nullptr).target; }

TEST(scope, of_a_host_is_the_host_and_its_port) {
  scope s(scope_kind::host);
  s.add_start(at("http://h:8080/d/x.html"));
  EXPECT_TRUE(s.contains(at("http://h:8080/")));
  EXPECT_TRUE(s.contains(at("http://user@h:8080/")));
  EXPECT_FALSE(s.contains(at("http://h/")));
  EXPECT_FALSE(s.contains(at("http://sub.h:8080/")));
}

TEST(scope, of_a_host_joins_http_and_https_on_their_own_ports) {
  scope s(scope_kind::host);
  s.add_start(at("http://h/"));
  EXPECT_TRUE(s.contains(at("https://h/")));
  EXPECT_FALSE(s.contains(at("https://h:80/")));
}

TEST(scope, of_a_prefix_is_the_start_pages_folder) {
  scope s(scope_kind::prefix);
  s.add_start(at("http://h/d/x.html"));
  s.add_start(at("http://h/e/"));
  EXPECT_TRUE(s.contains(at("http://h/d/y")));
  EXPECT_TRUE(s.contains(at("http://h/d/")));
  EXPECT_TRUE(s.contains(at("http://h/e/z")));
  EXPECT_FALSE(s.contains(at("http://h/d")));
  EXPECT_FALSE(s.contains(at("http://h/dd/")));
  EXPECT_FALSE(s.contains(at("http://other/d/")));
}

}  // namespace
}  // namespace weft::crawl
