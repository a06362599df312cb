// Streams: what is read.

#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("streams/readline-at-eof") {
  auto [s, peer] = pair();
  peer.write("last");
  peer.write_eof();
  const std::string line = co_await s.read_line();
  say(line, s.at_eof());
  const std::string nothing = co_await s.read_line();
  say(nothing.size());
}

SCENARIO("streams/read-all") {
  auto [s, peer] = pair();
  auto sender = [](stream& to) -> coro<> {
    for (const char* part : {"ab", "cd", "ef"}) {
      to.write(part);
      co_await sleep(0s);
    }
    to.write_eof();
  };

  task<> sending = create_task(sender(peer));
  const std::string all = co_await s.read();
  say(all, s.at_eof());
  co_await sending;
}

SCENARIO("streams/read-zero") {
  auto [s, peer] = pair();
  const std::string nothing = co_await s.read(0);
  say(nothing.size());
}

SCENARIO("streams/readexactly-eof") {
  auto [s, peer] = pair();
  peer.write("abc");
  peer.write_eof();
  try {
    co_await s.read_exactly(5);
  } catch (const incomplete_read_error& error) {
    say(error.partial(), error.expected());
  }
}

SCENARIO("streams/readexactly-zero-and-negative") {
  auto [s, peer] = pair();
  const std::string nothing = co_await s.read_exactly(0);
  say(nothing.size());
  try {
    co_await s.read_exactly(static_cast<std::size_t>(-1));
  } catch (const value_error&) {
    say("ValueError");
  }
}

SCENARIO("streams/readuntil-split-separator") {
  auto [s, peer] = pair();
  task<std::string> reading = create_task(s.read_until("END"));
  for (const char* part : {"dataE", "N", "Dmore"}) {
    peer.write(part);
    co_await ticks(3);
    say("done", reading.done());
  }
  say(co_await reading);
  say(co_await s.read(10));
}

SCENARIO("streams/readuntil-eof") {
  auto [s, peer] = pair();
  peer.write("no end");
  peer.write_eof();
  try {
    co_await s.read_until(";");
  } catch (const incomplete_read_error& error) {
    const bool unknown = error.expected() == incomplete_read_error::unknown;
    say(error.partial(), unknown ? word(none) : word(error.expected()));
  }
  const std::string nothing = co_await s.read();
  say(nothing.size());
}

SCENARIO("streams/readuntil-empty-separator") {
  auto [s, peer] = pair();
  try {
    co_await s.read_until("");
  } catch (const value_error&) {
    say("ValueError");
  }
}

SCENARIO("streams/limit-overrun-no-separator") {
  auto [s, peer] = pair(8);
  peer.write("0123456789ab");
  try {
    co_await s.read_until(";");
  } catch (const limit_overrun_error& error) {
    say("LimitOverrunError", error.consumed());
  }
  say(co_await s.read_exactly(12));
}

SCENARIO("streams/readline-over-limit") {
  auto [s, peer] = pair(4);
  peer.write("0123456\nok\n");
  try {
    co_await s.read_line();
  } catch (const value_error&) {
    say("ValueError");
  }
  const std::string line = co_await s.read_line();
  say(stripped(line));
}

SCENARIO("streams/cancelled-read-keeps-data") {
  auto [s, peer] = pair();
  peer.write("abc");
  task<std::string> reading = create_task(s.read_exactly(6));
  co_await ticks(3);
  reading.cancel();
  say(co_await attempt(reading));
  peer.write("def");
  say(co_await s.read_exactly(6));
}

SCENARIO("streams/read-timeout") {
  auto [s, peer] = pair();
  try {
    co_await wait_for(s.read_line(), 1s);
  } catch (const timeout_error&) {
    say("TimeoutError");
  }
  peer.write("late\n");
  const std::string line = co_await s.read_line();
  say(stripped(line));
}

}  // namespace
}  // namespace conformance
