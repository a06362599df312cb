#include <gtest/gtest.h>
#include <apps/crawl/record_writer.hpp>

#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <system_error>

namespace weft::crawl {
namespace {

TEST(record_writer, writes_one_line_with_every_field) {
  page_record record;
  record.url = "http://h/";
  record.status = 200;
  record.type = "text/html";
  record.bytes = 12;
  record.milliseconds = 1.23456;
  record.depth = 3;
  record.links = 4;
  record.title = "a \"title\"\nof two lines";
  record.redirects = {"http://h/x"};
  record.missing_anchors = {"http://h/y#z"};
  EXPECT_EQ(to_json_line(record),
            "{\"url\":\"http://h/\",\"status\":200,\"type\":\"text/"
            "html\",\"bytes\":12,\"milliseconds\":1.235,"
            "\"depth\":3,\"links\":4,\"title\":\"a \\\"title\\\"\\nof two "
            "lines\",\"redirects\":[\"http://h/x\"],"
            "\"missing_anchors\":[\"http://h/y#z\"],\"error\":\"\"}");
}

TEST(record_writer, replaces_what_is_no_utf_8) {
  page_record record;
  record.title = std::string("\xff\x00\xc3", 3);
  record.error = "\xe2\x82";
  const nlohmann::json line = nlohmann::json::parse(to_json_line(record));
  EXPECT_EQ(line["title"].get<std::string>(), std::string("\uFFFD\0\uFFFD", 7));
  EXPECT_EQ(line["error"], "\uFFFD");
}

TEST(record_writer, writes_to_a_file_and_counts) {
  const std::string path =
      testing::TempDir() + std::to_string(getpid()) + ".record_writer_test.jsonl";
  {
    record_writer writer(path);
    writer.write({});
    writer.write({});
    EXPECT_EQ(writer.count(), 2u);
  }
  std::ifstream lines(path);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_EQ(line.back(), '}');
  EXPECT_EQ(count, 2);
  std::remove(path.c_str());
}

TEST(record_writer, says_which_file_it_cannot_write) {
  try {
    record_writer writer("/no/such/folder/pages.jsonl");
    ADD_FAILURE() << "no error";
  } catch (const std::system_error& e) {
    EXPECT_EQ(e.code(), std::errc::no_such_file_or_directory);
    EXPECT_NE(std::string(e.what()).find("/no/such/folder/pages.jsonl"), std::string::npos);
  }
  record_writer full("/dev/full");
  full.write({});
  EXPECT_THROW(full.flush(), std::system_error);
}

}  // namespace
}  // namespace weft::crawl
