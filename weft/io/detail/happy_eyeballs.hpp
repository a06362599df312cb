// happy_eyeballs: connects to the first of several addresses that answers (RFC 8305). The next is
// tried when one has failed, or has said nothing for a while; the first connection wins, and what
// is still under way is let go of.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/time.hpp>
#include <weft/io/address.hpp>

namespace weft::detail {

/// How it went. Owns the connection until it is taken.
class connect_race {
 public:
  explicit connect_race(std::vector<address> where);
  connect_race(const connect_race&) = delete;
  connect_race& operator=(const connect_race&) = delete;
  ~connect_race();

  const std::vector<address>& where() const noexcept { return where_; }
  bool won() const noexcept { return fd_ >= 0; }
  const address& winner() const noexcept { return where_[winner_]; }
  int take() noexcept;
  /// Of each address, in order, when none has won: why. 0 for one that was not tried.
  const std::vector<int>& errors() const noexcept { return errors_; }

  /// An attempt's end: a connected socket or -errno.
  void ended(std::size_t which, int fd_or_error) noexcept;

 private:
  std::vector<address> where_;
  std::vector<int> errors_;
  std::size_t winner_ = 0;
  int fd_ = -1;
};

/// The two families by turns, each in its order, beginning with the first's.
std::vector<address> interleave(const std::vector<address>& where);

/// Runs the race. `delay`: how long an address may say nothing before the next is tried beside it;
/// none: until it has failed. `local`: where the sockets are bound.
coro<void> run_race(std::shared_ptr<connect_race> race, std::optional<duration> delay,
                    std::optional<address> local);

}  // namespace weft::detail
