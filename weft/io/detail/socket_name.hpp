// socket_name: where a socket is bound or connects to, in the system's form: an address of the
// internet or the path of a Unix socket. A value.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include <weft/io/address.hpp>

namespace weft::detail {

class socket_name {
 public:
  explicit socket_name(const address& where) noexcept;
  /// A path, or after a NUL a name in the abstract space. Throws value_error if it is empty or too
  /// long (107 bytes).
  static socket_name of_unix(std::string_view path);
  /// Of a socket itself. Unnamed when it has none.
  static socket_name of_socket(int fd) noexcept;

  int family() const noexcept;
  const void* data() const noexcept { return bytes_; }
  std::uint32_t size() const noexcept { return size_; }
  /// "127.0.0.1:80", "/run/it.sock", "@abstract", "unnamed".
  std::string to_string() const;
  /// Unnamed for a Unix socket.
  address to_address() const noexcept { return address::from_system(bytes_, size_); }

 private:
  socket_name() noexcept = default;

  alignas(8) unsigned char bytes_[112] = {};  // as large as sockaddr_un
  std::uint32_t size_ = 0;
};

}  // namespace weft::detail
