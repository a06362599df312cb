#include <apps/crawl/html_tag.hpp>

#include <gtest/gtest.h>

namespace weft::crawl {
namespace {

TEST(html_tag, is_found_in_whatever_case) {
  EXPECT_EQ(tag_named("a"), html_tag::a);
  EXPECT_EQ(tag_named("A"), html_tag::a);
  EXPECT_EQ(tag_named("h6"), html_tag::h6);
  EXPECT_EQ(tag_named("Optgroup"), html_tag::optgroup);
  EXPECT_EQ(tag_named("BLOCKQUOTE"), html_tag::blockquote);
  EXPECT_EQ(tag_named("foreignObject"), html_tag::foreignobject);
  EXPECT_EQ(tag_named("annotation-xml"), html_tag::annotation_xml);
  EXPECT_EQ(tag_named("template"), html_tag::template_element);
  EXPECT_EQ(tag_named("xmp"), html_tag::xmp);
}

TEST(html_tag, is_unknown_by_any_other_name) {
  for (const char* name : {"", "x", "h7", "h\x16", "aa", "optgroups", "blockquotf", "blockquotes",
                           "foreignobjecs", "\xC1", "annotation-xmlx"}) {
    EXPECT_EQ(tag_named(name), html_tag::unknown) << name;
  }
}

TEST(html_tag, has_roles) {
  EXPECT_NE(roles_of(html_tag::td) & role::scope, 0);
  EXPECT_NE(roles_of(html_tag::td) & role::table_part, 0);
  EXPECT_NE(roles_of(html_tag::h1) & role::heading, 0);
  EXPECT_EQ(roles_of(html_tag::unknown), 0);
  EXPECT_EQ(roles_of(html_tag::a), 0);
}

}  // namespace
}  // namespace weft::crawl
