#include <weft/run/detail/interrupt.hpp>

#include <sched.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <utility>

namespace weft::detail {

/// The cancel, made beforehand: a signal handler must not allocate. Once posted it belongs to the
/// loop, which runs it or, at its close, destroys it, be that after the watch.
struct interrupt_watch::request final : mailed {
  any_task main;
  std::shared_ptr<bool> taken;  // true: the task was still there to be cancelled

  request(any_task m, std::shared_ptr<bool> t) noexcept : main(std::move(m)), taken(std::move(t)) {
    run = &mailed::fired;
  }
  void call() override { *taken = main.cancel(); }
};

struct interrupt_watch::shared {
  event_loop& loop;
  std::shared_ptr<bool> taken;
  request* prepared;
  std::atomic<int> signals{0};
};

namespace {

// Which watch the handler serves, and how many threads are inside the handler: a signal may be
// delivered to any thread, also while the main thread takes the watch away.
constinit std::atomic<void*> active{nullptr};
constinit std::atomic<int> inside{0};
static_assert(std::atomic<void*>::is_always_lock_free && std::atomic<int>::is_always_lock_free);

void set_action(void (*action)(int)) noexcept {
  struct sigaction wanted = {};
  wanted.sa_handler = action;
  wanted.sa_flags = SA_RESTART;
  sigemptyset(&wanted.sa_mask);
  sigaction(SIGINT, &wanted, nullptr);
}

bool action_is(void (*action)(int)) noexcept {
  struct sigaction current = {};
  sigaction(SIGINT, nullptr, &current);
  return !(current.sa_flags & SA_SIGINFO) && current.sa_handler == action;
}

}  // namespace

void interrupt_watch::on_signal(int) {
  const int saved = errno;
  ++inside;
  auto* watch = static_cast<shared*>(active.load());
  if (watch && watch->signals.fetch_add(1) == 0) {
    watch->loop.post(watch->prepared);
  } else {
    // The second one, or one that came when the watch was over: what SIGINT does by default.
    set_action(SIG_DFL);
    raise(SIGINT);
  }
  --inside;
  errno = saved;
}

interrupt_watch::interrupt_watch(event_loop& loop, const any_task& main) {
  if (gettid() != getpid() || !action_is(SIG_DFL)) return;
  auto taken = std::make_shared<bool>(false);
  auto prepared = std::make_unique<request>(main, taken);
  shared_ = new shared{loop, std::move(taken), prepared.release()};
  active = shared_;
  set_action(&interrupt_watch::on_signal);
}

interrupt_watch::~interrupt_watch() {
  if (!shared_) return;
  if (action_is(&interrupt_watch::on_signal)) set_action(SIG_DFL);
  active = nullptr;
  while (inside != 0) sched_yield();
  if (shared_->signals == 0) delete shared_->prepared;
  delete shared_;
}

bool interrupt_watch::interrupted(const any_task& main) const noexcept {
  if (!shared_ || shared_->signals == 0) return false;
  if (!*shared_->taken) return true;
  return main.cancelled() && main.uncancel() == 0;
}

}  // namespace weft::detail
