// expect: kept by value and can't be copied, since its type can only be moved: pass std::move\(x\)
#include <memory>
#include <utility>
#include <weft/core/task.hpp>

weft::coro<int> child(std::unique_ptr<int> n) { co_return *n; }

weft::coro<int> run() {
  auto n = std::make_unique<int>(1);
#ifndef FIXED
  weft::task<int> made = weft::create_task(child, n);
#else
  weft::task<int> made = weft::create_task(child, std::move(n));
#endif
  co_return co_await made;
}
