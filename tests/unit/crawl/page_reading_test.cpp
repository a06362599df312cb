#include <apps/crawl/page_reading.hpp>

#include <gtest/gtest.h>

#include <string>

namespace {

using namespace weft::crawl;

page_reading read(std::string body) {
  fetch_result answer;
  answer.status = 200;
  answer.content_type = "text/html";
  answer.body = std::move(body);
  const resolved_url page = resolve_url("http://h/folder/page.html", nullptr);
  return read_page(page.target, answer);
}

const std::string& target(const page_reading& page, std::size_t link) {
  return page.targets[page.links[link].target].target.text();
}

TEST(page_reading, resolves_links_that_differ_in_their_fragments_once) {
  const page_reading page = read("<a href=a.html#x><a href=a.html#y><a href=b.html#x>");
  ASSERT_EQ(page.links.size(), 3u);
  EXPECT_EQ(page.targets.size(), 2u);
  EXPECT_EQ(page.links[0].target, page.links[1].target);
  EXPECT_EQ(target(page, 1), "http://h/folder/a.html");
  EXPECT_EQ(target(page, 2), "http://h/folder/b.html");
  EXPECT_EQ(page.links[0].text, "x");
  EXPECT_EQ(page.links[1].text, "y");
}

TEST(page_reading, tells_a_space_before_a_fragment_from_one_at_the_end) {
  const page_reading page = read("<a href='a.html #x'><a href='a.html '><a href=' a.html#x '>");
  ASSERT_EQ(page.links.size(), 3u);
  EXPECT_EQ(target(page, 0), "http://h/folder/a.html%20");
  EXPECT_EQ(target(page, 1), "http://h/folder/a.html");
  EXPECT_EQ(target(page, 2), "http://h/folder/a.html");
  EXPECT_EQ(page.links[2].text, "x");
}

TEST(page_reading, keeps_the_text_of_each_link_that_is_no_url) {
  const page_reading page = read("<a href=http://[#x><a href=http://[#y>");
  ASSERT_EQ(page.links.size(), 2u);
  EXPECT_EQ(page.targets[page.links[1].target].kind, url_kind::bad);
  EXPECT_EQ(page.links[0].text, "http://[#x");
  EXPECT_EQ(page.links[1].text, "http://[#y");
}

}  // namespace
