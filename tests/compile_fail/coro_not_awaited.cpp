// expect: a coro does nothing until it is awaited or made a task
#include <weft/core/coro.hpp>

weft::coro<void> child() { co_return; }

weft::coro<void> run() {
#ifndef FIXED
  child();
#else
  co_await child();
#endif
}
