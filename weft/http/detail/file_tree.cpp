#include <weft/http/detail/file_tree.hpp>

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstddef>
#include <system_error>
#include <utility>

namespace weft::http::detail {
namespace {

// Nothing that is opened here may block, become our terminal, or leak into a child.
constexpr int read_flags = O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY;

[[noreturn]] void fail(int error, const std::string& what) {
  throw std::system_error(error, std::system_category(), what);
}

int openat2(int directory, const char* path, std::uint64_t resolve) noexcept {
  open_how how{};
  how.flags = read_flags;
  how.resolve = resolve;
  return static_cast<int>(syscall(SYS_openat2, directory, path, &how, sizeof how));
}

void put_hex(std::string& out, std::uint64_t value) {
  std::array<char, 16> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value, 16);
  out.append(text.data(), end.ptr);
}

}  // namespace

open_file::open_file(int fd) : fd_(fd) {
  struct stat about{};
  if (fstat(fd, &about) != 0) {
    const int error = errno;
    close(fd);
    fail(error, "fstat");
  }
  type_ = S_ISREG(about.st_mode)   ? kind::regular
          : S_ISDIR(about.st_mode) ? kind::directory
                                   : kind::other;
  size_ = static_cast<std::uint64_t>(about.st_size);
  modified_ = date(std::chrono::seconds(about.st_mtim.tv_sec));
  tag_ = '"';
  put_hex(tag_, size_);
  tag_ += '-';
  put_hex(tag_, static_cast<std::uint64_t>(about.st_mtim.tv_sec) * 1'000'000'000U +
                    static_cast<std::uint64_t>(about.st_mtim.tv_nsec));
  tag_ += '"';
}

open_file::~open_file() { close(fd_); }

std::string open_file::read(std::uint64_t offset, std::uint64_t size) const {
  std::string bytes(static_cast<std::size_t>(size), '\0');
  std::size_t got = 0;
  while (got < bytes.size()) {
    const ssize_t n =
        pread(fd_, bytes.data() + got, bytes.size() - got, static_cast<off_t>(offset + got));
    if (n == 0) break;
    if (n > 0) {
      got += static_cast<std::size_t>(n);
    } else if (errno != EINTR) {
      fail(errno, "reading a file");
    }
  }
  bytes.resize(got);
  return bytes;
}

file_tree::file_tree(const std::string& root)
    : root_(::open(root.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC)), way_(way::beneath) {
  if (root_ < 0) fail(errno, root);
  const int probe = openat2(root_, ".", RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
  if (probe >= 0) {
    close(probe);
  } else if (errno == ENOSYS || errno == EPERM || errno == EINVAL) {
    way_ = way::without_links;  // an old kernel, or a sandbox that doesn't know the call
  }
}

file_tree::~file_tree() { close(root_); }

int file_tree::open_beneath(const std::string& relative) const noexcept {
  // EAGAIN: something was renamed while ".." was resolved, so the kernel could not be sure.
  for (int tries = 0;; ++tries) {
    const int fd = openat2(root_, relative.c_str(), RESOLVE_BENEATH | RESOLVE_NO_MAGICLINKS);
    if (fd >= 0 || (errno != EAGAIN && errno != EINTR) || tries == 16) return fd;
  }
}

int file_tree::open_without_links(const std::string& relative) const noexcept {
  int at = root_;
  std::size_t begin = 0;
  while (true) {
    const std::size_t end = std::min(relative.find('/', begin), relative.size());
    const bool last = end == relative.size();
    const int flags =
        last ? read_flags | O_NOFOLLOW : O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const int next = openat(at, relative.substr(begin, end - begin).c_str(), flags);
    const int error = errno;
    if (at != root_) close(at);
    errno = error;
    if (next < 0 || last) return next;
    at = next;
    begin = end + 1;
  }
}

std::unique_ptr<open_file> file_tree::open(const std::string& relative, int& error) const {
  const std::string path = relative.empty() ? std::string(".") : relative;
  const int fd = way_ == way::beneath ? open_beneath(path) : open_without_links(path);
  if (fd >= 0) return std::make_unique<open_file>(fd);
  switch (errno) {
    case EACCES:
    case EPERM:
      error = EACCES;
      return nullptr;
    case ENOENT:
    case ENOTDIR:
    case ENAMETOOLONG:
    case ELOOP:  // a circle of links, or a link where none is followed
    case EXDEV:  // out of the root
    case ENXIO:  // a socket, or a device that isn't there
    case ENODEV:
    case EAGAIN:
      error = ENOENT;
      return nullptr;
    default:
      fail(errno, "opening " + path);
  }
}

}  // namespace weft::http::detail
