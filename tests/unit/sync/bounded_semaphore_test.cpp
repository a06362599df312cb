#include <weft/sync/bounded_semaphore.hpp>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;

VIRTUAL_TEST(bounded_semaphore, refuses_a_release_above_its_first_count) {
  bounded_semaphore s(1);
  EXPECT_THROW(s.release(), value_error);
  co_await s.acquire();
  EXPECT_TRUE(s.locked());
  s.release();
  EXPECT_THROW(s.release(), value_error);
  EXPECT_EQ(s.value(), 1);
  EXPECT_THROW(bounded_semaphore(-1), value_error);
}

VIRTUAL_TEST(bounded_semaphore, guard_that_comes_too_late_gives_nothing_back) {
  bounded_semaphore s(1);
  {
    auto place = co_await s.scoped();
    s.release();
  }
  EXPECT_EQ(s.value(), 1);
}
