#include <weft/core/async_generator.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;
using texts = std::vector<std::string>;

/// Notes the end of a scope.
struct at_exit {
  texts& trace;
  std::string text;
  at_exit(texts& t, std::string s) : trace(t), text(std::move(s)) {}
  at_exit(const at_exit&) = delete;
  ~at_exit() { trace.push_back(text); }
};

async_generator<int> count_to(int n) {
  for (int i = 0; i < n; ++i) co_yield i;
}

async_generator<int> ticks(int n) {
  for (int i = 0; i < n; ++i) {
    co_await sleep(1s);
    co_yield i;
  }
}

VIRTUAL_TEST(async_generator, yields_value_after_value_then_null) {
  std::vector<int> got;
  auto numbers = count_to(3);
  while (auto* number = co_await numbers.next()) got.push_back(*number);
  EXPECT_EQ(got, (std::vector<int>{0, 1, 2}));
  int* after_the_end = co_await numbers.next();
  EXPECT_EQ(after_the_end, nullptr);
}

VIRTUAL_TEST(async_generator, may_await_between_its_yields) {
  std::vector<duration> when;
  auto generator = ticks(3);
  while (co_await generator.next()) when.push_back(virtual_now());
  EXPECT_EQ(when, (std::vector<duration>{1s, 2s, 3s}));
}

VIRTUAL_TEST(async_generator, runs_nothing_before_the_first_ask) {
  texts trace;
  auto body = [](texts& out) -> async_generator<int> {
    out.push_back("begins");
    co_yield 1;
  };
  auto generator = body(trace);
  EXPECT_EQ(trace, texts{});
  co_await generator.next();
  EXPECT_EQ(trace, texts{"begins"});
}

VIRTUAL_TEST(async_generator, takes_no_turn_of_the_loop_when_it_needs_none) {
  bool turned = false;
  get_running_loop().call_soon([&] { turned = true; });
  auto numbers = count_to(1000);
  while (co_await numbers.next()) {
  }
  EXPECT_FALSE(turned);
  co_await sleep(0s);
}

VIRTUAL_TEST(async_generator, gives_what_it_yielded_to_be_changed_or_moved_out) {
  auto body = []() -> async_generator<std::string> {
    std::string kept = "kept";
    co_yield kept;
    EXPECT_EQ(kept, "changed");
    const std::string constant = "constant";
    co_yield constant;
    EXPECT_EQ(constant, "constant");
    co_yield "converted";
    co_yield std::string("temporary");
  };
  auto generator = body();
  std::string* text = co_await generator.next();
  EXPECT_EQ(*text, "kept");
  *text = "changed";
  text = co_await generator.next();
  EXPECT_EQ(*text, "constant");
  *text = "changed";
  text = co_await generator.next();
  EXPECT_EQ(*text, "converted");
  text = co_await generator.next();
  std::string moved = std::move(*text);
  EXPECT_EQ(moved, "temporary");
  text = co_await generator.next();
  EXPECT_EQ(text, nullptr);
}

VIRTUAL_TEST(async_generator, yields_what_only_moves) {
  auto body = []() -> async_generator<std::unique_ptr<int>> {
    co_yield std::make_unique<int>(7);
    auto named = std::make_unique<int>(8);
    co_yield std::move(named);
  };
  auto generator = body();
  std::unique_ptr<int>* p = co_await generator.next();
  EXPECT_EQ(**p, 7);
  p = co_await generator.next();
  std::unique_ptr<int> taken = std::move(*p);
  EXPECT_EQ(*taken, 8);
}

VIRTUAL_TEST(async_generator, yields_references) {
  std::vector<int> numbers{1, 2, 3};
  auto body = [](std::vector<int>& v) -> async_generator<int&> {
    for (int& n : v) co_yield n;
  };
  auto generator = body(numbers);
  while (int* n = co_await generator.next()) *n *= 2;
  EXPECT_EQ(numbers, (std::vector<int>{2, 4, 6}));
}

VIRTUAL_TEST(async_generator, throws_an_error_of_its_body_once_and_is_at_its_end) {
  auto body = []() -> async_generator<int> {
    co_yield 1;
    throw std::runtime_error("inside");
  };
  auto generator = body();
  co_await generator.next();
  std::string caught;
  try {
    co_await generator.next();
  } catch (const std::runtime_error& e) {
    caught = e.what();
  }
  EXPECT_EQ(caught, "inside");
  int* end = co_await generator.next();
  EXPECT_EQ(end, nullptr);
}

VIRTUAL_TEST(async_generator, throws_an_error_after_a_wait) {
  auto body = []() -> async_generator<int> {
    co_await sleep(1s);
    throw std::runtime_error("late");
    co_yield 1;
  };
  auto generator = body();
  std::string caught;
  try {
    co_await generator.next();
  } catch (const std::runtime_error& e) {
    caught = e.what();
  }
  EXPECT_EQ(caught, "late");
}

VIRTUAL_TEST(async_generator, lets_go_of_its_frame_when_its_body_ends) {
  texts trace;
  auto body = [](texts& out) -> async_generator<int> {
    at_exit mark(out, "frame gone");
    co_yield 1;
  };
  auto generator = body(trace);
  while (co_await generator.next()) {
  }
  trace.push_back("end seen");
  EXPECT_EQ(trace, (texts{"frame gone", "end seen"}));
}

VIRTUAL_TEST(async_generator, stays_where_it_is_when_its_consumer_breaks_off) {
  auto numbers = count_to(9);
  while (int* n = co_await numbers.next()) {
    if (*n == 2) break;
  }
  int* next = co_await numbers.next();
  EXPECT_EQ(*next, 3);
}

VIRTUAL_TEST(async_generator, destroys_its_frame_with_itself) {
  texts trace;
  auto body = [](texts& out) -> async_generator<int> {
    at_exit mark(out, "cleaned");
    co_yield 1;
    out.push_back("never");
  };
  {
    auto generator = body(trace);
    co_await generator.next();
  }
  EXPECT_EQ(trace, texts{"cleaned"});
}

VIRTUAL_TEST(async_generator, may_be_dropped_unstarted) {
  {
    auto never = count_to(1);
  }
  co_return;
}

VIRTUAL_TEST(async_generator, moves) {
  auto first = count_to(3);
  co_await first.next();
  async_generator<int> second = std::move(first);
  int* n = co_await second.next();
  EXPECT_EQ(*n, 1);
  int* spent = co_await first.next();  // NOLINT: what a moved-from one does is promised
  EXPECT_EQ(spent, nullptr);
  second = count_to(1);
  n = co_await second.next();
  EXPECT_EQ(*n, 0);
}

VIRTUAL_TEST(async_generator, delegates_to_another) {
  auto outer = [](async_generator<int> inner) -> async_generator<int> {
    while (int* n = co_await inner.next()) co_yield *n * 10;
  };
  std::vector<int> got;
  auto generator = outer(ticks(3));
  while (int* n = co_await generator.next()) got.push_back(*n);
  EXPECT_EQ(got, (std::vector<int>{0, 10, 20}));
}

// ---- aclose

VIRTUAL_TEST(async_generator_aclose, throws_generator_exit_at_the_yield) {
  texts trace;
  auto body = [](texts& out) -> async_generator<int> {
    try {
      co_yield 1;
    } catch (const generator_exit&) {
      out.push_back("closed");
      throw;
    }
    out.push_back("never");
  };
  auto generator = body(trace);
  co_await generator.next();
  co_await generator.aclose();
  EXPECT_EQ(trace, texts{"closed"});
  int* end = co_await generator.next();
  EXPECT_EQ(end, nullptr);
  co_await generator.aclose();
}

VIRTUAL_TEST(async_generator_aclose, waits_for_a_clean_up_that_awaits) {
  auto body = []() -> async_generator<int> {
    try {
      co_yield 1;
    } catch (const generator_exit&) {
    }
    co_await sleep(2s);
  };
  auto generator = body();
  co_await generator.next();
  co_await generator.aclose();
  EXPECT_EQ(virtual_now(), 2s);
}

VIRTUAL_TEST(async_generator_aclose, runs_nothing_of_a_body_that_never_started) {
  texts trace;
  auto body = [](texts& out) -> async_generator<int> {
    out.push_back("never");
    co_yield 1;
  };
  auto generator = body(trace);
  co_await generator.aclose();
  int* spent = co_await generator.next();
  EXPECT_EQ(spent, nullptr);
  EXPECT_EQ(trace, texts{});
}

VIRTUAL_TEST(async_generator_aclose, throws_what_the_clean_up_throws) {
  auto body = []() -> async_generator<int> {
    try {
      co_yield 1;
    } catch (const generator_exit&) {
    }
    throw std::runtime_error("in the clean-up");
  };
  auto generator = body();
  co_await generator.next();
  bool thrown = false;
  try {
    co_await generator.aclose();
  } catch (const std::runtime_error&) {
    thrown = true;
  }
  EXPECT_TRUE(thrown);
}

VIRTUAL_TEST(async_generator_aclose, refuses_a_body_that_yields_on) {
  auto body = []() -> async_generator<int> {
    try {
      co_yield 1;
    } catch (const generator_exit&) {
    }
    co_yield 2;
  };
  auto generator = body();
  co_await generator.next();
  bool refused = false;
  try {
    co_await generator.aclose();
  } catch (const usage_error&) {
    refused = true;
  }
  EXPECT_TRUE(refused);
}

VIRTUAL_TEST(async_generator_aclose, does_not_close_what_the_body_consumes) {
  async_generator<int> source = count_to(9);
  auto outer = [](async_generator<int>& inner) -> async_generator<int> {
    while (int* n = co_await inner.next()) co_yield *n;
  };
  auto generator = outer(source);
  co_await generator.next();
  co_await generator.aclose();
  int* n = co_await source.next();
  EXPECT_EQ(*n, 1);
}

}  // namespace
}  // namespace weft
