#include <gtest/gtest.h>
#include <apps/crawl/anchor_set.hpp>

namespace weft::crawl {
namespace {

TEST(anchor_set, knows_the_names_of_a_page) {
  const anchor_set page({"b", "a", "b", "long-name"});
  for (const char* name : {"a", "b", "long-name"}) EXPECT_TRUE(page.leads_somewhere(name)) << name;
  for (const char* name : {"c", "long", "long-name-", "A"}) {
    EXPECT_FALSE(page.leads_somewhere(name)) << name;
  }
}

TEST(anchor_set, compares_as_written_and_percent_decoded) {
  const anchor_set page({"a b", "\u00e4", "x%20y", "100%"});
  for (const char* name :
       {"a b", "a%20b", "\u00e4", "%C3%A4", "%c3%a4", "x%20y", "100%", "100%25"}) {
    EXPECT_TRUE(page.leads_somewhere(name)) << name;
  }
  EXPECT_FALSE(page.leads_somewhere("a+b"));
  EXPECT_FALSE(page.leads_somewhere("x%2520"));
}

TEST(anchor_set, has_a_top_always) {
  const anchor_set empty;
  for (const char* name : {"", "top", "Top", "TOP", "%74op", ":~:text=x", "top:~:text=x"}) {
    EXPECT_TRUE(empty.leads_somewhere(name)) << name;
  }
  EXPECT_FALSE(empty.leads_somewhere("topper"));
  EXPECT_FALSE(empty.leads_somewhere("to"));
}

TEST(anchor_set, takes_a_text_directive_for_no_part_of_the_name) {
  const anchor_set page({"a"});
  EXPECT_TRUE(page.leads_somewhere("a:~:text=some%20words"));
  EXPECT_FALSE(page.leads_somewhere("b:~:text=a"));
}

}  // namespace
}  // namespace weft::crawl
