#include <weft/core/await_chain.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <weft/core/exception_context.hpp>
#include <weft/flow/gather.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/flow/task_group.hpp>
#include <weft/flow/timeout.hpp>
#include <weft/run/run.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

template <class E>
coro<> fails(E error) {
  co_await sleep(0s);
  throw error;
}
template <class E>
coro<> through(E error) {
  co_await fails(std::move(error));
}
coro<> sleeps() { co_await sleep(1h); }
coro<> sleeps_inside() { co_await sleeps(); }

/// Awaits, whatever it ends with.
template <class A>
coro<> end_of(A what) {
  const auto ended = co_await as_outcome(std::move(what));
  static_cast<void>(ended);
}

/// The names of the functions, as far as "fails", "through" ... go.
std::vector<std::string> names(const std::vector<stack_frame>& chain) {
  std::vector<std::string> found;
  for (const stack_frame& frame : chain) {
    const std::string full = frame.where.function_name();
    std::string name = "?";
    for (const char* known : {"fails", "through", "sleeps_inside", "sleeps", "recurse", "lambda"}) {
      if (full.find(known) != std::string::npos) {
        name = known;
        break;
      }
    }
    found.push_back(name);
  }
  return found;
}
using strings = std::vector<std::string>;

/// What a task ended with.
std::exception_ptr error_of(const any_task& task) { return task.exception(); }

VIRTUAL_TEST(await_chain, names_what_an_exception_left_the_innermost_first) {
  std::vector<stack_frame> chain;
  try {
    co_await through(std::runtime_error("lost"));
  } catch (...) {
    chain = await_chain(std::current_exception());
  }
  EXPECT_EQ(names(chain), (strings{"fails", "through"}));
  EXPECT_EQ(chain.at(0).where.line() + 5, chain.at(1).where.line());
  EXPECT_NE(std::string(chain.at(0).where.file_name()).find("await_chain_test"), std::string::npos);
}

VIRTUAL_TEST(await_chain, knows_types_that_know_nothing_of_weft) {
  strings found;
  try {
    co_await through(42);
  } catch (int) {
    found = names(await_chain(std::current_exception()));
  }
  EXPECT_EQ(found, (strings{"fails", "through"}));
}

VIRTUAL_TEST(await_chain, goes_on_through_tasks_and_gather) {
  auto gathers = []() -> coro<> {
    co_await gather(create_task(through(std::runtime_error("x"))), sleep(0s, 1));
  };
  task<> made = create_task(gathers);
  co_await end_of(made);
  const strings found = names(await_chain(error_of(made)));
  EXPECT_EQ(found.size(), 3u);
  EXPECT_EQ(found.at(0), "fails");
  EXPECT_EQ(found.at(1), "through");
}

VIRTUAL_TEST(await_chain, of_each_part_of_a_group_is_its_own) {
  auto body = [](task_group& group) -> coro<> {
    group.create_task(through(std::runtime_error("x")));
    co_return;
  };
  std::exception_ptr part;
  std::string text;
  try {
    co_await with_task_group(body);
  } catch (const exception_group& group) {
    part = group.exceptions().at(0);
    text = format_await_chain(std::current_exception());
  }
  EXPECT_EQ(names(await_chain(part)), (strings{"fails", "through"}));
  EXPECT_NE(text.find("std::runtime_error: x\n        "), std::string::npos) << text;
}

VIRTUAL_TEST(await_chain, is_each_awaiters_own_way) {
  task<> shared = create_task(fails(std::runtime_error("x")));
  auto direct = [&]() -> coro<> { co_await shared; };
  auto longer = [&]() -> coro<> { co_await direct(); };
  task<> one = create_task(longer);
  task<> two = create_task(longer);
  strings found;
  co_await end_of(one);
  try {
    co_await two;
  } catch (const std::runtime_error&) {
    found = names(await_chain(std::current_exception()));
  }
  // fails, direct and longer, of the second task only.
  EXPECT_EQ(found.size(), 3u);
}

VIRTUAL_TEST(await_chain, begins_anew_with_each_exception) {
  for (int i = 0; i < 100; ++i) {
    std::size_t length = 0;
    try {
      co_await through(std::runtime_error("x"));
    } catch (const std::runtime_error&) {
      length = await_chain(std::current_exception()).size();
    }
    EXPECT_EQ(length, 2u);
  }
}

VIRTUAL_TEST(await_chain, stays_with_an_exception_that_is_thrown_on) {
  auto passes_on = []() -> coro<> {
    try {
      co_await through(std::runtime_error("x"));
    } catch (...) {
      throw;
    }
  };
  strings found;
  try {
    co_await passes_on();
  } catch (const std::runtime_error&) {
    found = names(await_chain(std::current_exception()));
  }
  EXPECT_EQ(found.size(), 3u);
}

coro<> recurse(int depth) {
  co_await sleep(0s);
  if (depth == 0) throw std::runtime_error("deep");
  co_await recurse(depth - 1);
}

VIRTUAL_TEST(await_chain, has_64_rows_at_most) {
  std::size_t length = 0;
  try {
    co_await recurse(100);
  } catch (const std::runtime_error&) {
    length = await_chain(std::current_exception()).size();
  }
  EXPECT_EQ(length, 64u);
}

struct counted {
  int* alive;
  explicit counted(int* count) : alive(count) { ++*alive; }
  counted(const counted& other) : alive(other.alive) { ++*alive; }
  counted& operator=(const counted&) = delete;
  ~counted() { --*alive; }
};

VIRTUAL_TEST(await_chain, lets_the_exception_be_destroyed_as_ever) {
  int alive = 0;
  try {
    co_await through(counted(&alive));
  } catch (const counted&) {
    EXPECT_GE(alive, 1);
  }
  EXPECT_EQ(alive, 0);
}

VIRTUAL_TEST(await_chain, goes_to_other_threads_and_ends_there) {
  task<> made = create_task(through(std::runtime_error("x")));
  co_await end_of(made);
  std::exception_ptr error = error_of(made);
  made = task<>();
  strings found;
  std::thread other([&found, mine = std::move(error)]() mutable {
    found = names(await_chain(mine));
    mine = nullptr;
  });
  other.join();
  EXPECT_EQ(found, (strings{"fails", "through"}));
}

VIRTUAL_TEST(await_chain, of_a_cancel_names_where_the_task_waited) {
  strings found;
  auto waits = [&]() -> coro<> {
    try {
      co_await sleeps_inside();
    } catch (const cancelled_error&) {
      found = names(await_chain(std::current_exception()));
    }
  };
  task<> made = create_task(waits);
  co_await sleep(1s);
  made.cancel();
  co_await made;
  EXPECT_EQ(found, (strings{"sleeps", "sleeps_inside"}));
}

VIRTUAL_TEST(await_chain, of_a_timeout_begins_with_what_was_waited_for) {
  strings found;
  try {
    co_await with_timeout(1s, sleeps_inside());
  } catch (const timeout_error&) {
    found = names(await_chain(std::current_exception()));
  }
  EXPECT_EQ(found, (strings{"sleeps", "sleeps_inside"}));
}

VIRTUAL_TEST(await_chain, is_printed_with_what_nobody_read) {
  task<> made = create_task(through(std::runtime_error("x")));
  co_await end_of(made);
  exception_context context;
  context.message = "lost";
  context.exception = error_of(made);
  const std::string text = describe(context);
  EXPECT_NE(text.find("\n  std::runtime_error: x\n    "), std::string::npos) << text;
  EXPECT_NE(text.find("through"), std::string::npos) << text;
}

TEST(await_chain, is_empty_for_what_no_coroutine_threw) {
  EXPECT_TRUE(await_chain(nullptr).empty());
  EXPECT_TRUE(await_chain(std::make_exception_ptr(1)).empty());
  EXPECT_EQ(format_await_chain(nullptr), "");
}

TEST(await_chain, of_an_uncaught_exception_is_printed) {
  auto fails_uncaught = [] { run(through(std::runtime_error("x"))); };
  EXPECT_DEATH(std::thread(fails_uncaught).join(), "went through\n    .*fails");
}

VIRTUAL_TEST(cancelled_by, tells_the_task_and_the_line) {
  task<> made = create_task(sleeps());
  EXPECT_FALSE(cancelled_by(made));
  unsigned line = 0;
  auto asks = [&]() -> coro<> {
    line = std::source_location::current().line() + 1;
    made.cancel();
    co_await sleep(0s);
  };
  co_await create_task(asks(), "asker");
  // It has ended by now; its count of requests stays.
  std::optional<cancel_origin> origin = cancelled_by(made);
  EXPECT_TRUE(origin);
  if (origin) {
    EXPECT_EQ(origin->by, "task 'asker'");
    EXPECT_EQ(origin->where.line(), line);
  }
  co_await end_of(made);
}

VIRTUAL_TEST(cancelled_by, tells_of_callbacks_groups_and_timeouts) {
  task<> one = create_task(sleeps());
  get_running_loop().call_soon([one] { one.cancel(); });
  co_await end_of(one);
  EXPECT_EQ(cancelled_by(one).value_or(cancel_origin{}).by, "a callback");

  std::string by;
  auto tells = [&]() -> coro<> {
    try {
      co_await sleeps();
    } catch (const cancelled_error&) {
      by = cancelled_by(current_task()).value_or(cancel_origin{}).by;
      throw;
    }
  };
  co_await end_of(with_timeout(1s, tells()));
  EXPECT_EQ(by, "a timeout");

  auto body = [&](task_group& group) -> coro<> {
    group.create_task(tells());
    co_await sleep(1s);
    throw std::runtime_error("x");
  };
  co_await end_of(with_task_group(body));
  EXPECT_EQ(by, "its task group");
}

}  // namespace
}  // namespace weft
