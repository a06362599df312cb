#include <weft/http/detail/conditions.hpp>

#include <gtest/gtest.h>

#include <string>
#include <vector>

using namespace weft::http;
using namespace weft::http::detail;

namespace {

const date changed{std::chrono::seconds(784111777)};
const std::string same = "Sun, 06 Nov 1994 08:49:37 GMT";
const std::string before = "Sun, 06 Nov 1994 08:49:36 GMT";
const validators file{"\"tag\"", changed};

struct condition_case {
  const char* name;
  std::string value;
  int status;
};

TEST(conditions, decide_what_a_header_alone_asks) {
  const std::vector<condition_case> cases = {
      {"If-None-Match", "\"tag\"", 304},
      {"If-None-Match", "W/\"tag\"", 304},
      {"If-None-Match", "\"x\", \"a,b\" ,\"tag\"", 304},
      {"If-None-Match", "*", 304},
      {"If-None-Match", "\"x\"", 200},
      {"If-None-Match", "tag", 200},
      {"If-None-Match", "\"ta", 200},
      {"If-None-Match", "", 200},
      {"If-Match", "\"tag\"", 200},
      {"If-Match", "*", 200},
      {"If-Match", "W/\"tag\"", 412},
      {"If-Match", "\"x\"", 412},
      {"If-Modified-Since", same, 304},
      {"If-Modified-Since", before, 200},
      {"If-Modified-Since", "yesterday", 200},
      {"If-Unmodified-Since", same, 200},
      {"If-Unmodified-Since", before, 412},
      {"If-Unmodified-Since", "yesterday", 200},
  };
  for (const condition_case& c : cases) {
    headers h;
    h.add(c.name, c.value);
    EXPECT_EQ(evaluate_conditions(h, file, true), c.status) << c.name << ": " << c.value;
  }
  EXPECT_EQ(evaluate_conditions(headers(), file, true), 200);
}

TEST(conditions, rank_tags_above_dates) {
  headers h;
  h.add("If-None-Match", "\"x\"").add("If-Modified-Since", same);
  EXPECT_EQ(evaluate_conditions(h, file, true), 200);
  headers m;
  m.add("If-Match", "\"tag\"").add("If-Unmodified-Since", before);
  EXPECT_EQ(evaluate_conditions(m, file, true), 200);
  headers p;
  p.add("If-None-Match", "\"tag\"");
  EXPECT_EQ(evaluate_conditions(p, file, false), 412);
}

/// "first+size,...", "none" for 416, "whole".
std::string ranges(const std::string& value, std::uint64_t size,
                   const std::string& condition = {}) {
  headers h;
  h.add("Range", value);
  if (!condition.empty()) h.add("If-Range", condition);
  const auto wanted = wanted_ranges(h, file, size);
  if (!wanted) return "whole";
  std::string text;
  for (const byte_range& r : *wanted) {
    if (!text.empty()) text += ',';
    text += std::to_string(r.first);
    text += '+';
    text += std::to_string(r.size);
  }
  return text.empty() ? "none" : text;
}

TEST(conditions, read_ranges) {
  EXPECT_EQ(ranges("bytes=0-0", 10), "0+1");
  EXPECT_EQ(ranges("bytes=0-9", 10), "0+10");
  EXPECT_EQ(ranges("bytes=5-99", 10), "5+5");
  EXPECT_EQ(ranges("bytes=5-", 10), "5+5");
  EXPECT_EQ(ranges("bytes=-3", 10), "7+3");
  EXPECT_EQ(ranges("bytes=-30", 10), "0+10");
  EXPECT_EQ(ranges("Bytes = 1-2 , 4-5,,", 10), "1+2,4+2");
  EXPECT_EQ(ranges("bytes=4-5,1-2", 10), "4+2,1+2");
  EXPECT_EQ(ranges("bytes=0-1,20-30", 10), "0+2");
  EXPECT_EQ(ranges("bytes=0-18446744073709551615", 10), "0+10");
  EXPECT_EQ(ranges("bytes=0-99999999999999999999999", 10), "0+10");
}

TEST(conditions, find_ranges_beyond_the_file) {
  EXPECT_EQ(ranges("bytes=10-", 10), "none");
  EXPECT_EQ(ranges("bytes=99-100,50-", 10), "none");
  EXPECT_EQ(ranges("bytes=-0", 10), "none");
  EXPECT_EQ(ranges("bytes=0-", 0), "none");
  EXPECT_EQ(ranges("bytes=-5", 0), "none");
}

TEST(conditions, ignore_ranges_that_are_malformed_or_too_much) {
  for (const char* value : {"", "bytes", "bytes=", "bytes=,", "bytes=a-b", "bytes=1", "bytes=-",
                            "bytes=5-4", "bytes=--1", "bytes=1-2-3", "bytes=+1-2", "bytes=1-2;3-4",
                            "lines=1-2", "bytes=0-1,x", "bytes=0-9,0-9", "bytes=0-,0-,0-"}) {
    EXPECT_EQ(ranges(value, 10), "whole") << value;
  }
  std::string many = "bytes=0-0";
  for (int i = 1; i < 17; ++i) many += ",0-0";
  EXPECT_EQ(ranges(many, 1000), "whole");
}

TEST(conditions, give_ranges_only_of_the_file_that_was_meant) {
  EXPECT_EQ(ranges("bytes=0-1", 10, "\"tag\""), "0+2");
  EXPECT_EQ(ranges("bytes=0-1", 10, same), "0+2");
  EXPECT_EQ(ranges("bytes=0-1", 10, "\"x\""), "whole");
  EXPECT_EQ(ranges("bytes=0-1", 10, "W/\"tag\""), "whole");
  EXPECT_EQ(ranges("bytes=0-1", 10, before), "whole");
}

}  // namespace
