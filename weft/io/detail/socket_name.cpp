#include <weft/io/detail/socket_name.hpp>

#include <sys/socket.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include <weft/core/errors.hpp>

namespace weft::detail {
namespace {

constexpr std::size_t path_at = offsetof(sockaddr_un, sun_path);
constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;

}  // namespace

socket_name::socket_name(const address& where) noexcept : size_(where.system_size()) {
  std::memcpy(bytes_, where.system_data(), size_);
}

socket_name socket_name::of_unix(std::string_view path) {
  static_assert(sizeof bytes_ >= sizeof(sockaddr_un));
  if (path.empty()) throw value_error("the path of a Unix socket is empty");
  if (path.size() > longest_path) {
    throw value_error("the path of a Unix socket is longer than " + std::to_string(longest_path) +
                      " bytes: " + std::string(path));
  }
  const bool abstract = path[0] == '\0';
  if (!abstract && path.find('\0') != std::string_view::npos) {
    throw value_error("the path of a Unix socket holds a NUL");
  }
  socket_name made;
  const sa_family_t family = AF_UNIX;
  std::memcpy(made.bytes_, &family, sizeof family);
  std::memcpy(made.bytes_ + path_at, path.data(), path.size());
  // A path ends with a NUL, an abstract name with its size.
  made.size_ = static_cast<std::uint32_t>(path_at + path.size() + (abstract ? 0 : 1));
  return made;
}

socket_name socket_name::of_socket(int fd) noexcept {
  socket_name made;
  socklen_t size = sizeof made.bytes_;
  if (fd < 0 || getsockname(fd, reinterpret_cast<sockaddr*>(made.bytes_), &size) != 0) return made;
  made.size_ = size;
  return made;
}

int socket_name::family() const noexcept {
  sa_family_t family = AF_UNSPEC;
  if (size_ >= sizeof family) std::memcpy(&family, bytes_, sizeof family);
  return family;
}

std::string socket_name::to_string() const {
  if (family() != AF_UNIX) return to_address().to_string();
  if (size_ <= path_at) return "unnamed";
  const auto* path = reinterpret_cast<const char*>(bytes_ + path_at);
  if (*path != '\0') return path;
  return '@' + std::string(path + 1, size_ - path_at - 1);
}

}  // namespace weft::detail
