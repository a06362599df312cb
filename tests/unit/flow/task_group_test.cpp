#include <weft/flow/task_group.hpp>

#include <memory>
#include <stdexcept>
#include <string>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

namespace {

coro<int> after(duration d, int value) {
  co_await sleep(d);
  co_return value;
}

coro<> fails_after(duration d, std::string what) {
  co_await sleep(d);
  throw std::runtime_error(what);
}

}  // namespace

VIRTUAL_TEST(task_group, waits_for_all_its_tasks_and_gives_the_body_s_result) {
  int sum = 0;
  const int result = co_await with_task_group([&](task_group& group) -> coro<int> {
    for (int i = 1; i <= 4; ++i) {
      group.create_task(after(1s * i, i)).add_done_callback([&sum](const task<int>& t) {
        sum += t.result();
      });
    }
    co_return 11;
  });
  EXPECT_EQ(result, 11);
  EXPECT_EQ(sum, 10);
  EXPECT_EQ(virtual_now(), 4s);
}

VIRTUAL_TEST(task_group, cancels_the_rest_when_one_fails) {
  task<int> other;
  std::string text;
  try {
    co_await with_task_group([&](task_group& group) -> coro<> {
      other = group.create_task(after(1h, 1));
      group.create_task(fails_after, 1s, "boom");
      co_await sleep(1h);
    });
  } catch (const exception_group& e) {
    text = describe(e.exceptions().at(0));
    EXPECT_EQ(e.exceptions().size(), 1u);
  }
  EXPECT_EQ(text, "std::runtime_error: boom");
  EXPECT_TRUE(other.cancelled());
  EXPECT_EQ(virtual_now(), 1s);
  EXPECT_EQ(current_task().cancelling(), 0u);
}

VIRTUAL_TEST(task_group, gives_all_errors_together) {
  std::size_t errors = 0;
  auto fails_when_cancelled = []() -> coro<> {
    const outcome<int> o = co_await as_outcome(after(1h, 1));
    if (o.cancelled()) throw std::runtime_error("while cleaning up");
  };
  try {
    co_await with_task_group([&](task_group& group) -> coro<> {
      group.create_task(fails_after, 1s, "first");
      group.create_task(fails_when_cancelled);
      group.create_task(after(1h, 1));
      co_await sleep(1h);
    });
  } catch (const exception_group& e) {
    errors = e.exceptions().size();
    auto [runtime, rest] = e.split<std::runtime_error>();
    EXPECT_EQ(runtime.exceptions().size(), errors);
    EXPECT_TRUE(rest.empty());
  }
  EXPECT_EQ(errors, 2u);
}

VIRTUAL_TEST(task_group, cancelled_from_outside_cancels_its_tasks_and_waits) {
  bool cleaned_up = false;
  auto slow_to_end = [](bool& flag) -> coro<> {
    const outcome<int> o = co_await as_outcome(after(1h, 1));
    co_await sleep(1s);
    flag = true;
    outcome<int> copy = o;
    copy.value();
  };
  auto owner = [&]() -> coro<> {
    co_await with_task_group([&](task_group& group) -> coro<> {
      group.create_task(slow_to_end, std::ref(cleaned_up));
      co_return;
    });
  };
  task<> t = create_task(owner());
  co_await sleep(1s);
  t.cancel();
  const outcome<void> o = co_await as_outcome(t);
  EXPECT_TRUE(o.cancelled());
  EXPECT_TRUE(cleaned_up);
  EXPECT_EQ(virtual_now(), 2s);
}

VIRTUAL_TEST(task_group, refuses_tasks_once_it_shuts_down) {
  std::string refused;
  try {
    co_await with_task_group([&](task_group& group) -> coro<> {
      group.create_task(fails_after, 1s, "boom");
      const outcome<int> o = co_await as_outcome(after(1h, 1));
      EXPECT_TRUE(o.cancelled());
      try {
        group.create_task(after(1s, 1));
      } catch (const usage_error& e) {
        refused = e.what();
      }
    });
  } catch (const exception_group&) {
    refused += "!";
  }
  EXPECT_EQ(refused, "the task group is shutting down!");
}

VIRTUAL_TEST(task_group, lets_tasks_make_further_tasks) {
  int done = 0;
  co_await with_task_group([&](task_group& group) -> coro<> {
    auto leaf = [](int& count) -> coro<> {
      co_await sleep(1s);
      ++count;
    };
    auto branch = [leaf](task_group& g, int& count) -> coro<> {
      co_await sleep(1s);
      g.create_task(leaf, std::ref(count));
      g.create_task(leaf, std::ref(count));
    };
    group.create_task(branch, std::ref(group), std::ref(done));
    co_return;
  });
  EXPECT_EQ(done, 2);
  EXPECT_EQ(virtual_now(), 2s);
}
