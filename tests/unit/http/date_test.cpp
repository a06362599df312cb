#include <gtest/gtest.h>

#include <weft/http/date.hpp>

namespace {

using weft::http::date;
using weft::http::format_date;
using weft::http::parse_date;

const date example{std::chrono::seconds(784111777)};

TEST(date, is_written_in_one_form) {
  EXPECT_EQ(format_date(example), "Sun, 06 Nov 1994 08:49:37 GMT");
  EXPECT_EQ(format_date(date{}), "Thu, 01 Jan 1970 00:00:00 GMT");
  EXPECT_EQ(format_date(date{std::chrono::seconds(951782400)}), "Tue, 29 Feb 2000 00:00:00 GMT");
}

TEST(date, is_read_in_three_forms) {
  EXPECT_EQ(parse_date("Sun, 06 Nov 1994 08:49:37 GMT"), example);
  EXPECT_EQ(parse_date("Sunday, 06-Nov-94 08:49:37 GMT"), example);
  EXPECT_EQ(parse_date("Sun Nov  6 08:49:37 1994"), example);
}

TEST(date, is_nothing_where_the_text_is_none) {
  for (const char* text : {"", "x", "0", "-1", "Sun, 06 Nov 1994 08:49:37",
                           "Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 32 Nov 1994 08:49:37 GMT",
                           "Sun, 30 Feb 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT",
                           "Sun, 06 nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 08:49:37 PST",
                           "Sun,06 Nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT",
                           "Sun, -6 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94", ",,,"}) {
    EXPECT_FALSE(parse_date(text).has_value()) << text;
  }
}

TEST(date, comes_back_as_it_went) {
  for (int day = 0; day < 40000; day += 17) {
    const date when{std::chrono::seconds(day * 86400LL + day % 86400)};
    EXPECT_EQ(parse_date(format_date(when)), when);
  }
}

}  // namespace
