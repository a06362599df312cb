#include <weft/io/signals.hpp>

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <weft/core/as_outcome.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/sleep.hpp>

using namespace weft;
using namespace std::chrono_literals;

EACH_BACKEND(signals_of_the_process);

namespace {

volatile std::sig_atomic_t told_before = 0;
void count_before(int) { told_before = told_before + 1; }

/// SIGUSR1 has a handler of its own as long as the test runs, since it ends a process by default.
class own_handler {
 public:
  own_handler() {
    struct sigaction wanted = {};
    wanted.sa_handler = count_before;
    sigaction(SIGUSR1, &wanted, &before_);
    told_before = 0;
  }
  own_handler(const own_handler&) = delete;
  own_handler& operator=(const own_handler&) = delete;
  ~own_handler() { sigaction(SIGUSR1, &before_, nullptr); }

 private:
  struct sigaction before_;
};

coro<void> sees_several() {
  signals seen{SIGUSR1, SIGUSR2};
  raise(SIGUSR1);
  raise(SIGUSR2);
  const int first = co_await seen.next();
  const int second = co_await seen.next();
  EXPECT_EQ(std::set<int>({first, second}), std::set<int>({SIGUSR1, SIGUSR2}));
  EXPECT_EQ(seen.waiting(), 0u);
}
TEST_P(signals_of_the_process, are_told_by_their_number) { run(sees_several); }

coro<void> misses_none() {
  signals seen{SIGUSR1};
  for (int i = 0; i < 100; ++i) raise(SIGUSR1);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(co_await seen.next(), SIGUSR1);
}
TEST_P(signals_of_the_process, are_each_told_however_many_come_at_once) { run(misses_none); }

coro<void> waits_for_one() {
  task<void> waits = create_task(weft::signal(SIGUSR1));
  co_await weft::sleep(0s);
  EXPECT_FALSE(waits.done());
  std::thread other([] { kill(getpid(), SIGUSR1); });
  co_await waits;
  other.join();
}
TEST_P(signals_of_the_process, wake_a_loop_from_any_thread) {
  const own_handler mine;
  run(waits_for_one);
  EXPECT_EQ(told_before, 0);
}

coro<void> cancels() {
  signals seen{SIGUSR1};
  task<int> waits = create_task(seen.next());
  co_await weft::sleep(0s);
  waits.cancel();
  const outcome<int> end = co_await as_outcome(waits);
  EXPECT_TRUE(end.cancelled());
  raise(SIGUSR1);
  EXPECT_EQ(co_await seen.next(), SIGUSR1);
}
TEST_P(signals_of_the_process, are_not_lost_when_a_wait_is_cancelled) { run(cancels); }

coro<void> calls_back() {
  event_loop& loop = get_running_loop();
  std::vector<std::string> got;
  future<void> both = loop.create_future();
  loop.add_signal_handler(
      SIGUSR1,
      [&](const std::string& text) {
        got.push_back(text);
        if (got.size() == 2) both.set_result();
      },
      std::string("a text that is no small string, so that a move would empty it"));
  raise(SIGUSR1);
  raise(SIGUSR1);
  co_await both;
  EXPECT_EQ(got.at(0), got.at(1));
  EXPECT_TRUE(loop.remove_signal_handler(SIGUSR1));
  EXPECT_FALSE(loop.remove_signal_handler(SIGUSR1));
}
TEST_P(signals_of_the_process, call_a_handler_each_time_with_its_arguments) { run(calls_back); }

TEST_P(signals_of_the_process, do_what_they_did_before_once_nobody_watches) {
  const own_handler mine;
  run(calls_back);
  EXPECT_EQ(told_before, 0);
  raise(SIGUSR1);
  EXPECT_EQ(told_before, 1);
}

coro<void> removes_itself() {
  event_loop& loop = get_running_loop();
  int calls = 0;
  signals also{SIGUSR1};
  loop.add_signal_handler(SIGUSR1, [&] {
    ++calls;
    loop.remove_signal_handler(SIGUSR1);
  });
  raise(SIGUSR1);
  raise(SIGUSR1);
  EXPECT_EQ(co_await also.next(), SIGUSR1);
  EXPECT_EQ(co_await also.next(), SIGUSR1);
  EXPECT_EQ(calls, 1);
}
TEST_P(signals_of_the_process, may_be_given_up_by_their_own_handler) { run(removes_itself); }

coro<void> is_refused(int number) {
  EXPECT_THROW(signals{number}, value_error);
  EXPECT_THROW(get_running_loop().add_signal_handler(number, [] {}), value_error);
  co_return;
}
TEST_P(signals_of_the_process, are_refused_when_they_can_not_be_caught) {
  run(is_refused, SIGKILL);
  run(is_refused, 0);
  run(is_refused, 1000);
}

TEST_P(signals_of_the_process, are_told_to_each_loop_that_watches) {
  const own_handler mine;
  std::atomic<int> ready{0};
  const auto watches = [&ready]() -> coro<void> {
    signals seen{SIGUSR1};
    ++ready;
    co_await seen.next();
  };
  std::thread one([&] { run(watches); });
  std::thread two([&] { run(watches); });
  while (ready < 2) std::this_thread::yield();
  kill(getpid(), SIGUSR1);
  one.join();
  two.join();
}

TEST_P(signals_of_the_process, are_let_go_of_when_their_loop_closes) {
  const own_handler mine;
  run([]() -> coro<void> {
    get_running_loop().add_signal_handler(SIGUSR1, [] {});
    co_return;
  });
  raise(SIGUSR1);
  EXPECT_EQ(told_before, 1);
}

}  // namespace
