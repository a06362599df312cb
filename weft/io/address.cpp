#include <weft/io/address.hpp>

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

namespace weft {

address address::from_system(const void* sockaddr, std::size_t size) noexcept {
  address made;
  sa_family_t family = AF_UNSPEC;
  if (size >= sizeof family) std::memcpy(&family, sockaddr, sizeof family);
  const std::size_t needed = family == AF_INET    ? sizeof(sockaddr_in)
                             : family == AF_INET6 ? sizeof(sockaddr_in6)
                                                  : 0;
  if (needed == 0 || size < needed) return made;
  static_assert(sizeof(sockaddr_in6) == sizeof made.bytes_);
  std::memcpy(made.bytes_, sockaddr, needed);
  made.size_ = static_cast<std::uint32_t>(needed);
  return made;
}

bool address::is_ipv4() const noexcept { return size_ == sizeof(sockaddr_in); }
bool address::is_ipv6() const noexcept { return size_ == sizeof(sockaddr_in6); }

// Both families keep the port in the same place.
static_assert(offsetof(sockaddr_in, sin_port) == offsetof(sockaddr_in6, sin6_port));

std::uint16_t address::port() const noexcept {
  in_port_t port = 0;
  if (size_) std::memcpy(&port, bytes_ + offsetof(sockaddr_in, sin_port), sizeof port);
  return ntohs(port);
}

address address::with_port(std::uint16_t port) const noexcept {
  address changed = *this;
  const in_port_t network = htons(port);
  if (size_)
    std::memcpy(changed.bytes_ + offsetof(sockaddr_in, sin_port), &network, sizeof network);
  return changed;
}

std::string address::host() const {
  char text[NI_MAXHOST];
  const auto* system = reinterpret_cast<const sockaddr*>(bytes_);
  if (!size_ || getnameinfo(system, size_, text, sizeof text, nullptr, 0, NI_NUMERICHOST) != 0) {
    return {};
  }
  return text;
}

std::string address::to_string() const {
  if (!size_) return "unnamed";
  std::string text = host();
  if (is_ipv6()) {
    text.insert(text.begin(), '[');
    text += ']';
  }
  text += ':';
  text += std::to_string(port());
  return text;
}

bool operator==(const address& a, const address& b) noexcept {
  if (a.size_ != b.size_ || a.port() != b.port()) return false;
  if (a.is_ipv4()) {
    constexpr std::size_t at = offsetof(sockaddr_in, sin_addr);
    return std::memcmp(a.bytes_ + at, b.bytes_ + at, sizeof(in_addr)) == 0;
  }
  if (!a.is_ipv6()) return true;
  constexpr std::size_t host_at = offsetof(sockaddr_in6, sin6_addr);
  constexpr std::size_t scope_at = offsetof(sockaddr_in6, sin6_scope_id);
  return std::memcmp(a.bytes_ + host_at, b.bytes_ + host_at, sizeof(in6_addr)) == 0 &&
         std::memcmp(a.bytes_ + scope_at, b.bytes_ + scope_at, sizeof(std::uint32_t)) == 0;
}

}  // namespace weft
