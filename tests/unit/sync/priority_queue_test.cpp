#include <weft/sync/priority_queue.hpp>

#include <functional>
#include <memory>
#include <string>
#include <utility>

#include <weft/weft.hpp>

#include "tests/virtual_test.hpp"

using namespace weft;

namespace {

/// Can be moved, and nothing else; only the first part counts.
struct job {
  int priority;
  std::unique_ptr<std::string> name;
  bool operator<(const job& other) const { return priority < other.priority; }
};

}  // namespace

VIRTUAL_TEST(priority_queue, gives_the_smallest_item_first) {
  priority_queue<int> q;
  for (int i : {5, 2, 9, 1, 7, 3}) co_await q.put(i);
  for (int i : {1, 2, 3, 5, 7, 9}) {
    const int got = co_await q.get();
    EXPECT_EQ(got, i);
  }
}

VIRTUAL_TEST(priority_queue, takes_what_has_an_order_and_can_be_moved) {
  priority_queue<job> q;
  q.put_nowait(job{2, std::make_unique<std::string>("late")});
  q.put_nowait(job{1, std::make_unique<std::string>("soon")});
  EXPECT_EQ(*q.get_nowait().name, "soon");
  EXPECT_EQ(*q.get_nowait().name, "late");
  EXPECT_THROW(q.get_nowait(), queue_empty);
  co_return;
}

VIRTUAL_TEST(priority_queue, takes_another_order) {
  priority_queue<int, std::greater<int>> q;
  for (int i : {5, 2, 9}) q.put_nowait(i);
  EXPECT_EQ(q.get_nowait(), 9);
  EXPECT_EQ(q.get_nowait(), 5);
  EXPECT_EQ(q.get_nowait(), 2);
  co_return;
}

VIRTUAL_TEST(priority_queue, gives_equal_items_in_the_order_that_heapq_does) {
  struct item {
    int priority;
    char name;
    bool operator<(const item& other) const { return priority < other.priority; }
  };
  priority_queue<item> q;
  for (char name : {'a', 'b', 'c', 'd', 'e', 'f'}) q.put_nowait(item{1, name});
  std::string order;
  for (int i = 0; i < 6; ++i) order += q.get_nowait().name;
  EXPECT_EQ(order, "acfebd");
  co_return;
}
