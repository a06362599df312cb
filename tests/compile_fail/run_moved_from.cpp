// expect: this coro was awaited, made a task or moved from already
#include <cstdio>
#include <exception>
#include <utility>
#include <weft/weft.hpp>

weft::coro<int> child() { co_return 1; }

weft::coro<int> from_what_is_left() {
  weft::coro<int> c = child();
  weft::coro<int> moved = std::move(c);
  moved.close();
  co_return co_await std::move(c);
}

int main() {
  try {
    return weft::run(from_what_is_left());
  } catch (const std::exception& e) {
    std::puts(e.what());
    return 1;
  }
}
