#include <apps/crawl/content_type.hpp>

#include <gtest/gtest.h>

namespace weft::crawl {
namespace {

TEST(content_type, is_cut_into_type_and_charset) {
  EXPECT_EQ(parse_content_type("Text/HTML; Charset=\"UTF-8\"").type, "text/html");
  EXPECT_EQ(parse_content_type("Text/HTML; Charset=\"UTF-8\"").charset, "UTF-8");
  EXPECT_EQ(
      parse_content_type("text/html;x=\";charset=no\" ; charset = koi8-r ; charset=second").charset,
      "koi8-r");
  EXPECT_EQ(parse_content_type("text/plain").charset, "");
}

TEST(content_type, is_empty_where_the_header_is_no_type) {
  for (const char* header : {"", ";", "html", "/html", "text/", " ; charset=x"}) {
    EXPECT_EQ(parse_content_type(header).type, "") << header;
    EXPECT_FALSE(parse_content_type(header).is_html()) << header;
  }
  EXPECT_NO_THROW(parse_content_type("text/html; charset=\""));
}

TEST(content_type, decides_whether_a_body_is_html) {
  EXPECT_TRUE(parse_content_type("text/html").is_html());
  EXPECT_TRUE(parse_content_type("application/xhtml+xml; charset=utf-8").is_html());
  EXPECT_FALSE(parse_content_type("text/plain").is_html());
}

TEST(content_type, is_guessed_from_the_body_only_where_it_is_missing) {
  EXPECT_EQ(sniffed_type("\n <!DOCTYPE HTML>"), "text/html");
  EXPECT_EQ(sniffed_type("<html lang=en>"), "text/html");
  EXPECT_EQ(sniffed_type("<!--x"), "text/html");
  EXPECT_EQ(sniffed_type("<htmlx>"), "");
  EXPECT_EQ(sniffed_type("plain"), "");
}

}  // namespace
}  // namespace weft::crawl
