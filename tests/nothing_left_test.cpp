// What nothing_left.cpp must see: each of these tests leaves something, and ctest wants it to fail.
#include <fcntl.h>

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include <weft/core/task.hpp>
#include <weft/run/run.hpp>

namespace {

weft::any_task kept;

TEST(nothing_left, sees_a_task) {
  auto nothing = []() -> weft::coro<> { co_return; };
  auto keeps = [&]() -> weft::coro<> {
    weft::task<> made = weft::create_task(nothing);
    co_await made;
    kept = made;
  };
  weft::run(keeps);
}

TEST(nothing_left, sees_a_descriptor) { EXPECT_GE(::open("/dev/null", O_RDONLY), 0); }

TEST(nothing_left, sees_a_thread) {
  std::thread([] {
    for (;;) std::this_thread::sleep_for(std::chrono::hours(1));
  }).detach();
}

}  // namespace
