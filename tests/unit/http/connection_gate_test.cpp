#include <gtest/gtest.h>

#include <string>
#include <vector>

#include <weft/http/detail/connection_gate.hpp>

namespace weft::http::detail {
namespace {

struct request : connection_gate::entry {
  std::string name;
};

/// Asks for each "host:name" in order; gives the names that were let in at once.
std::string ask(connection_gate& gate, std::vector<request>& all, bool multiplexed = false) {
  std::string in;
  for (request& one : all) {
    if (gate.enter(one, one.name.substr(0, 1), multiplexed)) in += one.name + " ";
  }
  return in;
}

std::string let_in(connection_gate& gate) {
  std::string in;
  while (connection_gate::entry* next = gate.next()) in += static_cast<request*>(next)->name + " ";
  return in;
}

std::vector<request> requests(const std::vector<std::string>& names) {
  std::vector<request> made(names.size());
  for (std::size_t i = 0; i < names.size(); ++i) made[i].name = names[i];
  return made;
}

TEST(connection_gate, lets_all_in_without_limits) {
  connection_gate gate(0, 0);
  auto all = requests({"a1", "a2", "b1"});
  EXPECT_EQ(ask(gate, all), "a1 a2 b1 ");
  EXPECT_EQ(gate.active(), 3u);
}

TEST(connection_gate, keeps_the_order_of_a_host) {
  connection_gate gate(1, 0);
  auto all = requests({"a1", "a2", "a3"});
  EXPECT_EQ(ask(gate, all), "a1 ");
  EXPECT_EQ(let_in(gate), "");
  gate.leave(all[0]);
  EXPECT_EQ(let_in(gate), "a2 ");
  gate.leave(all[1]);
  EXPECT_EQ(let_in(gate), "a3 ");
  EXPECT_EQ(gate.waiting(), 0u);
}

TEST(connection_gate, gives_hosts_turns) {
  connection_gate gate(1, 0);
  auto all = requests({"a1", "a2", "a3", "a4", "b1"});
  ask(gate, all);
  std::string order;
  for (std::size_t working = 0;;) {
    gate.leave(all[working]);
    connection_gate::entry* next = gate.next();
    if (!next) break;
    order += static_cast<request*>(next)->name + " ";
    working = static_cast<std::size_t>(static_cast<request*>(next) - all.data());
  }
  EXPECT_EQ(order, "a2 b1 a3 a4 ");
}

TEST(connection_gate, holds_a_full_host_up_and_no_other) {
  connection_gate gate(3, 1);
  auto all = requests({"a1", "a2", "b1", "b2", "c1", "d1"});
  EXPECT_EQ(ask(gate, all), "a1 b1 c1 ");
  gate.leave(all[2]);
  EXPECT_EQ(let_in(gate), "b2 ");
  gate.leave(all[4]);
  EXPECT_EQ(let_in(gate), "d1 ");
  gate.leave(all[0]);
  EXPECT_EQ(let_in(gate), "a2 ");
}

TEST(connection_gate, forgets_one_that_stops_waiting) {
  connection_gate gate(1, 0);
  auto all = requests({"a1", "a2", "a3"});
  ask(gate, all);
  gate.leave(all[1]);
  EXPECT_EQ(all[1].where, connection_gate::entry::state::outside);
  gate.leave(all[1]);  // nothing
  gate.leave(all[0]);
  EXPECT_EQ(let_in(gate), "a3 ");
  EXPECT_EQ(gate.active(), 1u);
}

TEST(connection_gate, counts_streams_of_a_host_that_multiplexes) {
  connection_gate gate(1, 1);
  std::vector<request> all(connection_gate::streams_per_connection + 1);
  for (request& one : all) one.name.push_back('a');
  ask(gate, all, true);
  EXPECT_EQ(gate.active(), connection_gate::streams_per_connection);
  EXPECT_EQ(gate.waiting(), 1u);
}

TEST(connection_gate, learns_that_a_host_multiplexes) {
  connection_gate gate(2, 1);
  auto all = requests({"a1", "a2", "a3", "b1"});
  EXPECT_EQ(ask(gate, all), "a1 b1 ");
  gate.mark_multiplexed(all[0]);
  EXPECT_EQ(let_in(gate), "a2 a3 ");
  for (request& one : all) gate.leave(one);
  EXPECT_EQ(gate.active(), 0u);
}

}  // namespace
}  // namespace weft::http::detail
