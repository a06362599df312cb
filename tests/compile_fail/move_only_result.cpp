// expect: this result can only be moved.*`co_await std::move\(task\)`
#include <memory>
#include <utility>
#include <weft/core/task.hpp>

weft::coro<std::unique_ptr<int>> child() { co_return std::make_unique<int>(1); }

weft::coro<void> run() {
  weft::task<std::unique_ptr<int>> made = weft::create_task(child);
#ifndef FIXED
  std::unique_ptr<int> n = co_await made;
#else
  std::unique_ptr<int> n = co_await std::move(made);
#endif
}
