// expect: gather was given a function, not its coroutine: call it, `gather\(f\(\), g\(\)\)`
#include <weft/flow/gather.hpp>

weft::coro<void> run() {
  auto child = []() -> weft::coro<int> { co_return 1; };
#ifndef FIXED
  co_await weft::gather(child, child());
#else
  co_await weft::gather(child(), child());
#endif
}
