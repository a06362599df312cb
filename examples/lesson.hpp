// What the lesson's programs share: the seconds since the start as they print them, and a stand-in
// for a computation that holds its thread.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include <weft/weft.hpp>

namespace lesson {

/// How long a second of the lesson lasts, from the first argument; one second if there is none.
inline std::chrono::duration<double> second(int argc, char** argv) {
  return std::chrono::duration<double>(argc > 1 ? std::atof(argv[1]) : 1.0);
}

/// Whole seconds of the lesson since `start`.
inline long since(weft::time_point start, std::chrono::duration<double> second) {
  return std::lround((weft::get_running_loop().time() - start) / second);
}

/// Prints "corou 2, 5 s": who, and when.
struct clock {
  weft::time_point start;
  std::chrono::duration<double> second;
  void say(int number) const { std::printf("corou %d, %ld s\n", number, since(start, second)); }
};

/// time.sleep(): the thread does nothing else meanwhile, and neither does its loop. Under a virtual
/// clock the clock moves on instead.
inline void hold_thread(std::chrono::duration<double> how_long) {
  weft::detail::scheduler* loop = weft::detail::here;
  if (loop && loop->virtual_time) {
    loop->loop->advance_virtual_time(weft::detail::to_duration(how_long));
  } else {
    std::this_thread::sleep_for(how_long);
  }
}

}  // namespace lesson
