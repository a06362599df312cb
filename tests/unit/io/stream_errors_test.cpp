#include <weft/io/stream_errors.hpp>

#include <gtest/gtest.h>

using namespace weft;

TEST(stream_errors, hold_what_had_come) {
  const incomplete_read_error error("abc", 5);
  EXPECT_EQ(error.partial(), "abc");
  EXPECT_EQ(error.expected(), 5u);
  EXPECT_STREQ(error.what(), "the stream ended after 3 bytes of 5");
  const incomplete_read_error no_separator("", incomplete_read_error::unknown);
  EXPECT_STREQ(no_separator.what(), "the stream ended after 0 bytes, before a separator");
}

TEST(stream_errors, tell_how_much_can_be_taken) {
  const limit_overrun_error error("too long", 17);
  EXPECT_EQ(error.consumed(), 17u);
  EXPECT_STREQ(error.what(), "too long");
}
