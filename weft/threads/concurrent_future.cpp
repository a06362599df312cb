#include <weft/threads/concurrent_future.hpp>

#include <condition_variable>
#include <utility>

#include <weft/core/event_loop.hpp>
#include <weft/core/executor.hpp>

namespace weft::detail {
namespace {

void call_and_delete(concurrent_state::callback* one) noexcept {
  try {
    one->call();
  } catch (...) {
    report_current_exception(here, "exception in a callback of a concurrent_future");
  }
  delete one;
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

void concurrent_state::add(callback* made) {
  {
    std::lock_guard lock(mutex_);
    if (!ended()) {
      (last_ ? last_->next : first_) = made;
      last_ = made;
      return;
    }
  }
  call_and_delete(made);
}

/// With the mutex held throughout, but for the waiting itself.
struct concurrent_state::waiter {
  explicit waiter(const concurrent_state& on) : next(on.waiters_) {
    on.waiters_ = this;
    if (job_of) job_of->job_blocks();
  }
  waiter(const waiter&) = delete;
  waiter& operator=(const waiter&) = delete;

  void wake() {
    // Said here and not when it runs: the loop must not take it for blocked until it does.
    if (job_of) job_of->job_goes_on();
    told.notify_one();
  }
  void give_up(const concurrent_state& on) {
    waiter** place = &on.waiters_;
    while (*place != this) place = &(*place)->next;
    *place = next;
    if (job_of) job_of->job_goes_on();
  }

  std::condition_variable told;
  event_loop* job_of = working_for;  // null on a thread that runs no loop's job
  waiter* next;
};

void concurrent_state::tell(std::unique_lock<std::mutex> lock) {
  // A callback may let go of the last handle.
  const auto alive = shared<concurrent_state>::of(*this);
  callback* told = std::exchange(first_, nullptr);
  last_ = nullptr;
  for (waiter* one = std::exchange(waiters_, nullptr); one; one = one->next) one->wake();
  lock.unlock();
  while (told) call_and_delete(std::exchange(told, told->next));
}

concurrent_state::~concurrent_state() {
  while (first_) delete std::exchange(first_, first_->next);
}

void concurrent_state::wait() const {
  std::unique_lock lock(mutex_);
  if (ended()) return;
  waiter mine(*this);
  mine.told.wait(lock, [this] { return ended(); });
}

void concurrent_state::wait(duration timeout) const {
  // Longer is for ever, and the clock's numbers end somewhere.
  if (timeout > std::chrono::hours(24 * 365)) return wait();
  std::unique_lock lock(mutex_);
  if (ended()) return;
  waiter mine(*this);
  if (mine.told.wait_for(lock, timeout, [this] { return ended(); })) return;
  mine.give_up(*this);
  throw timeout_error();
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
