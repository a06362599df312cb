#include <gtest/gtest.h>
#include <apps/crawl/frontier.hpp>

namespace weft::crawl {
namespace {

url_id add(frontier& f, const char* address, std::uint32_t depth) {
  const url_id id = f.number_of(resolve_url(address, nullptr).target);
  f.push(id, depth);
  return id;
}

TEST(frontier, numbers_each_url_once) {
  frontier f(0);
  const url_id a = add(f, "http://h/a", 0);
  EXPECT_EQ(f.number_of(resolve_url("HTTP://H:80/a#x", nullptr).target), a);
  EXPECT_EQ(f.known(), 1u);
  EXPECT_EQ(f.address(a).text(), "http://h/a");
}

TEST(frontier, hands_out_no_url_twice) {
  frontier f(0);
  const url_id a = add(f, "http://h/a", 0);
  EXPECT_FALSE(f.push(a, 0));
  EXPECT_EQ(f.pop(), a);
  EXPECT_FALSE(f.push(a, 0));
  f.finish(a);
  EXPECT_FALSE(f.push(a, 0));
  EXPECT_EQ(f.pop(), std::nullopt);
}

TEST(frontier, hands_out_the_nearest_first_and_equals_in_order_of_arrival) {
  frontier f(0);
  const url_id deep = add(f, "http://h/deep", 2);
  const url_id first = add(f, "http://h/first", 1);
  const url_id other = add(f, "http://other/", 1);
  const url_id last = add(f, "http://h/last", 1);
  EXPECT_EQ(f.pop(), first);
  EXPECT_EQ(f.pop(), other);
  EXPECT_EQ(f.pop(), last);
  EXPECT_EQ(f.pop(), deep);
  EXPECT_EQ(f.pop(), std::nullopt);
}

TEST(frontier, passes_over_a_host_that_is_at_its_limit) {
  frontier f(1);
  const url_id a = add(f, "http://h/a", 0);
  const url_id b = add(f, "http://h/b", 0);
  const url_id c = add(f, "http://other/c", 5);
  EXPECT_EQ(f.pop(), a);
  EXPECT_EQ(f.pop(), c);
  EXPECT_EQ(f.pop(), std::nullopt);
  EXPECT_EQ(f.waiting(), 1u);
  EXPECT_EQ(f.out(), 2u);
  f.finish(a);
  EXPECT_EQ(f.pop(), b);
}

TEST(frontier, lets_a_nearer_url_overtake_those_of_a_busy_host) {
  frontier f(1);
  const url_id a = add(f, "http://h/a", 3);
  EXPECT_EQ(f.pop(), a);
  add(f, "http://h/b", 3);
  const url_id c = add(f, "http://h/c", 1);
  f.finish(a);
  EXPECT_EQ(f.pop(), c);
}

}  // namespace
}  // namespace weft::crawl
