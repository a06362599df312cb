// socket_file: the path of a Unix socket that a server listens on, which goes with the server.
#pragma once

#include <sys/types.h>

#include <string>

namespace weft::detail {

class socket_file {
 public:
  /// Remembers which file lies at the path now.
  explicit socket_file(std::string path) noexcept;
  socket_file(const socket_file&) = delete;
  socket_file& operator=(const socket_file&) = delete;
  /// Removes it, unless another has come to lie there.
  ~socket_file();

  /// Removes a socket from the path, if one is there; leaves anything else.
  static void remove_stale(const std::string& path) noexcept;

 private:
  std::string path_;
  dev_t device_ = 0;
  ino_t number_ = 0;
};

}  // namespace weft::detail
