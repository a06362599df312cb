// Three coroutines on one loop; the second holds the thread for 5 seconds. The order is 1, 2, 2, 3,
// 1, 3: the first is due after 2 seconds, but a loop runs one thing at a time, in the order in
// which things were queued. While the second holds the thread nobody runs; then the third starts,
// whose first step was queued before the first's sleep was over; only in the next turn does the
// loop see that the first is due.
#include <weft/weft.hpp>

#include "lesson.hpp"

using namespace weft;

coro<void> corou1(lesson::clock clock) {
  clock.say(1);
  co_await sleep(2 * clock.second);
  clock.say(1);
}

coro<void> corou2(lesson::clock clock) {
  clock.say(2);
  lesson::hold_thread(5 * clock.second);  // no co_await: the loop stands still
  clock.say(2);
  co_return;
}

coro<void> corou3(lesson::clock clock) {
  clock.say(3);
  co_await sleep(2 * clock.second);
  clock.say(3);
}

coro<void> main_coro(std::chrono::duration<double> second) {
  const lesson::clock clock{get_running_loop().time(), second};
  task<void> one = create_task(corou1(clock));
  task<void> two = create_task(corou2(clock));
  task<void> three = create_task(corou3(clock));
  co_await gather(one, two, three);
}

int main(int argc, char** argv) { run(main_coro(lesson::second(argc, argv))); }
