#include <weft/threads/shutdown_default_executor.hpp>

#include <weft/core/event_loop.hpp>
#include <weft/threads/thread_pool.hpp>

namespace weft {

coro<> shutdown_default_executor() {
  executor& pool = get_running_loop().executor_for(executor_purpose::blocking);
  thread_pool closer({1, "weft-closer"});
  auto shut_down = [&pool] { pool.shutdown(); };
  future<> done = closer.submit(shut_down);
  bool cancelled = false;
  // Not `done` itself, which a cancel would end: then `closer` would hold the loop at its end.
  while (!done.done()) {
    future<> ended = make_future<>();
    auto tell = [ended](const future<>&) {
      if (!ended.done()) ended.set_result();
    };
    done.add_done_callback(tell);
    try {
      co_await ended;
    } catch (const cancelled_error&) {
      cancelled = true;
    }
  }
  if (cancelled) throw cancelled_error();
}

}  // namespace weft
