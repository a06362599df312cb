// expect: this coro was awaited, made a task or moved from already
#include <cstdio>
#include <exception>
#include <utility>
#include <weft/weft.hpp>

weft::coro<int> child() { co_return 1; }

weft::coro<int> twice() {
  weft::coro<int> c = child();
  const int once = co_await std::move(c);
  co_return once + co_await std::move(c);
}

int main() {
  try {
    return weft::run(twice());
  } catch (const std::exception& e) {
    std::puts(e.what());
    return 1;
  }
}
