#include <weft/core/detail/ready_queue.hpp>

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace weft::detail {
namespace {

std::vector<ready_node*> turn_of(ready_queue& q) {
  std::vector<ready_node*> nodes;
  q.begin_turn();
  while (ready_node* node = q.next_of_turn()) nodes.push_back(node);
  return nodes;
}

TEST(ready_queue, is_first_in_first_out) {
  ready_queue q;
  std::array<ready_node, 3> n;
  EXPECT_TRUE(q.empty());
  for (ready_node& one : n) q.push(&one);
  EXPECT_FALSE(q.empty());
  EXPECT_EQ(turn_of(q), (std::vector<ready_node*>{&n[0], &n[1], &n[2]}));
  EXPECT_TRUE(q.empty());
}

TEST(ready_queue, keeps_what_a_turn_queues_for_the_next) {
  ready_queue q;
  std::array<ready_node, 3> n;
  q.push(&n[0]);
  q.push(&n[1]);
  q.begin_turn();
  EXPECT_EQ(q.next_of_turn(), &n[0]);
  q.push(&n[2]);
  q.push(&n[0]);
  EXPECT_EQ(q.next_of_turn(), &n[1]);
  EXPECT_EQ(q.next_of_turn(), nullptr);
  EXPECT_EQ(turn_of(q), (std::vector<ready_node*>{&n[2], &n[0]}));
}

TEST(ready_queue, takes_a_whole_circular_list_in_order) {
  ready_queue q;
  std::array<ready_node, 4> n;
  n[1].next = &n[2];
  n[2].next = &n[3];
  n[3].next = &n[1];
  q.push(&n[0]);
  q.splice(&n[3]);
  EXPECT_EQ(turn_of(q), (std::vector<ready_node*>{&n[0], &n[1], &n[2], &n[3]}));
  n[0].next = &n[0];
  q.splice(&n[0]);
  q.push(&n[1]);
  EXPECT_EQ(turn_of(q), (std::vector<ready_node*>{&n[0], &n[1]}));
}

TEST(ready_queue, pops_one_by_one) {
  ready_queue q;
  std::array<ready_node, 2> n;
  EXPECT_EQ(q.pop(), nullptr);
  q.push(&n[0]);
  q.push(&n[1]);
  EXPECT_EQ(q.pop(), &n[0]);
  EXPECT_EQ(q.pop(), &n[1]);
  EXPECT_EQ(q.pop(), nullptr);
  q.push(&n[0]);
  EXPECT_EQ(q.pop(), &n[0]);
}

TEST(ready_queue, gives_back_a_node_wherever_it_stands) {
  ready_queue q;
  std::array<ready_node, 6> n;
  q.push(&n[0]);
  q.push(&n[1]);
  q.push(&n[2]);
  q.begin_turn();
  EXPECT_EQ(q.next_of_turn(), &n[0]);
  q.push(&n[3]);
  q.push(&n[4]);
  q.push(&n[5]);
  q.unlink(&n[2]);  // in the rest of the turn
  q.unlink(&n[5]);  // the last of the next one
  q.unlink(&n[3]);  // its first
  EXPECT_EQ(q.next_of_turn(), &n[1]);
  EXPECT_EQ(q.next_of_turn(), nullptr);
  q.push(&n[0]);
  EXPECT_EQ(turn_of(q), (std::vector<ready_node*>{&n[4], &n[0]}));
}

TEST(ready_queue, is_whole_when_its_only_node_is_taken_back) {
  ready_queue q;
  ready_node a;
  ready_node b;
  q.push(&a);
  q.unlink(&a);
  EXPECT_TRUE(q.empty());
  q.push(&b);
  EXPECT_EQ(turn_of(q), std::vector<ready_node*>{&b});
}

}  // namespace
}  // namespace weft::detail
