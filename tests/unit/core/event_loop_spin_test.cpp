// set_spin_before_sleep: before the loop sleeps it watches for mail, for what the kernel has, and
// for the next deadline. The backend is one of paper, so that what comes when is the test's say.

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <string>

#include <weft/core/detail/backend.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/run/new_event_loop.hpp>
#include <weft/sim/virtual_time.hpp>

namespace weft {
namespace {

using namespace std::chrono_literals;

/// Counts what the loop asks of it, and does what the test says while the loop spins or sleeps.
struct paper_kernel {
  int looks = 0;
  int sleeps = 0;
  int wakes = 0;
  int asked = 0;
  std::function<bool(int)> due = [](int) { return false; };
  std::function<void()> asleep = [] {};
  detail::completion_list ready;
};

class paper_backend final : public detail::backend {
 public:
  explicit paper_backend(paper_kernel& kernel) : kernel_(kernel) {}
  void submit(detail::operation&) override {}
  void cancel(detail::operation&) noexcept override {}
  void wait(time_point deadline, detail::completion_list& out) override {
    if (deadline == time_point::min()) {
      ++kernel_.looks;
    } else {
      ++kernel_.sleeps;
      kernel_.asleep();
    }
    out.insert(out.end(), kernel_.ready.begin(), kernel_.ready.end());
    kernel_.ready.clear();
  }
  void wake() noexcept override { ++kernel_.wakes; }
  void detach(int) noexcept override {}
  bool poll_due() noexcept override { return kernel_.due(++kernel_.asked); }
  std::string report() const override { return "paper"; }

 private:
  paper_kernel& kernel_;
};

struct spinning : ::testing::Test {
  paper_kernel kernel;
  event_loop loop{new paper_backend(kernel)};

  void post_stop() { loop.post(new stopper(loop)); }

 private:
  struct stopper final : detail::mailed {
    event_loop& loop;
    explicit stopper(event_loop& l) : loop(l) { run = &mailed::fired; }
    void call() override { loop.stop(); }
  };
};

TEST_F(spinning, is_off_at_first) {
  EXPECT_EQ(loop.spin_before_sleep(), 0ns);
  kernel.asleep = [&] { post_stop(); };
  loop.run_forever();
  EXPECT_EQ(kernel.asked, 0);
  EXPECT_EQ(kernel.sleeps, 1);
  EXPECT_EQ(kernel.wakes, 1);
}

TEST_F(spinning, sees_mail_without_a_wake_or_a_sleep) {
  loop.set_spin_before_sleep(1h);
  kernel.due = [&](int asked) {
    if (asked == 3) post_stop();
    return false;
  };
  loop.run_forever();
  EXPECT_EQ(kernel.asked, 3);
  EXPECT_EQ(kernel.sleeps, 0);
  EXPECT_EQ(kernel.wakes, 0);
}

TEST_F(spinning, sees_what_the_kernel_has) {
  struct stops : detail::operation {
    event_loop& loop;
    explicit stops(event_loop& l) : loop(l) {
      complete = [](detail::operation& self, const detail::completion&) {
        static_cast<stops&>(self).loop.stop();
      };
    }
  } operation(loop);
  loop.set_spin_before_sleep(1h);
  loop.submit(operation);
  kernel.due = [&](int asked) {
    if (asked == 5) kernel.ready.push_back({&operation, 0, 0, nullptr});
    return asked == 2 || asked == 5;  // once for nothing
  };
  loop.run_forever();
  EXPECT_EQ(kernel.asked, 5);
  EXPECT_EQ(kernel.looks, 2);
  EXPECT_EQ(kernel.sleeps, 0);
}

TEST_F(spinning, makes_no_timer_wait_for_the_end_of_the_window) {
  loop.set_spin_before_sleep(1h);
  bool early = false;
  const time_point when = loop.time() + 1ms;
  loop.call_at(when, [&] {
    early = loop.time() < when;
    loop.stop();
  });
  loop.run_forever();
  EXPECT_FALSE(early);
  EXPECT_EQ(kernel.sleeps, 0);
}

TEST_F(spinning, looks_at_the_kernel_before_a_timer_fires) {
  loop.set_spin_before_sleep(1h);
  loop.call_later(1ns, [&] {
    EXPECT_EQ(kernel.looks, 1);
    loop.stop();
  });
  loop.run_forever();
  EXPECT_EQ(kernel.looks, 1);
}

TEST_F(spinning, ends_in_a_sleep_until_the_deadline) {
  loop.set_spin_before_sleep(1ns);
  loop.call_later(1h, [] {});
  kernel.asleep = [&] { post_stop(); };
  loop.run_forever();
  EXPECT_GE(kernel.asked, 1);
  EXPECT_EQ(kernel.sleeps, 1);
  EXPECT_EQ(kernel.wakes, 1);
}

TEST_F(spinning, leaves_a_loop_alone_that_was_stopped) {
  loop.set_spin_before_sleep(1h);
  loop.stop();
  loop.run_forever();
  EXPECT_EQ(kernel.asked, 0);
  EXPECT_EQ(kernel.sleeps, 0);
}

TEST(spinning_virtual, has_no_effect_in_virtual_time) {
  loop_options options;
  options.spin_before_sleep = 1h;
  virtual_time bubble(options);
  EXPECT_EQ(bubble.get_loop().spin_before_sleep(), 1h);
  bubble.run([]() -> coro<> { co_await sleep(24h); });
}

}  // namespace
}  // namespace weft
