#include <weft/http/access_log.hpp>

#include <gtest/gtest.h>

#include <string>

using weft::http::access_record;
using weft::http::combined_log_line;

namespace {

TEST(access_log, writes_the_combined_form) {
  access_record r;
  r.method = "GET";
  r.target = "/a?b";
  r.status = 404;
  r.body_bytes = 14;
  r.user_agent = "me/1";
  const std::string line = combined_log_line(r);
  EXPECT_NE(line.find("\"GET /a?b HTTP/1.1\" 404 14 \"-\" \"me/1\""), std::string::npos) << line;
  const std::size_t time = line.find('[');
  EXPECT_EQ(line.find("] \"GET"), time + 27) << line;
}

TEST(access_log, lets_nobody_write_a_line_of_their_own) {
  access_record r;
  r.method = "GET";
  r.target = "/\"\\";
  r.referer = "a\"\n\x80";
  const std::string line = combined_log_line(r);
  EXPECT_NE(line.find("\"GET /\\\"\\\\ HTTP"), std::string::npos) << line;
  EXPECT_NE(line.find("\"a\\\"\\x0a\\x80\""), std::string::npos) << line;
  EXPECT_NE(combined_log_line(access_record()).find("] \"-\" 0 0"), std::string::npos);
}

}  // namespace
