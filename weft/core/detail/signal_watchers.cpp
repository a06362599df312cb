#include <weft/core/detail/signal_watchers.hpp>

#include <algorithm>
#include <utility>
#include <vector>

#include <weft/core/detail/signal_route.hpp>
#include <weft/core/event_loop.hpp>

namespace weft::detail {

/// One signal in one loop.
class signal_watchers::watch {
 public:
  explicit watch(int number) : route_(number) {}
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;
  ~watch() { set_callback(nullptr); }

  bool idle() const noexcept { return !what_ && listeners_.empty(); }
  int fd() const noexcept { return route_.fd(); }
  unsigned long take() const noexcept { return route_.take(); }

  void set_callback(callback* what) noexcept {
    if (callback* old = std::exchange(what_, what)) {
      old->drop();
      old->release();
    }
  }
  callback* what() const noexcept { return what_; }
  std::vector<signal_listener*>& listeners() noexcept { return listeners_; }

 private:
  signal_route route_;
  callback* what_ = nullptr;
  std::vector<signal_listener*> listeners_;
};

namespace {

/// The callback may remove or replace itself while it runs.
void call_in_context(event_loop& loop, callback& what) {
  what.retain();
  {
    ambient_context_scope scope(what.context_);
    try {
      what.call();
    } catch (...) {
      report_current_exception(&loop.get_scheduler(), "exception in the callback of a signal");
    }
  }
  what.release();
}

}  // namespace

signal_watchers::signal_watchers(event_loop& loop) noexcept : loop_(loop) {}

signal_watchers::~signal_watchers() {
  for (const auto& [number, one] : watches_) loop_.remove_reader(one->fd());
}

signal_watchers::watch& signal_watchers::watch_of(int number) {
  const auto found = watches_.find(number);
  if (found != watches_.end()) return *found->second;
  auto made = std::make_unique<watch>(number);
  loop_.add_reader(made->fd(), [this, number] { deliver(number); });
  return *watches_.emplace(number, std::move(made)).first->second;
}

void signal_watchers::drop_if_idle(int number) noexcept {
  const auto found = watches_.find(number);
  if (found == watches_.end() || !found->second->idle()) return;
  loop_.remove_reader(found->second->fd());
  watches_.erase(found);
}

void signal_watchers::set_callback(int number, callback* what) {
  try {
    watch_of(number).set_callback(what);
  } catch (...) {
    what->drop();
    what->release();
    throw;
  }
}

bool signal_watchers::remove_callback(int number) {
  const auto found = watches_.find(number);
  if (found == watches_.end() || !found->second->what()) return false;
  found->second->set_callback(nullptr);
  drop_if_idle(number);
  return true;
}

void signal_watchers::add(int number, signal_listener& who) {
  watch_of(number).listeners().push_back(&who);
}

void signal_watchers::remove(int number, signal_listener& who) noexcept {
  const auto found = watches_.find(number);
  if (found == watches_.end()) return;
  std::erase(found->second->listeners(), &who);
  drop_if_idle(number);
}

void signal_watchers::deliver(int number) {
  const auto found = watches_.find(number);
  if (found == watches_.end()) return;
  unsigned long left = found->second->take();
  // What is told may remove itself, others, and with the last of them the watch.
  for (auto one = found; left > 0 && one != watches_.end(); one = watches_.find(number), --left) {
    const std::vector<signal_listener*> told = one->second->listeners();
    if (callback* what = one->second->what()) call_in_context(loop_, *what);
    for (signal_listener* who : told) {
      const auto still = watches_.find(number);
      if (still == watches_.end()) return;
      const auto& there = still->second->listeners();
      if (std::find(there.begin(), there.end(), who) != there.end()) who->signalled(number);
    }
  }
}

}  // namespace weft::detail
