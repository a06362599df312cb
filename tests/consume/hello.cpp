// A program of somebody else: says hello after a sleep.

#include <chrono>
#include <cstdio>
#include <weft/weft.hpp>

weft::coro<int> hello() {
  co_await weft::sleep(std::chrono::milliseconds(1));
  std::puts("hello");
  co_return 0;
}

int main() { return weft::run(hello()); }
