#include <gtest/gtest.h>

#include <weft/core/errors.hpp>
#include <weft/http/headers.hpp>

namespace {

using weft::http::headers;

TEST(headers, are_found_without_regard_to_case_and_keep_their_writing) {
  headers h;
  h.add("Content-Type", "text/html");
  EXPECT_EQ(h.get("content-TYPE"), "text/html");
  EXPECT_EQ(h.begin()->name, "Content-Type");
  EXPECT_EQ(h.find("Content"), nullptr);
  EXPECT_EQ(h.get("nothing"), "");
}

TEST(headers, keep_their_order_and_several_of_a_name) {
  headers h;
  h.add("Set-Cookie", "a=1").add("X", "y").add("set-cookie", "b=2");
  const auto all = h.all("Set-Cookie");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0], "a=1");
  EXPECT_EQ(all[1], "b=2");
  EXPECT_EQ(h.size(), 3U);
}

TEST(headers, set_replaces_all_of_a_name_even_by_its_own_value) {
  headers h;
  h.add("A", "1").add("a", "2");
  h.set("A", h.get("a"));
  EXPECT_EQ(h.size(), 1U);
  EXPECT_EQ(h.get("A"), "1");
  EXPECT_EQ(h.remove("a"), 1U);
  EXPECT_TRUE(h.empty());
}

TEST(headers, refuse_what_would_begin_another_field) {
  headers h;
  EXPECT_THROW(h.add("A", "x\r\nB: y"), weft::value_error);
  EXPECT_THROW(h.add("A", "x\ny"), weft::value_error);
  EXPECT_THROW(h.set("A", std::string_view("x\0y", 3)), weft::value_error);
  EXPECT_THROW(h.add("A b", "x"), weft::value_error);
  EXPECT_THROW(h.add("A:", "x"), weft::value_error);
  EXPECT_THROW(h.add("", "x"), weft::value_error);
  EXPECT_TRUE(h.empty());
}

TEST(headers, find_a_token_in_comma_separated_lists) {
  headers h;
  h.add("Connection", "keep-alive,  Upgrade ").add("connection", ",,x");
  EXPECT_TRUE(h.has_token("Connection", "upgrade"));
  EXPECT_TRUE(h.has_token("Connection", "keep-alive"));
  EXPECT_TRUE(h.has_token("Connection", "X"));
  EXPECT_FALSE(h.has_token("Connection", "close"));
  EXPECT_FALSE(h.has_token("Connection", "keep"));
}

}  // namespace
