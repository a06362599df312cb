#include <weft/io/detail/happy_eyeballs.hpp>

#include <unistd.h>

#include <cerrno>
#include <utility>

#include <weft/core/event_loop.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/wait.hpp>
#include <weft/io/detail/connect.hpp>

namespace weft::detail {
namespace {

using race_ref = std::shared_ptr<connect_race>;

/// TCP lets a socket connect to itself where nobody listens and the kernel gave it just that port.
bool is_own_echo(int fd, const address& to) noexcept {
  const address own = socket_name::of_socket(fd).to_address();
  return (own.is_ipv4() || own.is_ipv6()) && own == to;
}

coro<void> attempt(race_ref race, std::size_t which, std::optional<address> local) {
  const address to = race->where()[which];
  std::optional<socket_name> from;
  if (local) {
    if (local->is_ipv6() != to.is_ipv6()) {
      race->ended(which, -EAFNOSUPPORT);
      co_return;
    }
    from = socket_name(*local);
  }
  connect_ask asked(socket_name(to), from);
  int fd = co_await std::move(asked);
  if (fd >= 0 && is_own_echo(fd, to)) {
    get_running_loop().detach(fd);
    close(fd);
    fd = -ECONNREFUSED;
  }
  race->ended(which, fd);
}

/// The attempts under way, which end with the race however it ends.
struct attempts {
  std::vector<task<void>> running;

  attempts() = default;
  attempts(const attempts&) = delete;
  attempts& operator=(const attempts&) = delete;
  ~attempts() {
    for (const task<void>& one : running) one.cancel();
  }
};

}  // namespace

connect_race::connect_race(std::vector<address> where)
    : where_(std::move(where)), errors_(where_.size(), 0) {}

connect_race::~connect_race() {
  if (fd_ >= 0) close(fd_);
}

int connect_race::take() noexcept { return std::exchange(fd_, -1); }

void connect_race::ended(std::size_t which, int fd_or_error) noexcept {
  if (fd_or_error < 0) {
    errors_[which] = -fd_or_error;
  } else if (won()) {  // two answered in one turn
    close(fd_or_error);
  } else {
    fd_ = fd_or_error;
    winner_ = which;
  }
}

std::vector<address> interleave(const std::vector<address>& where) {
  std::vector<address> families[2];
  for (const address& one : where) {
    families[one.is_ipv6() == where.front().is_ipv6() ? 0 : 1].push_back(one);
  }
  std::vector<address> mixed;
  for (std::size_t i = 0; mixed.size() < where.size(); ++i) {
    for (const auto& family : families) {
      if (i < family.size()) mixed.push_back(family[i]);
    }
  }
  return mixed;
}

coro<void> run_race(race_ref race, std::optional<duration> delay, std::optional<address> local) {
  const std::size_t count = race->where().size();
  if (count == 1) {
    co_await attempt(race, 0, local);
    co_return;
  }
  attempts under_way;
  for (std::size_t next = 0; !race->won() && (next < count || !under_way.running.empty());) {
    if (next < count) under_way.running.push_back(create_task(attempt(race, next++, local)));
    // Whoever still runs when the last has begun has all the time it wants.
    const time_limit limit(next < count ? delay : std::nullopt);
    auto asked = wait(under_way.running, limit, return_when::first_completed);
    auto seen = co_await std::move(asked);
    under_way.running = std::move(seen.pending);
  }
}

}  // namespace weft::detail
