#include <weft/flow/yield.hpp>

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include <weft/core/event_loop.hpp>
#include <weft/core/task.hpp>

#include "tests/virtual_test.hpp"

namespace weft {
namespace {

coro<> say_twice(std::string& said, char who) {
  said += who;
  co_await yield();
  said += who;
}

VIRTUAL_TEST(yield, gives_the_others_one_turn) {
  std::string said;
  task<> a = create_task(say_twice, std::ref(said), 'a');
  task<> b = create_task(say_twice, std::ref(said), 'b');
  get_running_loop().call_soon([&] { said += '.'; });
  co_await a;
  co_await b;
  EXPECT_EQ(said, "ab.ab");
}

VIRTUAL_TEST(yield, throws_a_cancel_that_came_meanwhile) {
  std::string said;
  task<> one = create_task(say_twice, std::ref(said), 'a');
  co_await yield();
  one.cancel();
  co_await yield();
  EXPECT_TRUE(one.cancelled());
  EXPECT_EQ(said, "a");
}

VIRTUAL_TEST(yield, throws_a_cancel_that_its_own_task_asked_for) {
  bool thrown = false;
  current_task().cancel();
  try {
    co_await yield();
  } catch (const cancelled_error&) {
    thrown = true;
  }
  current_task().uncancel();
  EXPECT_TRUE(thrown);
}

}  // namespace
}  // namespace weft
