#include <apps/crawl/url.hpp>

#include <gtest/gtest.h>

namespace weft::crawl {
namespace {

/// A link's text, what it is relative to, and the URL that browsers make of it ("" where it is bad,
/// "x:" another scheme).
struct example {
  const char* text;
  const char* base;
  const char* expected;
};

std::string resolved(std::string_view text, const char* base_text,
                     std::string_view encoding = "utf-8") {
  const resolved_url base = resolve_url(base_text, nullptr);
  EXPECT_EQ(base.kind, url_kind::web) << base_text;
  const resolved_url result = resolve_url(text, &base.target, encoding);
  if (result.kind == url_kind::other) return result.note + ":";
  if (result.kind == url_kind::bad) {
    EXPECT_FALSE(result.note.empty());
    return {};
  }
  return result.target.text();
}

void check(std::initializer_list<example> examples) {
  for (const example& e : examples)
    EXPECT_EQ(resolved(e.text, e.base), e.expected) << e.text << " on " << e.base;
}

constexpr const char* page = "http://h/dir/page.html?q=0";

TEST(url, resolves_relative_links) {
  check({{"a.html", page, "http://h/dir/a.html"},
         {"./a.html", page, "http://h/dir/a.html"},
         {"../a.html", page, "http://h/a.html"},
         {"/a.html", page, "http://h/a.html"},
         {"sub/", page, "http://h/dir/sub/"},
         {"?q=1", page, "http://h/dir/page.html?q=1"},
         {"?", page, "http://h/dir/page.html?"},
         {"", page, page},
         {"//other/x", page, "http://other/x"},
         {"//other", page, "http://other/"},
         {"a.html", "http://h", "http://h/a.html"},
         {"b:c/d", page, "b:"},
         {"./b:c/d", page, "http://h/dir/b:c/d"}});
}

TEST(url, takes_the_fragment_off_before_anything_else) {
  check({{"#x", page, page},
         {"a.html#x?y/../z", page, "http://h/dir/a.html"},
         {"//h2#/x", page, "http://h2/"}});
  const resolved_url base = resolve_url(page, nullptr);
  EXPECT_EQ(resolve_url("a#one#two", &base.target).fragment, "one#two");
  EXPECT_EQ(resolve_url("mailto:x#f", &base.target).fragment, "f");
}

TEST(url, removes_dot_segments_however_they_are_written) {
  check({{"a/./b/../c", page, "http://h/dir/a/c"},
         {"../../../x", page, "http://h/x"},
         {"..", page, "http://h/"},
         {".", page, "http://h/dir/"},
         {"a/..", page, "http://h/dir/"},
         {"/b/%2e%2e/c", page, "http://h/c"},
         {"/b/.%2E/c", page, "http://h/c"},
         {"/b/%2e/c", page, "http://h/b/c"},
         {"/b/...", page, "http://h/b/..."},
         {"/b/%2e%2e%2e/c", page, "http://h/b/%2e%2e%2e/c"},
         {"/b/..;/c", page, "http://h/b/..;/c"}});
}

TEST(url, keeps_double_slashes_and_empty_segments) {
  check({{"/a//b", page, "http://h/a//b"},
         {"a//../b", page, "http://h/dir/a/b"},
         {"../a", "http://h/x//y", "http://h/x/a"},
         {"http://h//", page, "http://h//"}});
}

TEST(url, reads_a_backslash_as_a_slash_but_not_in_the_query) {
  check({{"sub\\a.html", page, "http://h/dir/sub/a.html"},
         {"\\a\\..\\b", page, "http://h/b"},
         {"\\\\other\\x", page, "http://other/x"},
         {"http:\\\\other\\x", page, "http://other/x"},
         {"a?b\\c", page, "http://h/dir/a?b\\c"}});
}

TEST(url, drops_tabs_and_newlines_and_outer_spaces) {
  check({{"  a.html \n", page, "http://h/dir/a.html"},
         {"a\n.ht\tml", page, "http://h/dir/a.html"},
         {"ht\ntp://other/", page, "http://other/"},
         {"a b.html", page, "http://h/dir/a%20b.html"},
         {"a?b c", page, "http://h/dir/a?b%20c"}});
}

TEST(url, lowers_scheme_and_host_but_never_the_path) {
  check({{"HTTP://Host/Path?Q", page, "http://host/Path?Q"},
         {"hTTps://EXAMPLE.org", page, "https://example.org/"}});
}

TEST(url, drops_the_default_port_only) {
  check({{"http://h:80/", page, "http://h/"},
         {"https://h:443/", page, "https://h/"},
         {"http://h:443/", page, "http://h:443/"},
         {"http://h:/", page, "http://h/"},
         {"http://h:0081/", page, "http://h:81/"},
         {"http://h:65536/", page, ""},
         {"http://h:99999999999999999999/", page, ""},
         {"http://h:8a/", page, ""},
         {"http://h:-1/", page, ""}});
}

TEST(url, recodes_nothing_that_is_percent_encoded) {
  check({{"%7Ex", page, "http://h/dir/%7Ex"},
         {"~x", page, "http://h/dir/~x"},
         {"a%3Db", page, "http://h/dir/a%3Db"},
         {"a%2fb", page, "http://h/dir/a%2fb"},
         {"a%zz%", page, "http://h/dir/a%zz%"},
         {"a|b^c`{}", page, "http://h/dir/a|b%5Ec%60%7B%7D"},
         {"?a'b|^`{}", page, "http://h/dir/page.html?a%27b|^`{}"},
         {"?a<b>\"", page, "http://h/dir/page.html?a%3Cb%3E%22"}});
}

TEST(url, sends_a_path_in_utf_8_and_a_query_in_the_documents_encoding) {
  EXPECT_EQ(resolved("/\u00e9?l=\u00e9", page), "http://h/%C3%A9?l=%C3%A9");
  EXPECT_EQ(resolved("/\u00e9?l=\u00e9", page, "windows-1252"), "http://h/%C3%A9?l=%E9");
  EXPECT_EQ(resolved("?l=\u20ac", page, "iso-8859-2"), "http://h/dir/page.html?l=%26%238364%3B");
  EXPECT_EQ(resolved("?l=\u00e9", page, "utf-16le"), "http://h/dir/page.html?l=%C3%A9");
}

TEST(url, reads_hosts_in_all_their_spellings) {
  check({{"http://[::1]:8080/x", page, "http://[::1]:8080/x"},
         {"http://[1:0:0:2:0:0:0:3]/", page, "http://[1:0:0:2::3]/"},
         {"http://[0:0::0]/", page, "http://[::]/"},
         {"http://[::FFFF:1.2.3.4]/", page, "http://[::ffff:102:304]/"},
         {"http://[1::]/", page, "http://[1::]/"},
         {"http://[1:2]/", page, ""},
         {"http://[::1/", page, ""},
         {"http://127.1/", page, "http://127.0.0.1/"},
         {"http://0x7f.0.0.01/", page, "http://127.0.0.1/"},
         {"http://2130706433/", page, "http://127.0.0.1/"},
         {"http://1.2.3.256/", page, ""},
         {"http://1.2.3.4.5/", page, ""},
         {"http://1.2.3.4./", page, "http://1.2.3.4/"},
         {"http://b\u00fccher.example/", page, "http://xn--bcher-kva.example/"},
         {"http://%65xample/", page, "http://example/"},
         {"http://a b/", page, ""},
         {"http://a%00b/", page, ""},
         {"http://a<b/", page, ""},
         {"http://h./", page, "http://h./"}});
}

TEST(url, keeps_user_and_password) {
  check({{"http://user:pa:ss@h/", page, "http://user:pa%3Ass@h/"},
         {"http://a@b@h/", page, "http://a%40b@h/"},
         {"http://@h/", page, "http://h/"},
         {"x", "http://me:pw@h/a", "http://me:pw@h/x"}});
  const resolved_url u = resolve_url("https://me:pw@h:8443/p?q", nullptr);
  EXPECT_EQ(u.target.userinfo(), "me:pw");
  EXPECT_EQ(u.target.host(), "h");
  EXPECT_EQ(u.target.authority(), "h:8443");
  EXPECT_EQ(u.target.port(), 8443);
  EXPECT_EQ(u.target.scheme(), "https");
  EXPECT_EQ(u.target.path(), "/p");
  EXPECT_EQ(u.target.query(), "?q");
}

TEST(url, reads_http_with_any_number_of_slashes) {
  check({{"http:a.html", page, "http://h/dir/a.html"},
         {"http:/a.html", page, "http://h/a.html"},
         {"http:///other/x", page, "http://other/x"},
         {"https:other/x", page, "https://other/x"},
         {"https:/other/x", page, "https://other/x"}});
  EXPECT_EQ(resolve_url("http:/other/x", nullptr).target.text(), "http://other/x");
}

TEST(url, names_the_schemes_that_it_does_not_follow) {
  check({{"mailto:a@b", page, "mailto:"},
         {"JavaScript:void(0)", page, "javascript:"},
         {"java\nscript:x", page, "javascript:"},
         {"data:text/html,<a>", page, "data:"},
         {"ftp://h/", page, "ftp:"},
         {"file:///etc/passwd", page, "file:"},
         {"tel:+1", page, "tel:"},
         {"about:blank", page, "about:"}});
}

TEST(url, says_why_a_text_is_no_url) {
  const auto reason = [](const char* text) { return resolve_url(text, nullptr).note; };
  EXPECT_EQ(reason("http://"), "no host");
  EXPECT_EQ(reason("http://h:x/"), "the port is not a number");
  EXPECT_EQ(reason("http://h:70000/"), "the port is above 65535");
  EXPECT_EQ(reason("http://[::g]/"), "a bad IPv6 address");
  EXPECT_EQ(reason("http://999.1.1.1/"), "a bad IPv4 address");
  EXPECT_EQ(reason("http://a b/"), "the host has a character that no host may have");
  EXPECT_EQ(reason("page.html"), "a relative link, and nothing that it is relative to");
}

TEST(url, survives_every_single_byte) {
  for (int c = 0; c < 256; ++c) {
    const std::string byte(1, static_cast<char>(c));
    for (const std::string& text : {byte, "http://" + byte, "http://h/" + byte, "http://h/?" + byte,
                                    "//" + byte + "@h:" + byte}) {
      resolve_url(text, nullptr);
      resolved(text, page);
    }
  }
}

}  // namespace
}  // namespace weft::crawl
