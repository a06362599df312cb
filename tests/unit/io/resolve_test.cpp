#include <weft/io/resolve.hpp>

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <weft/core/as_outcome.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/executor.hpp>
#include <weft/flow/sleep.hpp>

using namespace weft;
using namespace std::chrono_literals;

namespace {

/// Runs each job on a thread of its own; or keeps it, unstarted.
class one_thread_a_job final : public executor {
 public:
  explicit one_thread_a_job(bool hangs = false) : hangs_(hangs) {}
  ~one_thread_a_job() override { one_thread_a_job::shutdown(); }
  void submit(detail::job& job) override {
    ++submitted;
    if (!hangs_) threads_.emplace_back([&job] { job.run_on_thread(); });
  }
  bool withdraw(detail::job&) noexcept override { return hangs_; }
  void shutdown() noexcept override {
    for (std::thread& t : threads_) t.join();
    threads_.clear();
  }
  int submitted = 0;

 private:
  bool hangs_;
  std::vector<std::thread> threads_;
};

}  // namespace

EACH_BACKEND(resolving);

namespace {

coro<void> numeric() {
  std::vector<address> four = co_await resolve("127.0.0.1", 80);
  EXPECT_EQ(four.size(), 1u);
  EXPECT_EQ(four.at(0).to_string(), "127.0.0.1:80");
  std::vector<address> six = co_await resolve("::1", 443);
  EXPECT_EQ(six.at(0).to_string(), "[::1]:443");
}
TEST_P(resolving, answers_numeric_hosts_without_a_thread) { run(numeric); }

coro<void> by_name() {
  one_thread_a_job threads;
  get_running_loop().set_executor(executor_purpose::names, &threads);
  std::vector<address> found = co_await resolve("localhost", 80);
  EXPECT_FALSE(found.empty());
  EXPECT_EQ(threads.submitted, 1);
  try {
    co_await resolve("no-such-host.invalid", 80);
    ADD_FAILURE();
  } catch (const resolve_error& error) {
    EXPECT_EQ(&error.code().category(), &resolver_category());
    EXPECT_NE(std::string(error.what()).find("resolve no-such-host.invalid: "), std::string::npos);
  }
  get_running_loop().set_executor(executor_purpose::names, nullptr);
}
TEST_P(resolving, asks_for_names_on_the_executor_for_names) { run(by_name); }

coro<void> cancelled() {
  one_thread_a_job never(true);
  get_running_loop().set_executor(executor_purpose::names, &never);
  task<std::vector<address>> waits = create_task(resolve("localhost", 80));
  co_await weft::sleep(0s);
  EXPECT_EQ(never.submitted, 1);
  waits.cancel();
  const outcome<std::vector<address>> end = co_await as_outcome(waits);
  EXPECT_TRUE(end.cancelled());
  get_running_loop().set_executor(executor_purpose::names, nullptr);
}
TEST_P(resolving, lets_go_at_once_when_cancelled) { run(cancelled); }

coro<void> with_nul() { co_await resolve(std::string("127.0.0.1\0.example", 18), 80); }
TEST_P(resolving, refuses_names_with_a_nul) { EXPECT_THROW(run(with_nul), value_error); }

}  // namespace
