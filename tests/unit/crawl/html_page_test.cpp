#include <apps/crawl/html_page.hpp>

#include <gtest/gtest.h>

namespace weft::crawl {
namespace {

std::vector<std::string> texts(const html_page& page) {
  std::vector<std::string> result;
  for (const html_link& l : page.links) result.push_back(l.text);
  return result;
}

std::vector<std::string> links_in(std::string_view html) { return texts(read_html(html)); }

using list = std::vector<std::string>;

std::string repeated(std::string_view text, int times) {
  std::string result;
  for (int i = 0; i < times; ++i) result += text;
  return result;
}

TEST(html_page, finds_each_kind_of_link) {
  const html_page page = read_html(
      "<meta http-equiv=Refresh content='5; url=r'><a href=a>x</a><map><area href=b></map><iframe "
      "src=c></iframe>");
  ASSERT_EQ(page.links.size(), 4u);
  EXPECT_EQ(page.links[0].kind, link_kind::refresh);
  EXPECT_EQ(page.links[1].kind, link_kind::a);
  EXPECT_EQ(page.links[2].kind, link_kind::area);
  EXPECT_EQ(page.links[3].kind, link_kind::iframe);
  EXPECT_EQ(texts(page), (list{"r", "a", "b", "c"}));
  EXPECT_EQ(
      links_in(
          "<frameset><frame src=f1><frame src=f2><noframes><a href=n></a></noframes></frameset>"),
      (list{"f1", "f2"}));
  EXPECT_EQ(links_in("<svg><a href=s1><a xlink:href=s2></a></a></svg>"), (list{"s1", "s2"}));
}

TEST(html_page, reports_line_and_column_of_the_tag) {
  const html_page page = read_html("<p>\n\t<A\nhref='x'>\r\n  \u00e9<a href=y>");
  ASSERT_EQ(page.links.size(), 2u);
  EXPECT_EQ(page.links[0].line, 2u);
  EXPECT_EQ(page.links[0].column, 2u);
  EXPECT_EQ(page.links[1].line, 4u);
  EXPECT_EQ(page.links[1].column, 4u);
}

TEST(html_page, finds_no_link_in_text) {
  EXPECT_EQ(links_in("<title><a href=x></title>"), list{});
  EXPECT_EQ(links_in("<textarea><a href=x></textarea>"), list{});
  EXPECT_EQ(links_in("<script>'<a href=x>'</script>"), list{});
  EXPECT_EQ(links_in("<script><!-- <script> </script> <a href=x> --></script>"), list{});
  EXPECT_EQ(links_in("<style><a href=x></style>"), list{});
  EXPECT_EQ(links_in("<!-- <a href=x> --><!-- > <a href=y> -->"), list{});
  EXPECT_EQ(links_in("<iframe><a href=x></iframe>"), list{});
  EXPECT_EQ(links_in("<template><a href=x></a></template>"), list{});
  EXPECT_EQ(links_in("<xmp><a href=x></xmp><noembed><a href=y></noembed>"), list{});
  EXPECT_EQ(links_in("<plaintext><a href=x>"), list{});
}

TEST(html_page, reads_odd_comments_as_the_standard_does) {
  EXPECT_EQ(links_in("<!--><a href=1>"), list{"1"});
  EXPECT_EQ(links_in("<!---><a href=1>"), list{"1"});
  EXPECT_EQ(links_in("<!-- x --!><a href=1>"), list{"1"});
  EXPECT_EQ(links_in("<!bogus><a href=1>"), list{"1"});
  EXPECT_EQ(links_in("<?php <a href=0>?><a href=1>"), list{"1"});
}

TEST(html_page, reads_noscript_as_a_reader_without_scripts_does) {
  EXPECT_EQ(links_in("<body><noscript><a href=n></a></noscript>"), list{"n"});
  EXPECT_EQ(links_in("<head><noscript><meta http-equiv=refresh content='0;url=r'></noscript>"),
            list{"r"});
}

TEST(html_page, reads_odd_tags_and_attributes) {
  EXPECT_EQ(links_in("<a/href=x>"), list{"x"});
  EXPECT_EQ(links_in("<A HREF=x>"), list{"x"});
  EXPECT_EQ(links_in("<a href=1 href=2>"), list{"1"});
  EXPECT_EQ(links_in("<a title='>' href=x>"), list{"x"});
  EXPECT_EQ(links_in("<a title=a>b href=x>"), list{});
  EXPECT_EQ(links_in("<a href = \n 'x' >"), list{"x"});
  EXPECT_EQ(links_in("<a data-href=x hrefs=y>"), list{});
  EXPECT_EQ(links_in("<a href>"), list{""});
  EXPECT_EQ(links_in("<a href=\"x\"class=y>"), list{"x"});
  EXPECT_EQ(links_in("< a href=x>"), list{});
}

TEST(html_page, takes_an_unclosed_tag_at_the_end_for_no_link) {
  EXPECT_EQ(links_in("<a href=1><a href=2"), list{"1"});
  EXPECT_EQ(links_in("<a href='x"), list{});
}

TEST(html_page, counts_a_misnested_link_once) {
  EXPECT_EQ(links_in("<p><a href=1>x<p>y<p>z"), list{"1"});
  EXPECT_EQ(links_in("<b><a href=1><p></b></a>"), list{"1"});
  EXPECT_EQ(links_in("<table><a href=1><tr><td>x</table>"), list{"1"});
}

TEST(html_page, replaces_entities_by_htmls_rule) {
  EXPECT_EQ(links_in("<a href='?a=1&amp;b=2'>"), list{"?a=1&b=2"});
  EXPECT_EQ(links_in("<a href='?a&copy=2'>"), list{"?a&copy=2"});
  EXPECT_EQ(links_in("<a href='?a&copy;=2'>"), list{"?a\u00a9=2"});
  EXPECT_EQ(links_in("<a href='?a&copyx'>"), list{"?a&copyx"});
  EXPECT_EQ(links_in("<a href='?a&copy'>"), list{"?a\u00a9"});
  EXPECT_EQ(links_in("<a href='&#x2f;&#98;'>"), list{"/b"});
  EXPECT_EQ(links_in("<a href='&nosuch;'>"), list{"&nosuch;"});
}

TEST(html_page, takes_the_first_base_that_has_an_href) {
  const html_page page = read_html("<base target=_top><base href=one/><base href=two/>");
  ASSERT_TRUE(page.base.has_value());
  EXPECT_EQ(*page.base, "one/");
  EXPECT_FALSE(read_html("<!-- <base href=x> -->").base.has_value());
  EXPECT_EQ(read_html("<body><p><base href=late>").base.value_or(""), "late");
}

TEST(html_page, reads_the_title) {
  EXPECT_EQ(read_html("<title>\n  One &amp;\n two </title><svg><title>no</title></svg>").title,
            "One & two");
  EXPECT_EQ(read_html("<title>a</title><title>b</title>").title, "a");
  EXPECT_EQ(read_html("<svg><title>no</title></svg>").title, "");
}

TEST(html_page, collects_anchors) {
  EXPECT_EQ(read_html("<h1 id=a><a name=b href=x></a></h1><a name=c id=d></a><p name=e>").anchors,
            (list{"a", "b", "d", "c"}));
}

TEST(html_page, finds_a_pages_parts_when_asked) {
  const std::string_view html =
      "<link rel=stylesheet href=1><link rel=canonical href=no><script src=2></script><img "
      "src=3><video src=4></video>";
  EXPECT_EQ(links_in(html), list{});
  html_limits limits;
  limits.parts = true;
  EXPECT_EQ(texts(read_html(html, limits)), (list{"1", "2", "3", "4"}));
}

TEST(html_page, reads_the_target_of_a_refresh) {
  const std::vector<std::pair<const char*, const char*>> examples = {{"0; URL='x'", "x"},
                                                                     {"0;url=\"x\"y", "x"},
                                                                     {"5; url=x", "x"},
                                                                     {"5 url=x", "x"},
                                                                     {"5,x", "x"},
                                                                     {"5;'x'", "x"},
                                                                     {"0.5;url = x", "x"},
                                                                     {"url=x", ""},
                                                                     {"5", ""},
                                                                     {"5;", ""},
                                                                     {"5; ur=x", "ur=x"},
                                                                     {"", ""},
                                                                     {"; url=x", ""},
                                                                     {"5x; url=y", ""},
                                                                     {"0; url='x", "x"},
                                                                     {" 7 ; URL = y", "y"},
                                                                     {".;url=x", "x"},
                                                                     {"0;urls.html", "urls.html"}};
  for (const auto& [content, target] : examples)
    EXPECT_EQ(refresh_target(content), target) << content;
}

TEST(html_page, reads_bytes_that_are_no_text) {
  EXPECT_EQ(links_in(std::string(100, '\0') + "<a href=x>"), list{"x"});
  EXPECT_EQ(links_in("<a href='\xff'>"), list{"\xEF\xBF\xBD"});
  EXPECT_EQ(links_in(""), list{});
  EXPECT_EQ(links_in(repeated("<", 1000)), list{});
}

TEST(html_page, reads_a_page_that_nests_without_end_to_its_end) {
  const html_page page = read_html(repeated("<div>", 1'000'000) + "<a href=x>");
  EXPECT_EQ(page.cut, "");
  EXPECT_EQ(texts(page), list{"x"});
  EXPECT_EQ(links_in(repeated("<table><tr><td><template>", 10'000) + "</template><a href=x>"),
            list{});
  EXPECT_EQ(links_in(repeated("<svg><desc>", 10'000) + "<a href=x>"), list{"x"});
}

TEST(html_page, reads_a_page_whose_tree_would_grow_quadratically_to_its_end) {
  std::string html = "<a href=first></a>";
  for (int i = 0; i < 20'000; ++i) html += "<p><b x=" + std::to_string(i) + ">";
  const html_page page = read_html(html + "<a href=last>");
  EXPECT_EQ(page.cut, "");
  EXPECT_EQ(texts(page), (list{"first", "last"}));
}

TEST(html_page, takes_no_tag_for_an_element_where_it_has_no_place) {
  EXPECT_EQ(read_html("<td id=a><tr id=b><frame id=c src=x><p id=d>").anchors, list{"d"});
  EXPECT_EQ(read_html("<table><td id=a><tr id=b></table>").anchors, (list{"a", "b"}));
  EXPECT_EQ(links_in("<select><a href=x></a><option></select><a href=y>"), list{"y"});
  EXPECT_EQ(read_html("<form id=a><form id=b></form><form id=c>").anchors, (list{"a", "c"}));
  EXPECT_EQ(read_html("<html id=a><body id=b><html id=c><body id=d><head id=e>").anchors,
            (list{"a", "b"}));
  EXPECT_EQ(read_html("<body><html id=a><body id=b>").anchors, (list{"b", "a"}));
}

TEST(html_page, forgets_what_a_frameset_replaces) {
  const html_page page = read_html(
      "<base href=head><p><title>x</title><base href=body></p>"
      "<frameset><frame src=f></frameset><a href=y>");
  EXPECT_EQ(texts(page), list{"f"});
  EXPECT_EQ(page.title, "");
  EXPECT_EQ(page.base.value_or(""), "head");
  EXPECT_EQ(links_in("<p>text<frameset><frame src=f></frameset><a href=y>"), list{"y"});
}

TEST(html_page, knows_svg_and_mathml) {
  EXPECT_EQ(links_in("<svg><style><a href=s></style></svg><a href=h>"), (list{"s", "h"}));
  EXPECT_EQ(links_in("<svg><![CDATA[<a href=no>]]><a href=s></svg>"), list{"s"});
  EXPECT_EQ(links_in("<p><![CDATA[<a href=no>]]><a href=y>"), list{"y"});
  EXPECT_EQ(links_in("<math><a href=m></a></math><a href=h>"), list{"h"});
  EXPECT_EQ(links_in("<math><mi><a href=m>"), list{"m"});
  EXPECT_EQ(links_in("<svg><a xlink:href=1 href=2>"), list{"2"});
  EXPECT_EQ(read_html("<svg/><title>t</title>").title, "t");
  EXPECT_EQ(read_html("<svg><desc><title>t</title>").title, "t");
  EXPECT_EQ(read_html("<svg><p><title>t</title>").title, "t");
}

// What gumbo, by which the reader is tested, does otherwise.
TEST(html_page, follows_the_standard_where_gumbo_does_not) {
  EXPECT_EQ(read_html("<svg></svg ><title>t</title>").title, "t");
  EXPECT_EQ(read_html("<svg></svg/><title>t</title>").title, "t");
  EXPECT_EQ(read_html("</><a href=x>").links.at(0).column, 4u);
  EXPECT_EQ(read_html("<html><html><head id=a>").anchors, list{"a"});
  EXPECT_EQ(read_html("<one><svg></two><title>no").title, "");
  EXPECT_EQ(read_html("<svg><select><desc><template></template><p id=a>").anchors, list{"a"});
  EXPECT_EQ(links_in("<script><!--<b1></script><a href=x>"), list{"x"});
  EXPECT_EQ(links_in("<a href='\x01'>"), list{"\x01"});
}

TEST(html_page, says_when_a_long_page_was_not_read_to_its_end) {
  html_limits limits;
  limits.bytes = 1 << 20;
  const html_page page =
      read_html("<a href=x></a>" + std::string(2 << 20, 'y') + "<a href=z>", limits);
  EXPECT_EQ(texts(page), list{"x"});
  EXPECT_EQ(page.cut, "only the first 1 MiB were looked at");
}

}  // namespace
}  // namespace weft::crawl
