#include <weft/core/outcome.hpp>

#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

namespace weft {
namespace {

outcome<std::string> of(std::string text) {
  outcome<std::string> o;
  o.emplace(std::move(text));
  return o;
}

template <class E>
outcome<std::string> failed(E error) {
  outcome<std::string> o;
  o.set_exception(std::make_exception_ptr(std::move(error)));
  return o;
}

TEST(outcome, is_empty_at_first) {
  outcome<int> o;
  EXPECT_FALSE(o.has_value());
  EXPECT_FALSE(o.cancelled());
  EXPECT_EQ(o.exception(), nullptr);
  EXPECT_THROW((void)o.value(), invalid_state_error);
}

TEST(outcome, gives_its_value_copied_from_an_lvalue_and_moved_from_an_rvalue) {
  outcome<std::string> o = of("a text too long for the small string optimisation");
  EXPECT_TRUE(o);
  EXPECT_EQ(o.value(), "a text too long for the small string optimisation");
  std::string moved = std::move(o).value();
  EXPECT_EQ(moved, "a text too long for the small string optimisation");
}

TEST(outcome, throws_its_error) {
  outcome<std::string> o = failed(std::runtime_error("no"));
  EXPECT_FALSE(o);
  EXPECT_FALSE(o.cancelled());
  EXPECT_NE(o.exception(), nullptr);
  EXPECT_THROW((void)o.value(), std::runtime_error);
}

TEST(outcome, knows_a_cancel_from_an_error) {
  outcome<std::string> o = failed(cancelled_error("why"));
  EXPECT_TRUE(o.cancelled());
  EXPECT_EQ(describe(o.exception()), "weft::cancelled_error: why");
  EXPECT_THROW((void)o.value(), cancelled_error);
  outcome<std::string> bare = failed(cancelled_error());
  EXPECT_TRUE(bare.cancelled());
  EXPECT_EQ(describe(bare.exception()), "weft::cancelled_error");
  EXPECT_THROW((void)std::move(bare).value(), cancelled_error);
}

TEST(outcome, takes_the_exception_that_is_being_handled) {
  outcome<int> error;
  outcome<int> cancel;
  outcome<int> cancel_with_message;
  try {
    throw std::runtime_error("no");
  } catch (...) {
    error.set_current_exception();
  }
  try {
    throw cancelled_error();
  } catch (...) {
    cancel.set_current_exception();
  }
  try {
    throw cancelled_error("why");
  } catch (...) {
    cancel_with_message.set_current_exception();
  }
  EXPECT_EQ(describe(error.exception()), "std::runtime_error: no");
  EXPECT_TRUE(cancel.cancelled());
  EXPECT_EQ(describe(cancel.exception()), "weft::cancelled_error");
  EXPECT_TRUE(cancel_with_message.cancelled());
  EXPECT_EQ(describe(cancel_with_message.exception()), "weft::cancelled_error: why");
}

TEST(outcome, copies_and_moves_whatever_it_holds) {
  outcome<std::string> value = of("text");
  outcome<std::string> copy(value);
  EXPECT_EQ(copy.value(), "text");
  outcome<std::string> moved(std::move(copy));
  EXPECT_EQ(moved.value(), "text");
  moved = failed(std::runtime_error("no"));
  EXPECT_THROW((void)moved.value(), std::runtime_error);
  moved = value;
  EXPECT_EQ(moved.value(), "text");
  outcome<std::string> empty;
  moved = empty;
  EXPECT_FALSE(moved.has_value());
}

TEST(outcome, holds_what_only_moves) {
  outcome<std::unique_ptr<int>> o;
  o.emplace(std::make_unique<int>(7));
  outcome<std::unique_ptr<int>> moved(std::move(o));
  std::unique_ptr<int> p = std::move(moved).value();
  EXPECT_EQ(*p, 7);
}

TEST(outcome, holds_references_and_nothing) {
  int number = 1;
  outcome<int&> reference;
  reference.emplace(&number);
  EXPECT_EQ(&reference.value(), &number);
  outcome<void> nothing;
  EXPECT_THROW(nothing.value(), invalid_state_error);
  nothing.emplace();
  EXPECT_NO_THROW(nothing.value());
}

TEST(outcome, destroys_its_value_once) {
  auto alive = std::make_shared<int>(0);
  {
    outcome<std::shared_ptr<int>> o;
    o.emplace(alive);
    outcome<std::shared_ptr<int>> other(o);
    EXPECT_EQ(alive.use_count(), 3);
    other = outcome<std::shared_ptr<int>>();
    EXPECT_EQ(alive.use_count(), 2);
  }
  EXPECT_EQ(alive.use_count(), 1);
}

}  // namespace
}  // namespace weft
