// Linked into every test program: a test fails that leaves something behind - frames, tasks,
// futures, handles and timers (all live in the frame pool), descriptors (and with them operations),
// threads. Each test is counted before its fixture is made and after it is gone. Under
// AddressSanitizer the pool is off, and its leak check looks instead.
#include <gtest/gtest.h>

#include <cstddef>
#include <filesystem>
#include <iterator>
#include <thread>

#include <weft/core/detail/frame_pool.hpp>

namespace {

std::ptrdiff_t entries(const char* directory) {
  std::error_code failed;
  return std::distance(std::filesystem::directory_iterator(directory, failed),
                       std::filesystem::directory_iterator());
}

struct counts {
  std::ptrdiff_t frames = weft::detail::frames_in_use();
  std::ptrdiff_t descriptors = entries("/proc/self/fd");
  std::ptrdiff_t threads = entries("/proc/self/task");
};

class nothing_left final : public testing::EmptyTestEventListener {
 public:
  void OnTestStart(const testing::TestInfo&) override { before_ = counts(); }
  void OnTestEnd(const testing::TestInfo& test) override {
    if (test.result()->Failed() || test.result()->Skipped()) return;
    counts after;
    // A joined thread stands in /proc a moment longer.
    for (int i = 0; i < 10'000 && after.threads > before_.threads; ++i) {
      std::this_thread::yield();
      after = counts();
    }
    EXPECT_EQ(after.frames, before_.frames) << "frames, tasks, futures or timers are left";
    EXPECT_LE(after.descriptors, before_.descriptors) << "descriptors are left open";
    EXPECT_LE(after.threads, before_.threads) << "threads are left";
  }

 private:
  counts before_;
};

[[maybe_unused]] const bool added = [] {
  // ThreadSanitizer starts a thread of its own with the first of the program's.
  std::thread([] {}).join();
  testing::UnitTest::GetInstance()->listeners().Append(new nothing_left);
  return true;
}();

}  // namespace
