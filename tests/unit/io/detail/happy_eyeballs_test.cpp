#include <weft/io/detail/happy_eyeballs.hpp>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

#include <string>
#include <vector>

namespace weft::detail {
namespace {

address v4(std::uint16_t port) {
  sockaddr_in name{};
  name.sin_family = AF_INET;
  name.sin_port = htons(port);
  return address::from_system(&name, sizeof name);
}
address v6(std::uint16_t port) {
  sockaddr_in6 name{};
  name.sin6_family = AF_INET6;
  name.sin6_port = htons(port);
  return address::from_system(&name, sizeof name);
}
std::string ports(const std::vector<address>& where) {
  std::string text;
  for (const address& one : where) text += std::to_string(one.port());
  return text;
}

TEST(happy_eyeballs, take_the_families_by_turns_each_in_its_order) {
  EXPECT_EQ(ports(interleave({v6(1), v6(2), v6(3), v4(4), v4(5)})), "14253");
  EXPECT_EQ(ports(interleave({v4(1), v6(2), v4(3)})), "123");
  EXPECT_EQ(ports(interleave({v4(1), v4(2)})), "12");
}

}  // namespace
}  // namespace weft::detail
