// The same three coroutines, but the second gives its blocking call to a thread and awaits it: the
// loop goes on, and the first and the third end when they are due.
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
  co_await to_thread(lesson::hold_thread, 5 * clock.second);
  clock.say(2);
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
