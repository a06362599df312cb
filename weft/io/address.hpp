// address: where a socket listens or connects to: an IPv4 or IPv6 address with its port. A value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace weft {

/// An IPv4 or IPv6 address with its port; or none ("unnamed"), as a socket pair's ends have.
class address {
 public:
  address() noexcept = default;
  /// From the system's own form (a sockaddr of `size` bytes). Other families become unnamed.
  static address from_system(const void* sockaddr, std::size_t size) noexcept;

  bool is_ipv4() const noexcept;
  bool is_ipv6() const noexcept;
  std::uint16_t port() const noexcept;
  /// "127.0.0.1", "::1", "fe80::1%eth0".
  std::string host() const;
  /// "127.0.0.1:80", "[::1]:80", "unnamed".
  std::string to_string() const;

  /// The same host with another port.
  address with_port(std::uint16_t port) const noexcept;

  friend bool operator==(const address& a, const address& b) noexcept;

  // For the library: the system's form.
  const void* system_data() const noexcept { return bytes_; }
  std::uint32_t system_size() const noexcept { return size_; }

 private:
  alignas(8) unsigned char bytes_[28] = {};  // as large as sockaddr_in6
  std::uint32_t size_ = 0;
};

}  // namespace weft
