// Streams: readers that are fed by hand.
#include <algorithm>
#include <string_view>

#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("streams/feed-data-directly") {
  stream_reader reader = fed_reader();
  task<std::string> reading = create_task(reader.read_line());
  co_await sleep(0s);
  reader.feed_data("half ");
  co_await ticks(2);
  say("done", reading.done());
  reader.feed_data("line\n");
  const std::string line = co_await reading;
  say(stripped(line));
  reader.feed_eof();
  const std::string nothing = co_await reader.read();
  say(nothing.size(), reader.at_eof());
}

SCENARIO("streams/data-before-eof-first") {
  stream_reader reader = fed_reader();
  reader.feed_data("a\nb");
  reader.feed_eof();
  const std::string line = co_await reader.read_line();
  say(stripped(line));
  say(co_await reader.read_line());
  const std::string nothing = co_await reader.read_line();
  say(nothing.size());
}

SCENARIO("streams/read-present-no-turn") {
  stream_reader reader = fed_reader();
  reader.feed_data("abc");
  get_running_loop().call_soon([] { say("other"); });
  say(co_await reader.read_exactly(3));
  co_await sleep(0s);
}

SCENARIO("streams/readuntil-any-of") {
  stream_reader reader = fed_reader();
  reader.feed_data("one;two\nthree;");
  reader.feed_eof();
  for (int i = 0; i < 3; ++i) {
    std::string record = co_await reader.read_until("\n", ";");
    std::replace(record.begin(), record.end(), '\n', '|');
    say(record);
  }
}

SCENARIO("streams/readuntil-shortest") {
  stream_reader reader = fed_reader();
  reader.feed_data("ab--cd");
  say(co_await reader.read_until("--c", "-"));
  say(co_await reader.read_until("-cd", "d"));
}

SCENARIO("streams/second-reader") {
  stream_reader reader = fed_reader();
  reader.feed_data("abc");
  task<std::string> first = create_task(reader.read_exactly(5));
  co_await sleep(0s);
  say(co_await attempt(reader.read_line()));
  const std::string two = co_await reader.read(2);
  const std::string nothing = co_await reader.read(0);
  say(two, nothing.size());
  reader.feed_data("defg");
  say(co_await first);
}

SCENARIO("streams/cancelled-reader-still-waits") {
  stream_reader reader = fed_reader();
  task<std::string> first = create_task(reader.read_line());
  co_await sleep(0s);
  first.cancel();
  say(co_await attempt(reader.read_line()));
  say(co_await attempt(first));
  reader.feed_data("line\n");
  const std::string line = co_await reader.read_line();
  say(stripped(line));
}

SCENARIO("streams/fed-twice-before-the-reader-runs") {
  stream_reader reader = fed_reader();
  auto read = [&]() -> coro<> { say(co_await reader.read(100)); };

  task<> reading = create_task(read());
  co_await sleep(0s);
  reader.feed_data("one ");
  get_running_loop().call_soon([] { say("a turn"); });
  reader.feed_data("two");
  co_await reading;
}

SCENARIO("streams/cancelled-when-woken") {
  stream_reader reader = fed_reader();
  task<std::string> reading = create_task(reader.read(10));
  co_await sleep(0s);
  reader.feed_data("abc");
  reading.cancel("late");
  say(co_await attempt(reading));
  say(co_await reader.read(10));
}

SCENARIO("streams/timed-out-as-bytes-come") {
  stream_reader reader = fed_reader();
  auto read = [&](seconds limit) -> coro<> {
    try {
      const std::string got = co_await wait_for(reader.read_exactly(3), limit);
      say(got, now());
    } catch (const timeout_error&) {
      say("timed out", now());
    }
  };

  get_running_loop().call_later(1s, [&] { reader.feed_data("abc"); });
  co_await read(1s);
  co_await read(1s);
}

SCENARIO("streams/eof-wakes-readexactly") {
  stream_reader reader = fed_reader();
  auto read = [&]() -> coro<> {
    try {
      co_await reader.read_exactly(5);
    } catch (const incomplete_read_error& error) {
      say(error.partial(), error.expected(), now());
    }
  };

  task<> reading = create_task(read());
  reader.feed_data("abc");
  get_running_loop().call_later(2s, [&] { reader.feed_eof(); });
  co_await reading;
  say(reader.at_eof());
}

SCENARIO("streams/limit-exactly") {
  stream_options options;
  options.limit = 4;
  stream_reader reader = fed_reader(options);
  reader.feed_data("abcd;abcde;xy");
  say(co_await reader.read_until(";"));
  try {
    co_await reader.read_until(";");
  } catch (const limit_overrun_error& error) {
    say("LimitOverrunError", error.consumed());
  }
  say(co_await reader.read_exactly(6));
  reader.feed_eof();
  const std::string rest = co_await reader.read_line();
  say(rest, reader.at_eof());
}

SCENARIO("streams/readline-drops-long-start") {
  stream_options options;
  options.limit = 4;
  stream_reader reader = fed_reader(options);
  reader.feed_data("0123456789");
  try {
    co_await reader.read_line();
  } catch (const value_error&) {
    say("ValueError");
  }
  reader.feed_data("end\nok\n");
  for (int i = 0; i < 2; ++i) {
    const std::string line = co_await reader.read_line();
    say(stripped(line));
  }
}

SCENARIO("streams/overrun-while-waiting") {
  stream_options options;
  options.limit = 8;
  stream_reader reader = fed_reader(options);
  auto read = [&]() -> coro<> {
    try {
      co_await reader.read_until("\r\n\r\n");
    } catch (const limit_overrun_error& error) {
      say("LimitOverrunError", error.consumed());
    }
  };

  task<> reading = create_task(read());
  for (int i = 0; i < 6; ++i) {
    reader.feed_data("ab");
    co_await ticks(2);
    say(reading.done());
  }
  co_await reading;
  const std::string rest = co_await reader.read(100);
  say(rest.size());
}

SCENARIO("streams/readuntil-any-of-in-parts") {
  stream_reader reader = fed_reader();
  auto read = [&]() -> coro<> {
    for (int i = 0; i < 3; ++i) {
      try {
        const std::string record = co_await reader.read_until("--", "-!");
        say(record);
      } catch (const incomplete_read_error& error) {
        const bool unknown = error.expected() == incomplete_read_error::unknown;
        say("rest", error.partial(), unknown ? word(none) : word(error.expected()));
      }
    }
  };

  task<> reading = create_task(read());
  for (const char* part : {"a-", "-b", "-", "!c-"}) {
    reader.feed_data(part);
    co_await ticks(2);
    say("fed");
  }
  reader.feed_eof();
  co_await reading;
}

SCENARIO("streams/readuntil-no-separators") {
  const std::vector<std::string_view> nothing;
  const std::vector<std::string_view> empty_first{"", "a"};
  const std::vector<std::string_view> empty_last{"a", ""};
  stream_reader reader = fed_reader();
  reader.feed_data("abc");
  for (const auto* some : {&nothing, &empty_first, &empty_last}) {
    try {
      co_await reader.read_until(*some);
    } catch (const value_error&) {
      say("ValueError");
    }
  }
  const std::vector<std::string_view> one{"b"};
  say(co_await reader.read_until(one));
}

SCENARIO("streams/readline-two-tasks") {
  stream_reader reader = fed_reader();
  lock mutex;
  auto reading = [&](std::string name) -> coro<> {
    for (int i = 0; i < 2; ++i) {
      auto held = co_await mutex.scoped();
      const std::string line = co_await reader.read_line();
      say(name, stripped(line));
    }
  };

  std::vector<task<>> tasks;
  for (const char* n : {"a", "b"}) tasks.push_back(create_task(reading(n)));
  for (int i = 0; i < 4; ++i) {
    co_await ticks(2);
    reader.feed_data(std::to_string(i) + "\n");
  }
  co_await gather(tasks);
}

}  // namespace
}  // namespace conformance
