#include <apps/crawl/encoding.hpp>

#include <gtest/gtest.h>

namespace weft::crawl {
namespace {

std::string text_of(std::string_view body, std::string_view charset = {}) {
  std::string storage;
  return std::string(to_utf8(body, page_encoding(body, charset), storage));
}

TEST(encoding, believes_the_byte_order_mark_then_the_header_then_the_meta) {
  EXPECT_EQ(page_encoding("\xEF\xBB\xBF<meta charset=koi8-r>", "latin1"), "utf-8");
  EXPECT_EQ(page_encoding("<meta charset=koi8-r>", "utf-8"), "utf-8");
  EXPECT_EQ(page_encoding("<meta charset=koi8-r>", "no-such-thing"), "koi8-r");
  EXPECT_EQ(page_encoding("<meta charset=koi8-r>", ""), "koi8-r");
  EXPECT_EQ(page_encoding("<p>", ""), "windows-1252");
}

TEST(encoding, finds_the_meta_in_all_its_forms) {
  EXPECT_EQ(meta_encoding("<META CHARSET='UTF-8'>"), "utf-8");
  EXPECT_EQ(
      meta_encoding("<meta http-equiv='Content-Type' content='text/html; charset=iso-8859-2'>"),
      "iso-8859-2");
  EXPECT_EQ(
      meta_encoding("<meta content='text/html; charset = \"x-sjis\"' http-equiv=content-type>"),
      "shift_jis");
  EXPECT_EQ(meta_encoding("<meta name=x content='charset=koi8-r'>"), "");
  EXPECT_EQ(meta_encoding("<!-- <meta charset=koi8-r> --><meta/charset=utf-8>"), "utf-8");
  EXPECT_EQ(meta_encoding("<p title='<meta charset=koi8-r>'><meta charset=utf-8>"), "utf-8");
  EXPECT_EQ(meta_encoding("<!--><meta charset=utf-8>"), "utf-8");
  EXPECT_EQ(meta_encoding("<meta charset=utf-16>"), "utf-8");
  EXPECT_EQ(meta_encoding(std::string(1010, ' ') + "<meta charset=koi8-r>"), "");
  EXPECT_EQ(meta_encoding("<meta charset="), "");
  EXPECT_EQ(meta_encoding("<"), "");
}

TEST(encoding, knows_the_labels_that_browsers_know) {
  EXPECT_EQ(encoding_of_label(" Latin1 "), "windows-1252");
  EXPECT_EQ(encoding_of_label("us-ascii"), "windows-1252");
  EXPECT_EQ(encoding_of_label("gb2312"), "gb18030");
  EXPECT_EQ(encoding_of_label("l5"), "windows-1254");
  EXPECT_EQ(encoding_of_label("utf"), "");
  EXPECT_EQ(encoding_of_label(""), "");
}

TEST(encoding, converts_to_utf_8) {
  EXPECT_EQ(text_of("caf\xe9 \x80 \x81", "latin1"), "caf\u00e9 \u20ac \u0081");
  EXPECT_EQ(text_of("\xEF\xBB\xBFx"), "x");
  using namespace std::string_view_literals;
  EXPECT_EQ(text_of("\xFF\xFE<\0a\0\xe9\0"sv), "<a\u00e9");
  EXPECT_EQ(text_of("\xFE\xFF\0<\0a\0\xe9"sv), "<a\u00e9");
  EXPECT_EQ(text_of("\xFF\xFE<\0\0\xd8<\0a"sv), "<\uFFFD<\uFFFD");
  EXPECT_EQ(text_of("\xf0\xcf\xca\xc4\xc9", "koi8-r"), "\u041f\u043e\u0439\u0434\u0438");
  EXPECT_EQ(text_of("\x82\xa0", "shift_jis"), "\u3042");
}

TEST(encoding, can_convert_every_encoding_that_it_names) {
  for (const char* label :
       {"utf-16be", "iso-8859-3", "iso-8859-16", "windows-874", "windows-1258", "macintosh",
        "ibm866", "koi8-u", "gbk", "big5", "euc-jp", "iso-2022-jp", "sjis", "euc-kr"}) {
    std::string storage;
    EXPECT_NE(encoding_of_label(label), "") << label;
    EXPECT_EQ(encode_query("a=\u00e9\u3042", encoding_of_label(label)).substr(0, 2), "a=") << label;
    EXPECT_EQ(to_utf8(std::string_view("\0A\0B", 4), encoding_of_label(label), storage).empty(),
              false)
        << label;
  }
}

TEST(encoding, encodes_a_query_and_spells_out_what_is_missing) {
  EXPECT_EQ(encode_query("l=\u00e9", "windows-1252"), "l=\xe9");
  EXPECT_EQ(encode_query("l=\u3042", "windows-1252"), "l=%26%2312354%3B");
  EXPECT_EQ(encode_query("l=\u3042", "shift_jis"), "l=\x82\xa0");
  EXPECT_EQ(encode_query("plain", "koi8-r"), "plain");
}

}  // namespace
}  // namespace weft::crawl
