#include <apps/crawl/character_references.hpp>

#include <gtest/gtest.h>

namespace weft::crawl {
namespace {

struct reading {
  std::size_t length;
  std::string text;
  bool operator==(const reading&) const = default;
};
void PrintTo(const reading& r, std::ostream* to) { *to << r.length << " '" << r.text << "'"; }

reading in_text(std::string_view text) {
  std::string to;
  const std::size_t length = read_character_reference(text, false, to);
  return {length, to};
}
reading in_attribute(std::string_view text) {
  std::string to;
  const std::size_t length = read_character_reference(text, true, to);
  return {length, to};
}
const reading none = {0, ""};

TEST(character_references, are_named) {
  EXPECT_EQ(in_text("&amp;x"), (reading{5, "&"}));
  EXPECT_EQ(in_text("&AElig;"), (reading{7, "\u00c6"}));
  EXPECT_EQ(in_text("&zwnj;"), (reading{6, "\u200c"}));
  EXPECT_EQ(in_text("&NotEqualTilde;"), (reading{15, "\u2242\u0338"}));
  EXPECT_EQ(in_text("&CounterClockwiseContourIntegral;"), (reading{33, "\u2233"}));
  EXPECT_EQ(in_text("&Amp;"), none);
  EXPECT_EQ(in_text("&nosuch;"), none);
  EXPECT_EQ(in_text("&;"), none);
  EXPECT_EQ(in_text("&"), none);
  EXPECT_EQ(in_text("& amp;"), none);
}

TEST(character_references, take_the_longest_name_without_its_semicolon_where_history_has_it) {
  EXPECT_EQ(in_text("&ampx"), (reading{4, "&"}));
  EXPECT_EQ(in_text("&notit;"), (reading{4, "\u00ac"}));
  EXPECT_EQ(in_text("&notin;"), (reading{7, "\u2209"}));
  EXPECT_EQ(in_text("&notin"), (reading{4, "\u00ac"}));
  EXPECT_EQ(in_text("&alpha"), none);
}

TEST(character_references, spare_the_parameters_of_urls_in_attributes) {
  EXPECT_EQ(in_attribute("&copy=1"), none);
  EXPECT_EQ(in_attribute("&copyx"), none);
  EXPECT_EQ(in_attribute("&copy1"), none);
  EXPECT_EQ(in_attribute("&copy;=1"), (reading{6, "\u00a9"}));
  EXPECT_EQ(in_attribute("&copy&"), (reading{5, "\u00a9"}));
  EXPECT_EQ(in_attribute("&copy"), (reading{5, "\u00a9"}));
  EXPECT_EQ(in_attribute("&notit;"), none);
}

TEST(character_references, are_numbers) {
  EXPECT_EQ(in_text("&#65;"), (reading{5, "A"}));
  EXPECT_EQ(in_text("&#65x"), (reading{4, "A"}));
  EXPECT_EQ(in_text("&#x41;"), (reading{6, "A"}));
  EXPECT_EQ(in_text("&#X1f600;"), (reading{9, "\U0001f600"}));
  EXPECT_EQ(in_attribute("&#38=1"), (reading{4, "&"}));
  EXPECT_EQ(in_text("&#;"), none);
  EXPECT_EQ(in_text("&#x;"), none);
  EXPECT_EQ(in_text("&#xg"), none);
}

TEST(character_references, have_no_number_that_is_no_character) {
  EXPECT_EQ(in_text("&#0;"), (reading{4, "\uFFFD"}));
  EXPECT_EQ(in_text("&#xD800;"), (reading{8, "\uFFFD"}));
  EXPECT_EQ(in_text("&#x110000;"), (reading{10, "\uFFFD"}));
  EXPECT_EQ(in_text("&#99999999999999999999;"), (reading{23, "\uFFFD"}));
  EXPECT_EQ(in_text("&#1;"), (reading{4, "\x01"}));
  EXPECT_EQ(in_text("&#128;"), (reading{6, "\u20ac"}));
  EXPECT_EQ(in_text("&#x9F;"), (reading{6, "\u0178"}));
  EXPECT_EQ(in_text("&#x81;"), (reading{6, "\xC2\x81"}));
}

}  // namespace
}  // namespace weft::crawl
