#include <weft/sync/lifo_queue.hpp>

#include <memory>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;
using namespace std::chrono_literals;

VIRTUAL_TEST(lifo_queue, gives_the_item_put_last_first) {
  lifo_queue<std::unique_ptr<int>> q;
  for (int i : {3, 1, 2}) co_await q.put(std::make_unique<int>(i));
  for (int i : {2, 1, 3}) {
    const std::unique_ptr<int> got = co_await q.get();
    EXPECT_EQ(*got, i);
  }
}

VIRTUAL_TEST(lifo_queue, has_its_bounds_and_its_lines_as_queue_has) {
  lifo_queue<int> q(1);
  q.put_nowait(1);
  EXPECT_THROW(q.put_nowait(2), queue_full);
  task<> putting = create_task(q.put(2));
  co_await sleep(1s);
  EXPECT_FALSE(putting.done());
  const int first = co_await q.get();
  EXPECT_EQ(first, 1);
  co_await putting;
  q.shutdown(true);
  EXPECT_THROW(q.get_nowait(), queue_shut_down);
}
