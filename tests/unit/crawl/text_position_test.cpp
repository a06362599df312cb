#include <apps/crawl/text_position.hpp>

#include <gtest/gtest.h>

namespace weft::crawl {
namespace {

std::string place(std::string_view text, std::size_t at) {
  text_position position(text);
  position.move_to(at);
  return std::to_string(position.line()) + ":" + std::to_string(position.column());
}

TEST(text_position, counts_lines_and_characters) {
  EXPECT_EQ(place("<a>", 0), "1:1");
  EXPECT_EQ(place("ab<a>", 2), "1:3");
  EXPECT_EQ(place("a\n<a>", 2), "2:1");
  EXPECT_EQ(place("a\r\nb\rc\n\n<a>", 8), "5:1");
  EXPECT_EQ(place("\u00e9\u4e2d\U0001f600<a>", 9), "1:4");
  EXPECT_EQ(place("\xff\xE2\x82<a>", 3), "1:3");
  EXPECT_EQ(place("a line that is longer than sixteen bytes\nand its next <a>", 54), "2:14");
}

TEST(text_position, goes_on_from_where_it_is) {
  text_position position("a<b>\u00e9<c>\n<d>");
  position.move_to(1);
  EXPECT_EQ(position.column(), 2u);
  position.move_to(6);
  EXPECT_EQ(position.column(), 6u);
  position.move_to(6);
  EXPECT_EQ(position.column(), 6u);
  position.move_to(10);
  EXPECT_EQ(position.line(), 2u);
  EXPECT_EQ(position.column(), 1u);
}

}  // namespace
}  // namespace weft::crawl
