#include <gtest/gtest.h>

#include <string>

#include <weft/http/detail/request_url.hpp>
#include <weft/http/http_error.hpp>

namespace weft::http::detail {
namespace {

TEST(request_url, knows_its_host) {
  const request_url url = parse_request_url("HTTPS://user:pw@Example.ORG:8443/A?q#f");
  EXPECT_EQ(url.text, "https://user:pw@Example.ORG:8443/A?q");
  EXPECT_EQ(url.origin, "https://example.org:8443");
  EXPECT_EQ(url.host(), "example.org:8443");
  EXPECT_TRUE(url.secure);
  EXPECT_EQ(parse_request_url("http://[::1]:80").origin, "http://[::1]:80");
  EXPECT_EQ(parse_request_url("http://a?b").origin, "http://a");
}

TEST(request_url, encodes_blanks_and_bytes_beyond_ascii_and_nothing_else) {
  EXPECT_EQ(parse_request_url("http://a/b c\xc3\xa9%7E~|\"").text, "http://a/b%20c%C3%A9%7E~|\"");
}

TEST(request_url, refuses_what_cannot_be_asked_for) {
  for (const char* bad :
       {"", "a", "a/b:c", "/a", "//a/b", ":", "http:", "http:/a", "http://", "http:///a",
        "http://?a", "http://u@/", "http://:80/", "http://a/\n", "http://a/\x7f", "1http://a/"}) {
    EXPECT_THROW(parse_request_url(bad), bad_url_error) << bad;
  }
  for (const char* other : {"ftp://a/", "file:///a", "mailto:a", "javascript:void(0)", "ws://a/"}) {
    EXPECT_THROW(parse_request_url(other), unsupported_scheme_error) << other;
  }
}

TEST(request_url, resolves_where_a_redirect_leads) {
  const std::string base = "http://a/b/c?q";
  EXPECT_EQ(resolve_location(base, "/x"), "http://a/x");
  EXPECT_EQ(resolve_location(base, "x"), "http://a/b/x");
  EXPECT_EQ(resolve_location(base, "../x?y"), "http://a/x?y");
  EXPECT_EQ(resolve_location(base, "?y"), "http://a/b/c?y");
  EXPECT_EQ(resolve_location(base, "//h/x"), "http://h/x");
  EXPECT_EQ(resolve_location(base, "https://h"), "https://h/");
  EXPECT_EQ(resolve_location(base, "/x y"), "http://a/x%20y");
  EXPECT_THROW(resolve_location(base, "http://"), bad_url_error);
}

}  // namespace
}  // namespace weft::http::detail
