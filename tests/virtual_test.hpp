// VIRTUAL_TEST: a test whose body is a coroutine, run under virtual time.
//
//   VIRTUAL_TEST(lock, is_granted_in_order_of_arrival) {
//     ...
//     co_await sleep(1s);
//     EXPECT_EQ(virtual_now(), 1s);
//   }
//
// It fails, beside its expectations, when something was reported to the loop's exception handler
// that the body neither took nor expected, and when a task is left at the end of the body.
// EXPECT_ only: ASSERT_ contains a return, which a coroutine can't have. And await first, compare
// then: g++ 12 miscompiles a co_await inside EXPECT_'s `if`.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/task.hpp>
#include <weft/sim/virtual_time.hpp>

namespace weft::test {

/// Collects what a loop reports; what nobody took or expected fails the test.
class report_log {
 public:
  explicit report_log(event_loop& loop) {
    current_ = this;
    loop.set_exception_handler([this](const exception_context& context) {
      std::string text = context.message;
      if (context.exception) text += " | " + describe(context.exception);
      reports_.push_back(std::move(text));
    });
  }
  report_log(const report_log&) = delete;
  report_log& operator=(const report_log&) = delete;
  /// After the loop is closed.
  ~report_log() {
    current_ = nullptr;
    for (const std::string& wanted : expected_) {
      bool found = false;
      for (std::size_t i = 0; i < reports_.size() && !found; ++i) {
        if (reports_[i].find(wanted) == std::string::npos) continue;
        reports_.erase(reports_.begin() + static_cast<std::ptrdiff_t>(i));
        found = true;
      }
      if (!found) ADD_FAILURE() << "nothing was reported that contains: " << wanted;
    }
    for (const std::string& report : reports_) ADD_FAILURE() << "reported: " << report;
  }

  static report_log& current() { return *current_; }
  std::vector<std::string> take() { return std::exchange(reports_, {}); }
  void expect(std::string text) { expected_.push_back(std::move(text)); }
  bool may_leave_tasks = false;

 private:
  inline static report_log* current_ = nullptr;
  std::vector<std::string> reports_;
  std::vector<std::string> expected_;
};

/// What was reported until now, as "message" or "message | exception"; the test is content with it.
inline std::vector<std::string> take_reports() { return report_log::current().take(); }

/// One report that contains the text comes during the test or at its end; else the test fails.
inline void expect_report(std::string text) { report_log::current().expect(std::move(text)); }

/// The body may end while tasks of it still run: they are cancelled then.
inline void may_leave_tasks() { report_log::current().may_leave_tasks = true; }

inline coro<> check_tasks_afterwards(coro<> body) {
  co_await std::move(body);
  if (report_log::current().may_leave_tasks) co_return;
  const any_task self = current_task();
  for (const any_task& left : all_tasks()) {
    if (left == self) continue;
    ADD_FAILURE() << "task '" << left.get_name() << "' is left at the end of the test, waiting on "
                  << left.waiting_on();
  }
}

/// A task's and a callback's doing alike: runs `body` as VIRTUAL_TEST does.
inline void run_virtual_test(coro<> (*body)()) {
  virtual_time bubble;
  report_log log(bubble.get_loop());
  bubble.run(check_tasks_afterwards(body()));
  bubble.close();
}

}  // namespace weft::test

#define VIRTUAL_TEST(suite, name)                                               \
  static ::weft::coro<> suite##_##name##_body();                                \
  TEST(suite, name) { ::weft::test::run_virtual_test(&suite##_##name##_body); } \
  static ::weft::coro<> suite##_##name##_body()
