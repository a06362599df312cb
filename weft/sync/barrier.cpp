#include <weft/sync/barrier.hpp>

#include <weft/core/errors.hpp>

namespace weft {

/// One that is counted inside, however it leaves; the last one to leave opens the next round.
class barrier::visit {
 public:
  explicit visit(barrier& b) noexcept : barrier_(b), index_(b.count_++) {}
  visit(const visit&) = delete;
  visit& operator=(const visit&) = delete;
  ~visit() {
    if (--barrier_.count_ > 0) return;
    if (barrier_.state_ != state::broken) barrier_.state_ = state::filling;
    // It is free only where a closing loop destroys the frame in its wait.
    if (barrier_.changed_.locked()) barrier_.changed_.notify_all();
  }
  std::size_t index() const noexcept { return index_; }

 private:
  barrier& barrier_;
  std::size_t index_;
};

barrier::barrier(long parties) : parties_(static_cast<std::size_t>(parties)) {
  if (parties < 1) throw value_error("a barrier needs at least one party");
}

coro<std::size_t> barrier::wait() {
  auto held = co_await changed_.scoped();
  while (state_ == state::draining || state_ == state::resetting) co_await changed_.wait();
  if (state_ == state::broken) throw broken_barrier_error("the barrier was aborted");
  visit inside(*this);
  if (inside.index() + 1 == parties_) {
    state_ = state::draining;
    changed_.notify_all();
    co_return inside.index();
  }
  while (state_ == state::filling) co_await changed_.wait();
  if (state_ != state::draining) throw broken_barrier_error("the barrier was reset or aborted");
  co_return inside.index();
}

coro<> barrier::reset() {
  auto held = co_await changed_.scoped();
  state_ = count_ > 0 ? state::resetting : state::filling;
  changed_.notify_all();
}

coro<> barrier::abort() {
  auto held = co_await changed_.scoped();
  state_ = state::broken;
  changed_.notify_all();
}

}  // namespace weft
