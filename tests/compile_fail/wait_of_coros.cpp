// expect: make tasks of them by create_task
#include <utility>
#include <vector>
#include <weft/core/task.hpp>
#include <weft/flow/wait.hpp>

weft::coro<int> child() { co_return 1; }

weft::coro<> run() {
#ifndef FIXED
  std::vector<weft::coro<int>> children;
#else
  std::vector<weft::task<int>> children;
#endif
  co_await weft::wait(children);
}
