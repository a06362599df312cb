#include <weft/core/detail/timer_heap.hpp>

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <random>
#include <vector>

namespace weft::detail {
namespace {

using namespace std::chrono_literals;

time_point at(int n) { return time_point{} + std::chrono::seconds(n); }

/// A timer that knows what it was armed for.
struct marked : timer {
  int deadline = 0;
  int order = 0;
};

std::vector<marked*> fire(timer_heap& heap, int now) {
  ready_queue ready;
  heap.fire_due(at(now), ready);
  std::vector<marked*> fired;
  while (ready_node* node = ready.pop()) fired.push_back(static_cast<marked*>(node));
  return fired;
}

TEST(timer_heap, fires_what_is_due_and_no_more) {
  timer_heap heap;
  std::vector<marked> timers(3);
  heap.arm(&timers[0], at(3));
  heap.arm(&timers[1], at(1));
  heap.arm(&timers[2], at(2));
  EXPECT_EQ(heap.first_deadline(), at(1));
  EXPECT_TRUE(fire(heap, 0).empty());
  EXPECT_EQ(fire(heap, 2), (std::vector<marked*>{&timers[1], &timers[2]}));
  EXPECT_EQ(heap.size(), 1u);
  EXPECT_FALSE(timers[1].armed());
  EXPECT_TRUE(timers[0].armed());
}

TEST(timer_heap, fires_equal_deadlines_in_the_order_of_their_arming) {
  timer_heap heap;
  std::vector<marked> timers(1000);
  for (marked& t : timers) heap.arm(&t, at(1));
  std::vector<marked*> fired = fire(heap, 1);
  ASSERT_EQ(fired.size(), timers.size());
  for (std::size_t i = 0; i < timers.size(); ++i) EXPECT_EQ(fired[i], &timers[i]);
}

TEST(timer_heap, keeps_a_sequence_number_that_was_taken_before) {
  timer_heap heap;
  marked early;
  marked late;
  late.sequence = heap.take_sequence();
  heap.arm(&early, at(1));
  heap.arm_with_sequence(&late, at(1));
  EXPECT_EQ(fire(heap, 1), (std::vector<marked*>{&late, &early}));
}

TEST(timer_heap, takes_any_timer_out) {
  timer_heap heap;
  std::vector<marked> timers(5);
  for (int i = 0; i < 5; ++i) heap.arm(&timers[static_cast<std::size_t>(i)], at(i));
  heap.disarm(&timers[0]);
  heap.disarm(&timers[4]);
  heap.disarm(&timers[2]);
  EXPECT_FALSE(timers[2].armed());
  EXPECT_EQ(fire(heap, 9), (std::vector<marked*>{&timers[1], &timers[3]}));
}

TEST(timer_heap, gives_up_its_timers_one_by_one) {
  timer_heap heap;
  EXPECT_EQ(heap.pop_any(), nullptr);
  marked one;
  heap.arm(&one, at(1));
  EXPECT_EQ(heap.pop_any(), &one);
  EXPECT_FALSE(one.armed());
  EXPECT_TRUE(heap.empty());
}

TEST(timer_heap, agrees_with_a_sorted_list_under_random_use) {
  std::minstd_rand random(7);
  timer_heap heap;
  std::vector<marked> timers(2000);
  std::vector<marked*> armed;
  int order = 0;
  int now = 0;
  for (int step = 0; step < 20'000; ++step) {
    marked& t = timers[random() % timers.size()];
    if (t.armed()) {
      heap.disarm(&t);
      std::erase(armed, &t);
    } else {
      t.deadline = now + static_cast<int>(random() % 100);
      t.order = order++;
      heap.arm(&t, at(t.deadline));
      armed.push_back(&t);
    }
    if (step % 50 != 0) continue;
    now += 5;
    std::vector<marked*> due;
    for (marked* one : armed) {
      if (one->deadline <= now) due.push_back(one);
    }
    std::sort(due.begin(), due.end(), [](const marked* a, const marked* b) {
      return a->deadline != b->deadline ? a->deadline < b->deadline : a->order < b->order;
    });
    ASSERT_EQ(fire(heap, now), due);
    std::erase_if(armed, [&](const marked* one) { return one->deadline <= now; });
  }
}

}  // namespace
}  // namespace weft::detail
