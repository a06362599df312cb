#include <weft/core/detail/fd_watchers.hpp>

#include <weft/core/event_loop.hpp>

namespace weft::detail {

/// Lives until it is removed and neither armed nor queued.
struct fd_watchers::watch : operation, ready_node {
  event_loop& loop;
  callback* what;
  bool armed = false;
  bool queued = false;
  bool removed = false;

  watch(event_loop& l, int descriptor, operation_code direction, callback* w) noexcept
      : loop(l), what(w) {
    fd = descriptor;
    code = direction;
    passive = true;
    complete = &watch::completed;
    run = &watch::run_callback;
  }
  watch(const watch&) = delete;
  watch& operator=(const watch&) = delete;
  ~watch() { drop_callback(); }

  void drop_callback() noexcept {
    if (callback* old = std::exchange(what, nullptr)) {
      old->drop();
      old->release();
    }
  }
  void arm() {
    armed = true;
    loop.submit(*this);
  }
  void remove() noexcept {
    removed = true;
    if (armed) {
      loop.cancel(*this);
    } else if (!queued) {
      delete this;
    }
  }

  static void completed(operation& op, const completion& c) {
    auto& self = static_cast<watch&>(op);
    self.armed = false;
    if (self.removed) {
      delete &self;
      return;
    }
    // A cancelled poll that wasn't removed was cut off by the backend: the callback finds out.
    (void)c;
    self.queued = true;
    self.loop.get_scheduler().ready.push(&self);
  }

  /// Apart, so that the scope has ended when the callback goes.
  static void call_in_context(event_loop& loop, callback& running) {
    ambient_context_scope scope(running.context_);
    try {
      running.call();
    } catch (...) {
      report_current_exception(&loop.get_scheduler(), "exception in the callback of a descriptor");
    }
  }

  static void run_callback(ready_node* node) {
    auto* self = static_cast<watch*>(node);
    if (!self->removed) {
      // The callback may remove or replace itself while it runs.
      callback* running = self->what;
      running->retain();
      call_in_context(self->loop, *running);
      running->release();
    }
    self->queued = false;
    if (self->removed) {
      delete self;
    } else {
      self->arm();
    }
  }
};

fd_watchers::~fd_watchers() {
  for (auto& [where, one] : watches_) one->remove();
}

void fd_watchers::add(int fd, operation_code direction, callback* what) {
  auto [place, fresh] = watches_.try_emplace(key(fd, direction), nullptr);
  if (!fresh) place->second->remove();
  place->second = new watch(loop_, fd, direction, what);
  place->second->arm();
}

bool fd_watchers::remove(int fd, operation_code direction) {
  auto place = watches_.find(key(fd, direction));
  if (place == watches_.end()) return false;
  watch* removed = place->second;
  watches_.erase(place);
  removed->remove();
  return true;
}

}  // namespace weft::detail
