// Two tasks that sleep and print; the program sums what they give. asio.cpp does the same.
#include <weft/weft.hpp>

#include <cstdio>

using namespace std::chrono_literals;

weft::coro<int> work(const char* name, int n) {
  for (int i = 0; i < n; ++i) {
    co_await weft::sleep(1ms);
    std::printf("%s %d\n", name, i);
  }
  co_return n;
}

weft::coro<void> main_coro() {
  weft::task<int> a = weft::create_task(work("a", 2));
  weft::task<int> b = weft::create_task(work("b", 3));
  std::printf("%d\n", co_await a + co_await b);
}

int main() { weft::run(main_coro()); }
