// expect: this is no coroutine function: what runs as a task returns a weft::coro
#include <weft/core/task.hpp>

#ifndef FIXED
int child() { return 1; }
#else
weft::coro<int> child() { co_return 1; }
#endif

weft::coro<void> run() {
  auto made = weft::create_task(child);
  co_await made;
}
