// expect: this is a function, not its coroutine: call it, `co_await f\(\)`
#include <weft/core/coro.hpp>

weft::coro<int> run() {
  auto child = []() -> weft::coro<int> { co_return 1; };
#ifndef FIXED
  co_return co_await child;
#else
  co_return co_await child();
#endif
}
