#include <weft/core/coro.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

coro<int> answer() { co_return 42; }

TEST(coro, only_moves) {
  EXPECT_FALSE(std::is_copy_constructible_v<coro<int>>);
  EXPECT_TRUE(std::is_nothrow_move_constructible_v<coro<int>>);
}

VIRTUAL_TEST(coro, runs_nothing_before_it_is_awaited) {
  bool ran = false;
  auto body = [](bool& r) -> coro<> {
    r = true;
    co_return;
  };
  coro<> c = body(ran);
  EXPECT_TRUE(c);
  EXPECT_FALSE(ran);
  co_await std::move(c);
  EXPECT_TRUE(ran);
  EXPECT_FALSE(c);  // NOLINT: what a moved-from one says is promised
}

VIRTUAL_TEST(coro, runs_inline_without_a_turn_of_the_loop) {
  bool turned = false;
  get_running_loop().call_soon([&] { turned = true; });
  int n = co_await answer();
  EXPECT_EQ(n, 42);
  EXPECT_FALSE(turned);
  co_await sleep(0s);
}

VIRTUAL_TEST(coro, gives_values_that_only_move_and_references) {
  auto pointer = []() -> coro<std::unique_ptr<int>> { co_return std::make_unique<int>(7); };
  std::unique_ptr<int> p = co_await pointer();
  EXPECT_EQ(*p, 7);
  auto reference = [](int& n) -> coro<int&> { co_return n; };
  int number = 1;
  int& same = co_await reference(number);
  EXPECT_EQ(&same, &number);
}

VIRTUAL_TEST(coro, converts_what_is_returned) {
  auto text = []() -> coro<std::string> { co_return "text"; };
  std::string s = co_await text();
  EXPECT_EQ(s, "text");
}

VIRTUAL_TEST(coro, throws_at_once_or_after_a_wait) {
  auto fail = [](duration delay) -> coro<> {
    if (delay > 0s) co_await sleep(delay);
    throw std::runtime_error("no");
  };
  int caught = 0;
  try {
    co_await fail(0s);
  } catch (const std::runtime_error&) {
    ++caught;
  }
  try {
    co_await fail(1s);
  } catch (const std::runtime_error&) {
    ++caught;
  }
  EXPECT_EQ(caught, 2);
}

VIRTUAL_TEST(coro, resumes_its_whole_chain_in_the_turn_in_which_the_innermost_ends) {
  auto chain = [](auto& self, int depth) -> coro<int> {
    if (depth == 0) {
      co_await sleep(1s);
      co_return 0;
    }
    int below = co_await self(self, depth - 1);
    co_return below + 1;
  };
  int depth = co_await chain(chain, 100);
  EXPECT_EQ(depth, 100);
  EXPECT_EQ(virtual_now(), 1s);
}

VIRTUAL_TEST(coro, destroys_its_locals_at_the_end_of_the_await) {
  auto alive = std::make_shared<int>(0);
  auto hold = [](std::shared_ptr<int> held) -> coro<long> { co_return held.use_count(); };
  long count = co_await hold(alive);
  EXPECT_GE(count, 2);
  EXPECT_EQ(alive.use_count(), 1);
}

VIRTUAL_TEST(coro, can_be_awaited_once) {
  coro<int> c = answer();
  int n = co_await std::move(c);
  EXPECT_EQ(n, 42);
  bool refused = false;
  try {
    co_await std::move(c);  // NOLINT: that is what is tested
  } catch (const usage_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
}

VIRTUAL_TEST(coro, that_was_never_awaited_is_reported_by_its_functions_name) {
  {
    coro<int> dropped = answer();
  }
  texts reports = test::take_reports();
  EXPECT_EQ(reports.size(), 1u);
  EXPECT_NE(reports.at(0).find("answer"), std::string::npos) << reports.at(0);
  EXPECT_NE(reports.at(0).find("was never awaited"), std::string::npos);
  co_return;
}

TEST(coro, that_was_never_awaited_is_reported_to_stderr_without_a_loop) {
  testing::internal::CaptureStderr();
  {
    coro<int> dropped = answer();
  }
  const std::string text = testing::internal::GetCapturedStderr();
  EXPECT_NE(text.find("answer"), std::string::npos) << text;
  EXPECT_NE(text.find("coro_test.cpp:"), std::string::npos) << text;
}

VIRTUAL_TEST(coro, that_was_never_awaited_destroys_its_arguments) {
  test::expect_report("was never awaited");
  auto alive = std::make_shared<int>(0);
  auto hold = [](std::shared_ptr<int> held) -> coro<long> { co_return held.use_count(); };
  {
    coro<long> dropped = hold(alive);
    EXPECT_EQ(alive.use_count(), 2);
  }
  EXPECT_EQ(alive.use_count(), 1);
  co_return;
}

VIRTUAL_TEST(coro, closes_without_a_report) {
  coro<int> c = answer();
  c.close();
  EXPECT_FALSE(c);
  c.close();
  co_return;
}

VIRTUAL_TEST(coro, that_is_assigned_over_is_reported) {
  test::expect_report("was never awaited");
  coro<int> c = answer();
  c = answer();
  int n = co_await std::move(c);
  EXPECT_EQ(n, 42);
}

}  // namespace
}  // namespace weft
