#include <weft/core/detail/signal_route.hpp>

#include <sched.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <mutex>
#include <string>

#include <weft/core/detail/errno.hpp>
#include <weft/core/errors.hpp>

namespace weft::detail {
namespace {

constexpr int most_routes = 256;
constexpr int numbers = 65;  // Linux has the signals 1 to 64

/// A place of the table that the handler reads. `fd` is there before `number` is, and `number` goes
/// before `fd` does.
struct place {
  std::atomic<int> number{0};
  std::atomic<int> fd{-1};
};
constinit place table[most_routes];
// How many threads are inside the handler: it may run anywhere, also while a route goes.
constinit std::atomic<int> inside{0};
static_assert(std::atomic<int>::is_always_lock_free);

constinit std::mutex changing;
int routes_of[numbers] = {};
struct sigaction before[numbers];

void on_signal(int number) {
  const int saved = errno;
  ++inside;
  for (place& one : table) {
    if (one.number == number) eventfd_write(one.fd, 1);
  }
  --inside;
  errno = saved;
}

void catch_signal(int number) {
  struct sigaction wanted = {};
  wanted.sa_handler = on_signal;
  wanted.sa_flags = SA_RESTART;
  sigemptyset(&wanted.sa_mask);
  if (sigaction(number, &wanted, &before[number]) != 0) {
    throw value_error("signal " + std::to_string(number) + " can't be caught");
  }
}

int free_place() {
  for (int i = 0; i < most_routes; ++i) {
    if (table[i].number == 0) return i;
  }
  throw usage_error("more than " + std::to_string(most_routes) + " signals are watched at once");
}

}  // namespace

signal_route::signal_route(int number)
    : number_(number), fd_(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  if (fd_ < 0) throw_errno(errno, "eventfd");
  const std::scoped_lock lock(changing);
  try {
    if (number <= 0 || number >= numbers) {
      throw value_error("there is no signal " + std::to_string(number));
    }
    place_ = free_place();
    if (routes_of[number] == 0) catch_signal(number);
  } catch (...) {
    close(fd_);
    throw;
  }
  ++routes_of[number];
  table[place_].fd = fd_;
  table[place_].number = number;
}

signal_route::~signal_route() {
  const std::scoped_lock lock(changing);
  if (--routes_of[number_] == 0) sigaction(number_, &before[number_], nullptr);
  table[place_].number = 0;
  while (inside != 0) sched_yield();
  table[place_].fd = -1;
  close(fd_);
}

unsigned long signal_route::take() const noexcept {
  eventfd_t count = 0;
  return eventfd_read(fd_, &count) == 0 ? count : 0;
}

}  // namespace weft::detail
