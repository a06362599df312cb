#include <gtest/gtest.h>
#include <apps/crawl/report.hpp>

#include <nlohmann/json.hpp>

namespace weft::crawl {
namespace {

/// A site of three pages: all hold /missing, one also /gone and a link that is no URL.
class report_test : public testing::Test {
 protected:
  report_test() {
    for (const char* address : {"http://h/", "http://h/b", "http://h/a"}) {
      const url_id id = fetched(address, 200);
      site_.at(id).page = true;
      site_.at(id).bytes = 1500;
      site_.at(id).elapsed = std::chrono::milliseconds(id + 1);
    }
    site_.at(0).start = true;
    const url_id missing = fetched("http://h/missing", 404);
    const url_id gone = fetched("http://h/gone", 0);
    site_.at(gone).failure = fetch_failure::reset;
    site_.at(gone).problem = "in the words of the network";
    site_.at(0).links = {
        {missing, 3, 7, link_kind::a}, {missing, 4, 1, link_kind::a}, {gone, 9, 9, link_kind::a}};
    site_.at(1).links = {{missing, 1, 1, link_kind::a}};
    site_.at(2).links = {{missing, 2, 2, link_kind::a}};
    site_.add_bad_link({2, 5, 6, "http://\x1b[31m", "no host"});
    site_.add_other_scheme("mailto");
  }

  url_id fetched(const char* address, std::uint16_t status) {
    const url_id id = urls_.number_of(resolve_url(address, nullptr).target);
    site_.at(id).state = url_state::done;
    site_.at(id).status = status;
    return id;
  }

  report made() const {
    return make_report(site_, urls_, crawl_end::complete, 5, std::chrono::seconds(2));
  }

  frontier urls_{0};
  site site_;
};

TEST_F(report_test, puts_first_what_hurts_most_pages) {
  const report r = made();
  ASSERT_EQ(r.broken.size(), 3u);
  EXPECT_EQ(r.broken[0].url, "http://h/missing");
  EXPECT_EQ(r.broken[0].links, 4u);
  ASSERT_EQ(r.broken[0].places.size(), 3u);
  EXPECT_EQ(r.broken[0].places[0].page, "http://h/");
  EXPECT_EQ(r.broken[0].places[0].links, 2u);
  EXPECT_EQ(r.broken[0].places[1].page, "http://h/a");
  EXPECT_EQ(r.pages_hurt, 3u);
}

TEST_F(report_test, groups_by_status_host_and_cause) {
  const report r = made();
  EXPECT_EQ(r.by_status.at("200 OK"), 3u);
  EXPECT_EQ(r.by_status.at("404 Not Found"), 1u);
  EXPECT_EQ(r.by_host.at("h").urls, 5u);
  EXPECT_EQ(r.by_host.at("h").errors, 2u);
  EXPECT_EQ(r.causes.at("404 Not Found").links, 4u);
  EXPECT_EQ(r.causes.at("not a URL: no host").urls, 1u);
  EXPECT_EQ(r.slowest.at(0).url, "http://h/a");
}

TEST_F(report_test, prints_tables_that_name_page_line_and_column) {
  const std::string text = to_text(made(), 2);
  for (const char* part : {"The crawl is complete: 3 pages and 2 other URLs fetched in 2.00 s (2 "
                           "pages/s), 4.5 kB, 5 links checked.",
                           "Broken links: 3 URLs, 3 pages, 6 links",
                           "  http://h/missing\n    404 Not Found\n    on 3 pages, in 4 links\n    "
                           "  http://h/:3:7 and 1 more there\n"
                           "      http://h/a:2:2\n      and 1 more page (--places 0 shows all)\n",
                           "the server broke the connection off (in the words of the network)",
                           "http://\\x1b[31m", "1 link  mailto:"}) {
    EXPECT_NE(text.find(part), std::string::npos) << part << " in\n" << text;
  }
  EXPECT_EQ(text.find('\x1b'), std::string::npos);
  EXPECT_NE(to_text(made(), 0).find("http://h/b:1:1"), std::string::npos);
}

TEST_F(report_test, gives_programs_every_page_of_every_broken_url) {
  const nlohmann::json json = nlohmann::json::parse(to_json(made()));
  EXPECT_EQ(json["end"], "complete");
  EXPECT_EQ(json["broken"][0]["url"], "http://h/missing");
  EXPECT_EQ(json["broken"][0]["pages"].size(), 3u);
  EXPECT_EQ(json["broken"][0]["pages"][0],
            nlohmann::json({{"page", "http://h/"}, {"line", 3}, {"column", 7}, {"links", 2}}));
}

TEST_F(report_test, lists_missing_anchors_apart) {
  site_.at(0).anchors = std::make_unique<const anchor_set>(std::vector<std::string>{"x"});
  site_.at(1).links.push_back({0, 7, 8, link_kind::a});
  site_.at(1).links.push_back({0, 9, 1, link_kind::a});
  site_.at(1).fragments = {{1, "y\x1b"}, {2, "x"}};
  site_.at(2).links.push_back({0, 3, 3, link_kind::a});
  site_.at(2).fragments = {{1, "y\x1b"}};
  for (url_id page : {1u, 2u}) site_.check_fragments(page);
  const report r = made();
  EXPECT_EQ(r.broken.size(), 3u);
  ASSERT_EQ(r.missing_anchors.size(), 1u);
  const std::string text = to_text(r, 1);
  EXPECT_NE(text.find("\nMissing anchors: 1, 2 links\n\n  http://h/#y\\x1b\n    on 2 pages, in 2 "
                      "links\n      http://h/a:3:3\n      and 1 more page"),
            std::string::npos)
      << text;
  const nlohmann::json json = nlohmann::json::parse(to_json(r));
  EXPECT_EQ(json["missing_anchors"][0]["links"], 2);
  EXPECT_EQ(json["missing_anchors"][0]["pages"][1]["line"], 7);
}

TEST_F(report_test, decides_the_exit_status) {
  report r = made();
  EXPECT_EQ(exit_status(r), 1);
  r.broken.clear();
  EXPECT_EQ(exit_status(r), 0);
  r.missing_anchors.resize(1);
  EXPECT_EQ(exit_status(r), 0);
  r.anchors_fail = true;
  EXPECT_EQ(exit_status(r), 1);
  r.end = crawl_end::interrupted;
  EXPECT_EQ(exit_status(r), 3);
}

}  // namespace
}  // namespace weft::crawl
