#include <weft/http/response.hpp>

#include <gtest/gtest.h>

using weft::http::response;

namespace {

TEST(response, is_text_unless_told) {
  const response r("hello");
  EXPECT_EQ(r.status, 200);
  EXPECT_EQ(r.headers.get("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(response(201, "<p>", "text/html").headers.get("Content-Type"), "text/html");
  EXPECT_TRUE(response(204).headers.empty());
}

TEST(response, says_its_status_in_words) {
  EXPECT_EQ(weft::http::plain_response(404).body, "404 Not Found\n");
  EXPECT_EQ(weft::http::plain_response(400, "why").body, "400 Bad Request: why\n");
  const response moved = weft::http::redirect_to("/there", 301);
  EXPECT_EQ(moved.status, 301);
  EXPECT_EQ(moved.headers.get("Location"), "/there");
}

}  // namespace
