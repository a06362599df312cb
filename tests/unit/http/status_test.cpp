#include <gtest/gtest.h>

#include <weft/http/status.hpp>

namespace {

TEST(status, has_a_phrase_for_each_that_is_named) {
  EXPECT_EQ(weft::http::reason_phrase(200), "OK");
  EXPECT_EQ(weft::http::reason_phrase(431), "Request Header Fields Too Large");
  EXPECT_EQ(weft::http::reason_phrase(299), "");
}

TEST(status, knows_which_responses_have_no_body) {
  for (const int none : {100, 199, 204, 304}) EXPECT_TRUE(weft::http::has_no_body(none)) << none;
  for (const int some : {200, 205, 206, 301, 404})
    EXPECT_FALSE(weft::http::has_no_body(some)) << some;
}

}  // namespace
