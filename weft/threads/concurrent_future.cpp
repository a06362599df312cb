#include <weft/threads/concurrent_future.hpp>

#include <algorithm>
#include <utility>

#include <weft/core/event_loop.hpp>
#include <weft/core/executor.hpp>

namespace weft::detail {
namespace {

void call(concurrent_state::callback& one) noexcept {
  try {
    one.call();
  } catch (...) {
    report_current_exception(here, "exception in a callback of a concurrent_future");
  }
}

}  // namespace

bool concurrent_state::cancel() {
  std::unique_lock lock(mutex_);
  if (stage_ == stage::running || stage_ == stage::finished) return false;
  if (ended()) return true;
  stage_ = stage::cancelled;
  tell(std::move(lock));
  return true;
}

bool concurrent_state::cancelled() const noexcept {
  std::lock_guard lock(mutex_);
  return stage_ == stage::cancelled || stage_ == stage::notified;
}

bool concurrent_state::running() const noexcept {
  std::lock_guard lock(mutex_);
  return stage_ == stage::running;
}

bool concurrent_state::done() const noexcept {
  std::lock_guard lock(mutex_);
  return ended();
}

bool concurrent_state::set_running_or_notify_cancel() {
  std::lock_guard lock(mutex_);
  if (stage_ == stage::cancelled) {
    stage_ = stage::notified;
    return false;
  }
  if (stage_ != stage::pending) throw usage_error("the concurrent_future has begun already");
  stage_ = stage::running;
  return true;
}

void concurrent_state::add(std::unique_ptr<callback> made) {
  {
    std::lock_guard lock(mutex_);
    if (!ended()) {
      callbacks_.push_back(std::move(made));
      return;
    }
  }
  call(*made);
}

void concurrent_state::tell(std::unique_lock<std::mutex> lock) {
  // A callback may let go of the last handle.
  const std::shared_ptr<concurrent_state> alive = shared_from_this();
  const std::vector<std::unique_ptr<callback>> told = std::move(callbacks_);
  callbacks_.clear();
  // Said here and not by those who wake: the loop must not take them for blocked until they do.
  for (event_loop* loop : std::exchange(waiting_jobs_, {})) loop->job_goes_on();
  changed_.notify_all();
  lock.unlock();
  for (const std::unique_ptr<callback>& one : told) call(*one);
}

void concurrent_state::wait() const {
  std::unique_lock lock(mutex_);
  if (ended()) return;
  begin_wait();
  changed_.wait(lock, [this] { return ended(); });
}

void concurrent_state::wait(duration timeout) const {
  // Longer is for ever, and the clock's numbers end somewhere.
  if (timeout > std::chrono::hours(24 * 365)) return wait();
  std::unique_lock lock(mutex_);
  if (ended()) return;
  begin_wait();
  if (changed_.wait_for(lock, timeout, [this] { return ended(); })) return;
  give_up();
  throw timeout_error();
}

void concurrent_state::begin_wait() const {
  if (!working_for) return;
  waiting_jobs_.push_back(working_for);
  working_for->job_blocks();
}

void concurrent_state::give_up() const {
  if (!working_for) return;
  waiting_jobs_.erase(std::find(waiting_jobs_.begin(), waiting_jobs_.end(), working_for));
  working_for->job_goes_on();
}

void concurrent_state::throw_if_cancelled() const {
  if (cancelled()) throw cancelled_error();
}

concurrent_state::end::end(concurrent_state& of) : of_(of), lock_(of.mutex_) {
  if (of.ended()) throw invalid_state_error("the concurrent_future has its result already");
}

void concurrent_state::end::now() {
  of_.stage_ = stage::finished;
  of_.tell(std::move(lock_));
}

}  // namespace weft::detail
