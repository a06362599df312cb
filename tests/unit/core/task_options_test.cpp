#include <weft/core/task_options.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <stdexcept>
#include <string>
#include <vector>

#include <weft/core/context.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/flow/gather.hpp>
#include <weft/flow/sleep.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

using namespace std::chrono_literals;

coro<std::string> own_name() { co_return current_task().get_name(); }
coro<int> add(int a, int b) { co_return a + b; }

VIRTUAL_TEST(task_options, name_the_task) {
  EXPECT_EQ(co_await create_task(task_options().name("named"), own_name()), "named");
  EXPECT_EQ(co_await create_task(task_options().name("called"), own_name), "called");
}

VIRTUAL_TEST(task_options, start_it_inside_the_call) {
  task<int> three = create_task(eager_start, add, 1, 2);
  EXPECT_TRUE(three.done());
  EXPECT_EQ(three.result(), 3);
  task<int> later = create_task(add, 1, 2);
  EXPECT_FALSE(later.done());
  EXPECT_EQ(co_await later, 3);
}

VIRTUAL_TEST(task_options, give_the_current_task_back_after_an_eager_step) {
  any_task me = current_task();
  co_await create_task(eager_start, own_name);
  EXPECT_EQ(current_task(), me);
  get_running_loop().call_soon([] {
    create_task(eager_start, own_name);
    EXPECT_FALSE(current_task());
  });
  co_await sleep(0s);
}

VIRTUAL_TEST(task_options, let_eager_tasks_nest_deep_in_coroutines) {
  auto child = [](int n) -> coro<int> {
    int below = 0;
    if (n > 0) below = co_await create_task(eager_start, add, n, 0);
    co_await sleep(0s);
    co_return below + 1;
  };
  task<int> made = create_task(eager_start, child, 5);
  EXPECT_FALSE(made.done());
  EXPECT_EQ(co_await made, 6);
}

context_var<int> var("var", 0);

VIRTUAL_TEST(task_options, share_a_context_that_is_given) {
  auto sets = [](int value) -> coro<> {
    var.set(value);
    co_return;
  };
  context shared;
  co_await create_task(task_options().context(shared), sets, 5);
  EXPECT_EQ(shared.get(var), 5);
  EXPECT_EQ(var.get(), 0);
  co_await create_task(task_options().context(shared).eager_start(), sets, 6);
  EXPECT_EQ(shared.get(var), 6);
  EXPECT_EQ(var.get(), 0);
}

VIRTUAL_TEST(task_options, refuse_an_eager_start_in_a_context_that_runs_already) {
  const context shared = copy_context();
  const std::size_t before = all_tasks().size();
  test::expect_report("was never awaited");  // the coroutine that found no task
  shared.run([&] {
    EXPECT_THROW(create_task(task_options().context(shared).eager_start(), own_name), usage_error);
    create_task(task_options().context(shared), own_name);  // a queued one waits its turn
  });
  EXPECT_EQ(all_tasks().size(), before + 1);
  co_await sleep(0s);
}

VIRTUAL_TEST(task_options, are_seen_by_the_loops_factory) {
  int made = 0;
  get_running_loop().set_task_factory(
      [&](task_options& options) { options.name("made " + std::to_string(++made)); });
  EXPECT_EQ(co_await create_task(own_name()), "made 1");
  EXPECT_EQ(co_await create_task(own_name), "made 2");
  get_running_loop().set_task_factory(nullptr);
  EXPECT_TRUE((co_await create_task(own_name())).starts_with("Task-"));
}

VIRTUAL_TEST(task_options, make_gathered_children_eager_by_the_factory) {
  get_running_loop().set_task_factory(eager_task_factory);
  future<std::tuple<int, int>> both = gather(add(1, 2), add(3, 4));
  auto [three, seven] = co_await both;
  EXPECT_EQ(three, 3);
  EXPECT_EQ(seven, 7);
}

VIRTUAL_TEST(task_options, name_an_eager_task_before_its_first_step) {
  get_running_loop().set_task_factory(eager_task_factory);
  task<std::string> made = create_task(own_name(), "named");
  EXPECT_EQ(made.result(), "named");
  co_return;
}

VIRTUAL_TEST(task_options, keep_an_eager_error_for_who_awaits) {
  auto fails = []() -> coro<> {
    throw std::runtime_error("early");
    co_return;
  };
  task<> made = create_task(eager_start, fails);
  EXPECT_TRUE(made.done());
  EXPECT_THROW(co_await made, std::runtime_error);
}

}  // namespace
}  // namespace weft
