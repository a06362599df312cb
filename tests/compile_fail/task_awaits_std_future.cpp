// expect: this can't be awaited in a weft coroutine: await a coro, task, future
#include <future>
#include <weft/core/coro.hpp>

weft::coro<int> child() { co_return 1; }

weft::coro<int> run(std::future<int> from_a_thread) {
#ifndef FIXED
  co_return co_await from_a_thread;
#else
  static_cast<void>(from_a_thread);
  co_return co_await child();
#endif
}
