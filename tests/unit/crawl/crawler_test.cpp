#include <gtest/gtest.h>
#include <apps/crawl/crawler.hpp>
#include <tests/unit/crawl/crawl_of.hpp>
#include <tests/unit/crawl/fake_fetcher.hpp>

#include <algorithm>
#include <string>
#include <vector>

namespace weft::crawl {
namespace {

using list = std::vector<std::string>;

list sorted(list texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

TEST(crawler, fetches_every_page_once_however_many_links_lead_there) {
  fake_fetcher network;
  network.page(start,
               "<title>T</title><a href=a><a href=a#x><a href=b><a href=/><a href='mailto:x'>");
  network.page("http://h/a", "<a href=b><a href=./b><a href=//h/b#y>");
  network.page("http://h/b", "<a href=a><a href=http://H:80/b>");
  crawl_of c(network);
  EXPECT_EQ(sorted(network.asked), (list{"http://h/", "http://h/a", "http://h/b"}));
  EXPECT_EQ(c.urls(), sorted(network.asked));
  EXPECT_EQ(c.result.pages, 3u);
  EXPECT_EQ(c.result.records, 3u);
  EXPECT_EQ(c.result.links, 9u);
  EXPECT_EQ(c.result.other_schemes.at("mailto"), 1u);
  EXPECT_TRUE(c.result.broken.empty());
  EXPECT_EQ(exit_status(c.result), 0);
  EXPECT_EQ(c.records.at(start)["title"], "T");
  EXPECT_EQ(c.records.at(start)["links"], 5);
}

TEST(crawler, stays_on_the_host_and_its_port) {
  fake_fetcher network;
  network.page(
      start, "<a href=http://other/><a href=http://h:81/><a href=https://h/s><a href=http://h.x/>");
  crawl_of c(network);
  EXPECT_EQ(network.asked, (list{"http://h/", "https://h/s"}));
  EXPECT_EQ(c.result.outside, 3u);
}

TEST(crawler, stays_in_the_folder_of_the_start_page_when_asked) {
  fake_fetcher network;
  network.page("http://h/d/x.html", "<a href=/><a href=y><a href=../e/z><a href=s/t>");
  crawl_of c(network, {}, scope_kind::prefix, {"http://h/d/x.html"});
  EXPECT_EQ(sorted(network.asked), (list{"http://h/d/s/t", "http://h/d/x.html", "http://h/d/y"}));
}

TEST(crawler, goes_no_deeper_than_asked) {
  fake_fetcher network;
  network.page(start, "<a href=1>");
  network.page("http://h/1", "<a href=2>");
  network.page("http://h/2", "<a href=3>");
  crawl_limits limits;
  limits.depth = 1;
  crawl_of c(network, limits);
  EXPECT_EQ(network.asked, (list{"http://h/", "http://h/1"}));
  EXPECT_EQ(c.result.too_deep, 1u);
  EXPECT_EQ(exit_status(c.result), 0);
}

TEST(crawler, knows_the_exact_depth_whichever_answer_comes_first) {
  fake_fetcher network;
  network.page(start, "<a href=slow><a href=a>");
  network.page("http://h/slow", "<a href=x>").turns = 50;
  network.page("http://h/a", "<a href=b>");
  network.page("http://h/b", "<a href=x>");  // x is met at depth 3 first, and lies at depth 2
  network.page("http://h/x", "<a href=y>");
  network.page("http://h/y", "");
  crawl_of c(network);
  EXPECT_EQ(c.depth("http://h/x"), 2);
  EXPECT_EQ(c.depth("http://h/y"), 3);

  // The limit holds for the exact depth too: y is fetched, although it was met behind the limit
  // first.
  crawl_limits limits;
  limits.depth = 3;
  network.asked.clear();
  crawl_of limited(network, limits);
  EXPECT_EQ(limited.urls(), c.urls());
  EXPECT_EQ(network.asked.size(), 6u);
}

TEST(crawler, records_each_redirect_and_counts_the_target_as_near_as_its_source) {
  fake_fetcher network;
  network.page(start, "<a href=old>");
  network.redirect("http://h/old", "older");
  network.redirect("http://h/older", "/d/new", 302);
  network.page("http://h/d/new", "<a href=z>");
  crawl_of c(network);
  EXPECT_EQ(c.urls(), (list{"http://h/", "http://h/d/new", "http://h/d/z", "http://h/old",
                            "http://h/older"}));
  EXPECT_EQ(c.records.at("http://h/old")["status"], 301);
  EXPECT_EQ(c.records.at("http://h/old")["redirects"], nlohmann::json({"http://h/older"}));
  EXPECT_EQ(c.depth("http://h/d/new"), 1);
  EXPECT_EQ(c.depth("http://h/d/z"), 2);
}

TEST(crawler, names_the_linking_page_of_what_is_missing_behind_a_redirect) {
  fake_fetcher network;
  network.page(start, "\n <a href=old>");
  network.redirect("http://h/old", "missing");
  crawl_of c(network);
  ASSERT_EQ(c.result.broken.size(), 1u);
  const broken_url& broken = c.result.broken[0];
  EXPECT_EQ(broken.url, "http://h/old");
  EXPECT_EQ(broken.cause, "404 Not Found");
  EXPECT_EQ(broken.by_way_of, list{"http://h/missing"});
  ASSERT_EQ(broken.places.size(), 1u);
  EXPECT_EQ(broken.places[0].page, start);
  EXPECT_EQ(broken.places[0].line, 2u);
  EXPECT_EQ(broken.places[0].column, 2u);
  EXPECT_EQ(exit_status(c.result), 1);
}

TEST(crawler, finds_redirect_loops_and_fetches_each_member_once) {
  fake_fetcher network;
  network.page(start, "<a href=self><a href=1>");
  network.redirect("http://h/self", "self");
  network.redirect("http://h/1", "2");
  network.redirect("http://h/2", "1");
  crawl_of c(network);
  EXPECT_EQ(network.asked.size(), 4u);
  ASSERT_EQ(c.result.broken.size(), 2u);
  EXPECT_EQ(c.result.causes.at("redirect loop").urls, 2u);
}

TEST(crawler, ends_a_chain_of_redirects_at_its_limit) {
  fake_fetcher network;
  network.page(start, "<a href=r0><a href=g1>");
  for (int i = 0; i < 100; ++i)
    network.redirect("http://h/r" + std::to_string(i), "r" + std::to_string(i + 1));
  for (int i = 0; i < 20; ++i)
    network.redirect("http://h/g" + std::to_string(i), "g" + std::to_string(i + 1));
  network.page("http://h/g20", "");
  crawl_of c(network);
  EXPECT_EQ(network.asked.size(), 1u + 21u + 20u);
  ASSERT_EQ(c.result.broken.size(), 1u);
  EXPECT_EQ(c.result.broken[0].url, "http://h/r0");
  EXPECT_EQ(c.result.broken[0].cause, "more than 20 redirects");
}

TEST(crawler, goes_on_along_a_chain_that_a_nearer_link_reaches) {
  fake_fetcher network;
  network.page(start, "<a href=r0><a href=p>");
  for (int i = 0; i < 30; ++i)
    network.redirect("http://h/r" + std::to_string(i), "r" + std::to_string(i + 1));
  network.page("http://h/r30", "");
  network.page("http://h/p", "<a href=r15>").turns = 100;
  crawl_of c(network);
  EXPECT_TRUE(c.records.count("http://h/r30"));
  ASSERT_EQ(c.result.broken.size(), 1u);
  EXPECT_EQ(c.result.broken[0].url, "http://h/r0");
}

TEST(crawler, checks_a_redirect_out_of_the_scope_and_goes_no_further) {
  fake_fetcher network;
  network.page(start, "<a href=out><a href=gone><a href=far>");
  network.redirect("http://h/out", "http://other/");
  network.page("http://other/", "<a href=/more><a href=http://h/back>");
  network.redirect("http://h/gone", "http://other/gone");
  network.redirect("http://h/far", "http://other/far");
  network.redirect("http://other/far", "http://third/");
  crawl_of c(network);
  EXPECT_EQ(sorted(network.asked),
            (list{"http://h/", "http://h/far", "http://h/gone", "http://h/out", "http://other/",
                  "http://other/far", "http://other/gone"}));
  ASSERT_EQ(c.result.broken.size(), 1u);
  EXPECT_EQ(c.result.broken[0].url, "http://h/gone");
}

TEST(crawler, checks_a_redirects_target_even_where_a_link_met_it_first) {
  fake_fetcher network;
  network.page(start, "<a href=http://other/><a href=out>");
  network.redirect("http://h/out", "http://other/");
  network.page("http://other/", "");
  crawl_of c(network);
  EXPECT_EQ(c.urls(), (list{"http://h/", "http://h/out", "http://other/"}));
}

TEST(crawler, says_what_is_wrong_with_a_redirect_that_leads_nowhere) {
  fake_fetcher network;
  network.page(start, "<a href=1><a href=2><a href=3>");
  network.redirect("http://h/1", "");
  network.redirect("http://h/2", "http://h:x/");
  network.redirect("http://h/3", "ftp://h/");
  crawl_of c(network);
  ASSERT_EQ(c.result.broken.size(), 2u);
  EXPECT_EQ(c.records.at("http://h/1")["error"], "a redirect that does not say where to");
  EXPECT_EQ(c.records.at("http://h/2")["error"],
            "a redirect to what is no URL: the port is not a number");
}

TEST(crawler, takes_no_links_from_errors_and_from_what_is_no_html) {
  fake_fetcher network;
  network.page(start, "<a href=err><a href=text><a href=bare>");
  network.status("http://h/err", 500);
  network.page("http://h/text", "<a href=no>").answer.content_type = "text/plain";
  network.page("http://h/bare", "<!doctype html><a href=yes>").answer.content_type = "";
  crawl_of c(network);
  EXPECT_EQ(c.urls(),
            (list{"http://h/", "http://h/bare", "http://h/err", "http://h/text", "http://h/yes"}));
  EXPECT_EQ(c.result.pages, 2u);
  EXPECT_EQ(c.records.at("http://h/err")["error"], "500 Internal Server Error");
}

TEST(crawler, resolves_links_by_the_first_base_and_the_pages_own_url) {
  fake_fetcher network;
  network.page(start, "<base href=/b/><base href=/no/><a href=1><a href='#f'><a href=?q>");
  network.redirect("http://h/b/1", "/c/d/");
  network.page("http://h/c/d/", "<a href=2>");
  crawl_of c(network);
  EXPECT_EQ(c.urls(), (list{"http://h/", "http://h/b/", "http://h/b/1", "http://h/b/?q",
                            "http://h/c/d/", "http://h/c/d/2"}));
}

TEST(crawler, follows_no_relative_link_of_a_base_with_another_scheme) {
  fake_fetcher network;
  network.page(start, "<base href=ftp://x/><a href=1><a href=http://h/2>");
  crawl_of c(network);
  EXPECT_EQ(c.urls(), (list{"http://h/", "http://h/2"}));
  EXPECT_EQ(c.result.other_schemes.at("ftp"), 1u);
}

TEST(crawler, reports_links_that_are_no_urls) {
  fake_fetcher network;
  network.page(start, "<a href='http://'><a href='http://h:x/'><a href='http://'>");
  crawl_of c(network);
  ASSERT_EQ(c.result.broken.size(), 2u);
  EXPECT_EQ(c.result.broken[0].url, "http://");
  EXPECT_EQ(c.result.broken[0].cause, "not a URL: no host");
  EXPECT_EQ(c.result.broken[0].links, 2u);
}

TEST(crawler, loses_nothing_when_the_server_goes_away) {
  fake_fetcher network;
  std::string links;
  for (int i = 0; i < 200; ++i) {
    links += "<a href=" + std::to_string(i) + ">";
    network.failure("http://h/" + std::to_string(i),
                    i % 2 ? fetch_failure::refused : fetch_failure::reset, "why");
  }
  network.page(start, links);
  crawl_of c(network);
  EXPECT_EQ(c.result.records, 201u);
  EXPECT_EQ(c.result.broken.size(), 200u);
  EXPECT_EQ(c.result.causes.size(), 2u);
  EXPECT_EQ(c.records.at("http://h/1")["error"], "connection refused: nobody listens there (why)");
  EXPECT_EQ(c.result.end, crawl_end::complete);
}

TEST(crawler, is_not_complete_when_no_start_page_could_be_fetched) {
  fake_fetcher network;
  network.failure(start, fetch_failure::refused);
  crawl_of c(network);
  EXPECT_EQ(c.result.end, crawl_end::no_start_page);
  EXPECT_EQ(exit_status(c.result), 3);
  ASSERT_EQ(c.result.broken.size(), 1u);
  EXPECT_TRUE(c.result.broken[0].places.empty());
}

TEST(crawler, keeps_to_the_limits_in_all_and_of_a_host) {
  fake_fetcher network;
  std::string links;
  for (int i = 0; i < 50; ++i) links += "<a href=" + std::to_string(i) + ">";
  network.page(start, links);
  network.page("http://i/", links);
  crawl_limits limits;
  limits.concurrency = 7;
  limits.per_host = 4;
  crawl_of c(network, limits, scope_kind::host, {start, "http://i/"});
  EXPECT_EQ(c.result.records, 102u);
  EXPECT_EQ(network.most_at_once, 7);
  EXPECT_EQ(network.most_at_once_of_a_host, 4);
}

TEST(crawler, fetches_the_nearest_first) {
  fake_fetcher network;
  network.page(start, "<a href=a1><a href=a2>");
  network.page("http://h/a1", "<a href=b1>");
  network.page("http://h/a2", "<a href=b2>");
  crawl_limits limits;
  limits.concurrency = 1;
  crawl_of c(network, limits);
  EXPECT_EQ(network.asked,
            (list{"http://h/", "http://h/a1", "http://h/a2", "http://h/b1", "http://h/b2"}));
}

crawler* to_stop = nullptr;

TEST(crawler, finishes_what_it_began_when_it_is_stopped) {
  fake_fetcher network;
  std::string links;
  for (int i = 0; i < 50; ++i) links += "<a href=" + std::to_string(i) + ">";
  network.page(start, links);
  network.page("http://h/0", "<a href=new>");
  scope where(scope_kind::host);
  where.add_start(resolve_url(start, nullptr).target);
  record_writer records("");
  crawl_limits limits;
  limits.concurrency = 10;
  crawler c(network, records, where, limits);
  c.add_start(resolve_url(start, nullptr).target);
  to_stop = &c;
  network.after_each = [] {
    if (to_stop->progress().fetched == 1) to_stop->stop();
  };
  run_virtual(c.run());
  const report result = c.make_report(std::chrono::seconds(1));
  EXPECT_EQ(result.end, crawl_end::interrupted);
  EXPECT_EQ(result.records, 11u);
  EXPECT_EQ(result.waiting, 41u);
  EXPECT_EQ(exit_status(result), 3);
}

}  // namespace
}  // namespace weft::crawl
