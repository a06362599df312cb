#include <weft/io/address.hpp>

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

using namespace weft;

namespace {

address ipv4(const char* host, std::uint16_t port) {
  sockaddr_in system{};
  system.sin_family = AF_INET;
  system.sin_port = htons(port);
  inet_pton(AF_INET, host, &system.sin_addr);
  return address::from_system(&system, sizeof system);
}

address ipv6(const char* host, std::uint16_t port) {
  sockaddr_in6 system{};
  system.sin6_family = AF_INET6;
  system.sin6_port = htons(port);
  inet_pton(AF_INET6, host, &system.sin6_addr);
  return address::from_system(&system, sizeof system);
}

TEST(address, is_written_as_people_write_it) {
  EXPECT_EQ(ipv4("127.0.0.1", 80).to_string(), "127.0.0.1:80");
  EXPECT_EQ(ipv6("::1", 8080).to_string(), "[::1]:8080");
  EXPECT_EQ(ipv6("::1", 8080).host(), "::1");
  EXPECT_EQ(address().to_string(), "unnamed");
}

TEST(address, knows_its_family_and_port) {
  EXPECT_TRUE(ipv4("1.2.3.4", 5).is_ipv4());
  EXPECT_FALSE(ipv4("1.2.3.4", 5).is_ipv6());
  EXPECT_TRUE(ipv6("::", 5).is_ipv6());
  EXPECT_EQ(ipv6("::", 65535).port(), 65535);
  EXPECT_EQ(address().port(), 0);
}

TEST(address, is_a_value) {
  EXPECT_EQ(ipv4("1.2.3.4", 5), ipv4("1.2.3.4", 5));
  EXPECT_FALSE(ipv4("1.2.3.4", 5) == ipv4("1.2.3.4", 6));
  EXPECT_FALSE(ipv4("1.2.3.4", 5) == ipv4("1.2.3.5", 5));
  EXPECT_FALSE(ipv6("::1", 5) == ipv6("::2", 5));
  EXPECT_FALSE(ipv4("0.0.0.0", 5) == ipv6("::", 5));
  EXPECT_EQ(ipv4("1.2.3.4", 5).with_port(7), ipv4("1.2.3.4", 7));
}

TEST(address, of_another_family_is_unnamed) {
  const sockaddr other{AF_UNIX, {}};
  EXPECT_EQ(address::from_system(&other, sizeof other), address());
  EXPECT_EQ(address::from_system("", 0), address());
}

}  // namespace
