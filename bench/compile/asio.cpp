// Two coroutines that sleep and print; the program sums what they give. weft.cpp does the same.
#include <boost/asio.hpp>
#include <boost/asio/experimental/awaitable_operators.hpp>

#include <cstdio>

using namespace std::chrono_literals;
using namespace boost::asio::experimental::awaitable_operators;
namespace asio = boost::asio;

asio::awaitable<int> work(const char* name, int n) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  for (int i = 0; i < n; ++i) {
    timer.expires_after(1ms);
    co_await timer.async_wait(asio::use_awaitable);
    std::printf("%s %d\n", name, i);
  }
  co_return n;
}

asio::awaitable<void> main_coro() {
  auto [a, b] = co_await (work("a", 2) && work("b", 3));
  std::printf("%d\n", a + b);
}

int main() {
  asio::io_context context;
  asio::co_spawn(context, main_coro(), asio::detached);
  context.run();
}
