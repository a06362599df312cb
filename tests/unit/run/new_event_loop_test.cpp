#include <weft/run/new_event_loop.hpp>

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include <weft/flow/sleep.hpp>

namespace weft {
namespace {

TEST(new_event_loop, makes_a_loop_that_runs) {
  auto loop = new_event_loop();
  auto main = []() -> coro<int> {
    co_await sleep(std::chrono::milliseconds(0));
    co_return 1;
  };
  EXPECT_EQ(loop->run_until_complete(main()), 1);
  EXPECT_FALSE(loop->is_running());
  EXPECT_FALSE(loop->is_closed());
}

TEST(new_event_loop, makes_a_loop_that_one_thread_runs_and_another_closes) {
  auto a_moment = []() -> coro<> { co_await sleep(std::chrono::milliseconds(1)); };
  // io_uring numbers a thread's rings: this thread's first is not the other's.
  auto mine = new_event_loop();
  mine->run_until_complete(a_moment());
  auto other = new_event_loop();
  other->set_exception_handler([](const exception_context&) {});  // of a task left unfinished
  std::thread thread([&] { other->run_until_complete(a_moment()); });
  thread.join();
  if (other->backend_report().starts_with("io_uring")) {  // a ring stays with its thread
    EXPECT_THROW(other->run_until_complete(a_moment()), usage_error);
  }
  other->close();
  EXPECT_TRUE(other->is_closed());
  mine->run_until_complete(a_moment());
}

TEST(new_event_loop, says_what_it_runs_on) {
  EXPECT_EQ(new_event_loop({backend_choice::none})->backend_report(),
            "none (a loop without input and output)");
  EXPECT_NE(new_event_loop()->backend_report(), "");
}

TEST(new_event_loop, gives_no_executors) {
  auto loop = new_event_loop({backend_choice::none});
  EXPECT_THROW(loop->executor_for(executor_purpose::blocking), usage_error);
}

}  // namespace
}  // namespace weft
