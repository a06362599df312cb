// expect: was never awaited: `co_await` it, or give it to create_task
#include <weft/weft.hpp>

weft::coro<int> child() { co_return 1; }

weft::coro<int> forgets() {
  weft::coro<int> c = child();
  co_return 1;
}

int main() { return weft::run(forgets()); }
