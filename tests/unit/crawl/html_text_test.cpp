#include <apps/crawl/html_text.hpp>

#include <gtest/gtest.h>

namespace weft::crawl {
namespace {

TEST(html_text, decodes_a_value) {
  EXPECT_EQ(decoded_value("plain, and longer than sixteen bytes"),
            "plain, and longer than sixteen bytes");
  EXPECT_EQ(decoded_value("a long beginning, then &amp; and &copy=1&"),
            "a long beginning, then & and &copy=1&");
  EXPECT_EQ(decoded_value("a\r\nb\rc\n"), "a\nb\nc\n");
  EXPECT_EQ(decoded_value(std::string_view("a\0b", 3)), "a\uFFFDb");
  EXPECT_EQ(decoded_value("\u00e9 \u4e2d \U0001f600"), "\u00e9 \u4e2d \U0001f600");
}

TEST(html_text, makes_one_character_of_each_part_that_is_no_utf8) {
  EXPECT_EQ(decoded_value("\xff"), "\uFFFD");
  EXPECT_EQ(decoded_value("\x80x"), "\uFFFDx");
  EXPECT_EQ(decoded_value("\xE2\x82"), "\uFFFD");
  EXPECT_EQ(decoded_value("\xE2\x82x"), "\uFFFDx");
  EXPECT_EQ(decoded_value("\xF0\x9F\x98"), "\uFFFD");
  EXPECT_EQ(decoded_value("\xC0\xAF"), "\uFFFD\uFFFD");                      // too long
  EXPECT_EQ(decoded_value("\xE0\x80\x80"), "\uFFFD\uFFFD\uFFFD");            // too long
  EXPECT_EQ(decoded_value("\xED\xA0\x80"), "\uFFFD\uFFFD\uFFFD");            // a surrogate
  EXPECT_EQ(decoded_value("\xF4\x90\x80\x80"), "\uFFFD\uFFFD\uFFFD\uFFFD");  // too great
}

TEST(html_text, makes_runs_of_white_space_in_a_title_one_space) {
  EXPECT_EQ(decoded_title("\n a &amp;\r\n\t b&#32;&#10;c "), "a & b c");
  EXPECT_EQ(decoded_title("a&nbsp;b"), "a\u00a0b");
  EXPECT_EQ(decoded_title("?a&copy=1"), "?a\u00a9=1");
  EXPECT_EQ(decoded_title(" "), "");
}

TEST(html_text, tells_white_space_from_text) {
  EXPECT_FALSE(traits_of(" \t\r\n\f").breaks);
  EXPECT_FALSE(traits_of("&#32;&Tab;").breaks);
  EXPECT_TRUE(traits_of("&nbsp;").visible);
  EXPECT_TRUE(traits_of(" & ").visible);
  EXPECT_TRUE(traits_of("  x").visible);
  EXPECT_TRUE(traits_of(std::string_view(" \0 ", 3)).breaks);
  EXPECT_FALSE(traits_of(std::string_view(" \0 ", 3)).visible);
}

}  // namespace
}  // namespace weft::crawl
