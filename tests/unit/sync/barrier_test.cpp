#include <weft/sync/barrier.hpp>

#include <string>
#include <vector>

#include <weft/run/new_event_loop.hpp>
#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

namespace {

bool is_broken(const task<std::size_t>& t) {
  try {
    if (std::exception_ptr error = t.exception()) std::rethrow_exception(error);
  } catch (const broken_barrier_error&) {
    return true;
  }
  return false;
}

std::vector<task<std::size_t>> start(barrier& b, int how_many) {
  std::vector<task<std::size_t>> tasks;
  for (int i = 0; i < how_many; ++i) tasks.push_back(create_task(b.wait()));
  return tasks;
}

}  // namespace

VIRTUAL_TEST(barrier, opens_when_the_last_has_come_and_numbers_them) {
  barrier b(3);
  std::vector<task<std::size_t>> tasks = start(b, 2);
  co_await sleep(1s);
  EXPECT_EQ(b.n_waiting(), 2u);
  const std::size_t last = co_await b.wait();
  EXPECT_EQ(last, 2u);
  const std::vector<std::size_t> others = co_await gather(tasks);
  EXPECT_EQ(others, (std::vector<std::size_t>{0, 1}));
  EXPECT_EQ(b.n_waiting(), 0u);
}

VIRTUAL_TEST(barrier, lets_who_comes_while_the_others_leave_wait_for_the_next_round) {
  barrier b(2);
  std::vector<task<std::size_t>> tasks = start(b, 3);
  co_await sleep(1s);
  EXPECT_TRUE(tasks[0].done() && tasks[1].done());
  EXPECT_FALSE(tasks[2].done());
  EXPECT_EQ(b.n_waiting(), 1u);
  const std::size_t number = co_await b.wait();
  EXPECT_EQ(number, 1u);
  co_await tasks[2];
}

VIRTUAL_TEST(barrier, no_longer_counts_who_is_cancelled) {
  barrier b(2);
  std::vector<task<std::size_t>> tasks = start(b, 1);
  co_await sleep(1s);
  tasks[0].cancel();
  co_await sleep(1s);
  EXPECT_EQ(b.n_waiting(), 0u);
  EXPECT_FALSE(b.broken());
}

VIRTUAL_TEST(barrier, throws_at_who_waits_when_it_is_reset_and_serves_again) {
  barrier b(2);
  std::vector<task<std::size_t>> tasks = start(b, 1);
  co_await sleep(1s);
  co_await b.reset();
  co_await sleep(1s);
  EXPECT_TRUE(is_broken(tasks[0]));
  EXPECT_FALSE(b.broken());
  std::vector<task<std::size_t>> round = start(b, 2);
  co_await gather(round);
}

VIRTUAL_TEST(barrier, throws_at_everybody_once_it_is_aborted_until_a_reset) {
  barrier b(2);
  std::vector<task<std::size_t>> tasks = start(b, 1);
  co_await sleep(1s);
  co_await b.abort();
  std::vector<task<std::size_t>> late = start(b, 1);
  co_await sleep(1s);
  EXPECT_TRUE(is_broken(tasks[0]));
  EXPECT_TRUE(is_broken(late[0]));
  EXPECT_TRUE(b.broken());
  co_await b.reset();
  EXPECT_FALSE(b.broken());
  std::vector<task<std::size_t>> round = start(b, 2);
  co_await gather(round);
}

VIRTUAL_TEST(barrier, of_one_never_waits_and_of_none_is_refused) {
  barrier b(1);
  const std::size_t number = co_await b.wait();
  EXPECT_EQ(number, 0u);
  EXPECT_EQ(b.parties(), 1u);
  EXPECT_THROW(barrier(0), value_error);
  EXPECT_THROW(barrier(-1), value_error);
}

TEST(barrier, that_tasks_wait_at_may_go_with_its_loop) {
  barrier b(3);
  auto loop = new_event_loop();
  loop->set_exception_handler([](const exception_context&) {});
  task<std::size_t> one = loop->create_task(b.wait());
  task<std::size_t> two = loop->create_task(b.wait());
  loop->call_soon([&] { loop->stop(); });
  loop->run_forever();
  EXPECT_EQ(b.n_waiting(), 2u);
  loop->close();
  EXPECT_EQ(b.n_waiting(), 0u);
}
