// Links to places of pages: which are missing, and through which redirects.

#include <gtest/gtest.h>
#include <tests/unit/crawl/crawl_of.hpp>
#include <tests/unit/crawl/fake_fetcher.hpp>

namespace weft::crawl {
namespace {

using list = std::vector<std::string>;

TEST(crawler, finds_links_to_places_that_their_page_does_not_have) {
  fake_fetcher network;
  network.page(
      start,
      "<a href=a#here><a href=a#gone>\n<a href=a#gone><a href=b#x><a href=#me><a href=#top>"
      "<a href=#nobody><a href=file#x><a href=missing#x><a href=http://other/#x>");
  network.page("http://h/a", "<p id=here><a href='/#me'></a><a name=me><a href=/#a%20b>");
  network.page("http://h/b", "<a href=a#gone><p id=x>").turns = 9;
  network.page("http://h/file", "text").answer.content_type = "text/plain";
  crawl_of c(network);
  ASSERT_EQ(c.result.missing_anchors.size(), 4u);
  EXPECT_EQ(c.result.missing_anchors[0].url, "http://h/a#gone");
  EXPECT_EQ(c.result.missing_anchors[0].links, 3u);
  ASSERT_EQ(c.result.missing_anchors[0].places.size(), 2u);
  EXPECT_EQ(c.result.missing_anchors[0].places[0].page, start);
  EXPECT_EQ(c.result.missing_anchors[0].places[0].column, 16u);
  EXPECT_EQ(c.result.missing_anchors[0].places[0].links, 2u);
  EXPECT_EQ(c.records.at(start)["missing_anchors"],
            (list{"http://h/a#gone", "http://h/#me", "http://h/#nobody"}));
  EXPECT_EQ(c.records.at("http://h/a")["missing_anchors"],
            (list{"http://h/#me", "http://h/#a%20b"}));
  EXPECT_EQ(c.records.at("http://h/b")["missing_anchors"], list{"http://h/a#gone"});
}

TEST(crawler, carries_a_fragment_through_redirects_that_have_none) {
  fake_fetcher network;
  network.page(start, "<a href=r#x><a href=r#y><a href=own#y><a href=empty#y><a href=loop#y>");
  network.redirect("http://h/r", "/page");
  network.redirect("http://h/own", "/page#x");
  network.redirect("http://h/empty", "/page#");
  network.redirect("http://h/loop", "/loop");
  network.page("http://h/page", "<p id=x>").turns = 5;
  crawl_of c(network);
  EXPECT_EQ(c.records.at(start)["missing_anchors"], list{"http://h/r#y"});
}

TEST(crawler, looks_for_no_anchors_when_told_not_to_or_where_a_page_is_not_known_whole) {
  fake_fetcher network;
  network.page(start, "<a href=#x>");
  crawl_limits limits;
  limits.anchors = false;
  EXPECT_TRUE(crawl_of(network, limits).result.missing_anchors.empty());
  network.page(start, "<a href=#x><a href=long#x>");
  network.page("http://h/long", std::string(17 << 20, ' '));
  const crawl_of c(network);
  EXPECT_EQ(c.records.at(start)["missing_anchors"], list{"http://h/#x"});
}

}  // namespace
}  // namespace weft::crawl
