#include <weft/core/detail/pause_backend.hpp>

#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <ctime>
#include <system_error>

namespace weft::detail {

pause_backend::pause_backend() : event_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (event_ < 0) throw std::system_error(errno, std::generic_category(), "eventfd");
}

pause_backend::~pause_backend() { close(event_); }

void pause_backend::submit(operation& op) { refused_.push_back({&op, -ENOSYS, 0, nullptr}); }

void pause_backend::cancel(operation&) noexcept {}

void pause_backend::wait(time_point deadline, completion_list& out) {
  if (!refused_.empty()) {
    out.insert(out.end(), refused_.begin(), refused_.end());
    refused_.clear();
    return;
  }
  if (deadline == time_point::min()) return;
  timespec left{};
  timespec* limit = nullptr;
  if (deadline != time_point::max()) {
    const duration d = deadline - std::chrono::steady_clock::now();
    if (d <= duration::zero()) return;
    left.tv_sec = static_cast<std::time_t>(d.count() / 1'000'000'000);
    left.tv_nsec = static_cast<long>(d.count() % 1'000'000'000);
    limit = &left;
  }
  pollfd waked{event_, POLLIN, 0};
  if (ppoll(&waked, 1, limit, nullptr) > 0) {
    eventfd_t count;
    eventfd_read(event_, &count);
  }
}

void pause_backend::wake() noexcept { eventfd_write(event_, 1); }

}  // namespace weft::detail
