// expect: name it and pass weft::own\(std::move\(name\)\)
// only: gcc
#include <string>
#include <weft/core/task.hpp>

weft::coro<void> run(std::string text) {
#ifndef FIXED
  co_await weft::create_task([text]() -> weft::coro<void> { co_return; });
#else
  auto print = [text]() -> weft::coro<void> { co_return; };
  co_await weft::create_task(weft::own(std::move(print)));
#endif
}
