#include <weft/core/errors.hpp>

#include <gtest/gtest.h>

#include <exception>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft {
namespace {

template <class E>
std::exception_ptr made(E e) {
  return std::make_exception_ptr(std::move(e));
}

TEST(cancelled_error, stands_outside_std_exception) {
  EXPECT_FALSE((std::is_base_of_v<std::exception, cancelled_error>));
}

TEST(cancelled_error, carries_a_message_or_none) {
  EXPECT_FALSE(cancelled_error().has_message());
  EXPECT_EQ(cancelled_error().message(), "");
  cancelled_error e("shutting down");
  cancelled_error copy(e);
  EXPECT_EQ(copy.message(), "shutting down");
  cancelled_error moved(std::move(copy));
  EXPECT_EQ(moved.message(), "shutting down");
  e = cancelled_error();
  EXPECT_FALSE(e.has_message());
}

TEST(cancelled_error, may_carry_an_empty_message) {
  EXPECT_TRUE(cancelled_error("").has_message());
}

TEST(errors, stand_where_asyncios_stand) {
  EXPECT_TRUE((std::is_base_of_v<std::logic_error, usage_error>));
  EXPECT_TRUE((std::is_base_of_v<std::logic_error, invalid_state_error>));
  EXPECT_TRUE((std::is_base_of_v<std::invalid_argument, value_error>));
  EXPECT_TRUE((std::is_base_of_v<std::runtime_error, timeout_error>));
  EXPECT_TRUE((std::is_base_of_v<std::runtime_error, interrupted_error>));
  EXPECT_STREQ(timeout_error().what(), "timed out");
  EXPECT_STREQ(queue_empty().what(), "the queue is empty");
  EXPECT_STREQ(queue_full().what(), "the queue is full");
}

TEST(describe, gives_type_and_text) {
  EXPECT_EQ(describe(made(std::runtime_error("boom"))), "std::runtime_error: boom");
  EXPECT_EQ(describe(made(value_error("no"))), "weft::value_error: no");
  EXPECT_EQ(describe(made(cancelled_error())), "weft::cancelled_error");
  EXPECT_EQ(describe(made(cancelled_error("stop"))), "weft::cancelled_error: stop");
  EXPECT_EQ(describe(made(7)), "int");
  EXPECT_EQ(describe(nullptr), "no error");
}

TEST(describe, gives_the_members_of_a_group) {
  exception_group inner("inner", {made(std::runtime_error("b"))});
  exception_group outer("outer", {made(value_error("a")), made(inner)});
  EXPECT_EQ(describe(made(outer)), "outer (weft::value_error: a; inner (std::runtime_error: b))");
}

TEST(exception_group, keeps_its_members_in_order) {
  exception_group group("two", {made(value_error("a")), made(std::runtime_error("b"))});
  EXPECT_STREQ(group.what(), "two");
  ASSERT_EQ(group.exceptions().size(), 2u);
  EXPECT_EQ(describe(group.exceptions()[0]), "weft::value_error: a");
}

TEST(exception_group, splits_by_type) {
  exception_group group("g", {made(value_error("a")), made(std::runtime_error("b")),
                              made(value_error("c")), made(cancelled_error())});
  auto [values, rest] = group.split<value_error>();
  EXPECT_EQ(describe(made(values)), "g (weft::value_error: a; weft::value_error: c)");
  EXPECT_EQ(describe(made(rest)), "g (std::runtime_error: b; weft::cancelled_error)");
}

TEST(exception_group, splits_nested_groups_and_keeps_the_nesting) {
  exception_group inner("inner", {made(value_error("a")), made(std::runtime_error("b"))});
  exception_group outer("outer", {made(inner), made(std::runtime_error("c"))});
  auto [values, rest] = outer.split<value_error>();
  EXPECT_EQ(describe(made(values)), "outer (inner (weft::value_error: a))");
  EXPECT_EQ(describe(made(rest)), "outer (inner (std::runtime_error: b); std::runtime_error: c)");
}

TEST(exception_group, splits_by_a_test) {
  exception_group group("g", {made(value_error("a")), made(std::runtime_error("b"))});
  auto [b, rest] = group.split(
      [](const std::exception_ptr& one) { return describe(one) == "std::runtime_error: b"; });
  EXPECT_EQ(b.exceptions().size(), 1u);
  EXPECT_EQ(rest.exceptions().size(), 1u);
}

TEST(exception_group, gives_an_empty_part_when_nothing_matches) {
  exception_group group("g", {made(std::runtime_error("b"))});
  EXPECT_TRUE(group.subgroup<value_error>().empty());
  EXPECT_FALSE(group.subgroup<std::runtime_error>().empty());
}

}  // namespace
}  // namespace weft
