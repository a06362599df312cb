// expect: co_await std::move\(c\)
#include <utility>
#include <weft/core/coro.hpp>

weft::coro<int> child() { co_return 1; }

weft::coro<int> run() {
  auto c = child();
#ifndef FIXED
  co_return co_await c;
#else
  co_return co_await std::move(c);
#endif
}
