#include <weft/io/detail/socket_file.hpp>

#include <sys/stat.h>
#include <unistd.h>

#include <utility>

namespace weft::detail {

socket_file::socket_file(std::string path) noexcept : path_(std::move(path)) {
  struct stat found;
  if (::stat(path_.c_str(), &found) != 0) return;
  device_ = found.st_dev;
  number_ = found.st_ino;
}

socket_file::~socket_file() {
  struct stat found;
  if (::stat(path_.c_str(), &found) != 0) return;
  if (found.st_dev == device_ && found.st_ino == number_) ::unlink(path_.c_str());
}

void socket_file::remove_stale(const std::string& path) noexcept {
  struct stat found;
  if (::stat(path.c_str(), &found) == 0 && S_ISSOCK(found.st_mode)) ::unlink(path.c_str());
}

}  // namespace weft::detail
