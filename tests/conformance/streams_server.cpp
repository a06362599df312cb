// Streams: what is written, and servers.
#include <cctype>
#include <system_error>

#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("streams/writelines") {
  auto [s, peer] = pair();
  const std::vector<std::string> parts{"a", "b", "c"};
  peer.writelines(parts);
  say(co_await s.read_exactly(3));
}

SCENARIO("streams/write-eof-half-close") {
  auto [s, peer] = pair();
  peer.write("question");
  peer.write_eof();
  say(co_await s.read());
  s.write("answer");
  s.close();
  say(co_await peer.read());
}

SCENARIO("streams/close-is-eof-for-peer") {
  auto [s, peer] = pair();
  peer.write("bye");
  peer.close();
  co_await peer.wait_closed();
  say(peer.is_closing());
  const std::string all = co_await s.read();
  say(all, s.at_eof());
  s.close();
  co_await s.wait_closed();
  say("closed");
}

SCENARIO("streams/drain-without-pressure") {
  auto [s, peer] = pair();
  peer.write("x");
  co_await peer.drain();
  say("drained");
}

SCENARIO("streams/drain-under-pressure") {
  auto [s, peer] = pair();
  const std::size_t size = 4'000'000;
  peer.write(std::string(size, 'x'));
  auto drain = [](stream& to) -> coro<> { co_await to.drain(); };
  task<> draining = create_task(drain(peer));
  co_await sleep(1s);
  say("drained", draining.done());
  std::size_t got = 0;
  while (got != size) {
    const std::string part = co_await s.read(65536);
    got += part.size();
  }
  co_await draining;
  say("drained", draining.done(), "got", got);
}

SCENARIO("streams/echo-server") {
  auto serve = [](stream s) -> coro<> {
    for (;;) {
      std::string line = co_await s.read_line();
      if (line.empty()) co_return;
      for (char& c : line) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
      s.write(line);
      co_await s.drain();
    }
  };

  server listening = co_await start_server(serve, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", listening.port());
  for (const char* text : {"one\n", "two\n"}) {
    s.write(text);
    const std::string line = co_await s.read_line();
    say(stripped(line));
  }
  s.write_eof();
  const std::string rest = co_await s.read();
  say("rest", rest.size());
  s.close();
  listening.close();
  co_await listening.wait_closed();
}

SCENARIO("streams/server-two-clients") {
  int count = 0;
  auto serve = [&](stream s) -> coro<> {
    const std::string name = std::to_string(++count);
    s.write("hello " + name + "\n");
    const std::string line = co_await s.read_line();
    s.write(name + " says " + line);
  };

  server listening = co_await start_server(serve, "127.0.0.1", 0);
  stream first = co_await open_connection("127.0.0.1", listening.port());
  say(stripped(co_await first.read_line()));
  stream second = co_await open_connection("127.0.0.1", listening.port());
  say(stripped(co_await second.read_line()));
  second.write("b\n");
  say(stripped(co_await second.read_line()));
  first.write("a\n");
  say(stripped(co_await first.read_line()));
  first.close();
  second.close();
  listening.close();
}

SCENARIO("streams/connect-refused") {
  server probe = co_await start_server([](stream) -> coro<> { co_return; }, "127.0.0.1", 0);
  const std::uint16_t port = probe.port();
  probe.close();
  co_await probe.wait_closed();
  try {
    co_await open_connection("127.0.0.1", port);
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::connection_refused) throw;
    say("ConnectionRefusedError");
  }
}

SCENARIO("streams/server-is-serving") {
  auto serve = [](stream) -> coro<> { co_return; };
  server listening = co_await start_server(serve, "127.0.0.1", 0);
  say(listening.is_serving(), listening.addresses().size());
  listening.close();
  say(listening.is_serving());
}

SCENARIO("streams/get-extra-info-missing") {
  auto [s, peer] = pair();
  const extra_info found = s.get_extra_info("nothing");
  say(found.index() == 0 ? word(none) : "something", s.get_extra_info("nothing", 5));
  co_return;
}

SCENARIO("streams/write-after-peer-closed") {
  auto [s, peer] = pair();
  peer.close();
  co_await peer.wait_closed();
  const std::string nothing = co_await s.read();
  say(nothing.size(), s.at_eof());
  const char* kind = "none";
  for (int i = 0; i < 5; ++i) {
    s.write("x");
    try {
      co_await s.drain();
    } catch (const std::system_error& error) {
      if (error.code() != std::errc::broken_pipe && error.code() != std::errc::connection_reset) {
        throw;
      }
      kind = "connection error";
      break;
    }
    co_await sleep(1s);
  }
  say(kind);
}

SCENARIO("streams/close-while-reading") {
  auto [s, peer] = pair();
  task<std::string> reading = create_task(s.read());
  co_await sleep(1s);
  s.close();
  const std::string nothing = co_await reading;
  say(nothing.size(), s.at_eof(), s.is_closing());
  co_await s.wait_closed();
  say("closed");
}

SCENARIO("streams/close-twice") {
  auto [s, peer] = pair();
  auto waits = [](stream& closing, std::string name) -> coro<> {
    co_await closing.wait_closed();
    say(name);
  };

  s.close();
  s.close();
  co_await gather(waits(s, "a"), waits(s, "b"));
  say(s.is_closing(), peer.is_closing());
}

SCENARIO("streams/big-both-ways") {
  const std::size_t size = 1'000'000;
  auto send = [](stream& to, std::size_t n) -> coro<> {
    to.write(std::string(n, 'x'));
    co_await to.drain();
    to.write_eof();
  };
  auto receive = [](stream& from) -> coro<std::size_t> {
    const std::string all = co_await from.read();
    co_return all.size();
  };

  auto [one, two] = pair();
  const auto got = co_await gather(send(one, size), send(two, size), receive(one), receive(two));
  say(std::get<2>(got) == size && std::get<3>(got) == size);
}

SCENARIO("streams/server-closes-after-clients") {
  auto serve = [](stream s) -> coro<> {
    for (;;) {
      const std::string line = co_await s.read_line();
      if (line.empty()) break;
      s.write(line);
    }
    say("served");
    s.close();
  };

  server listening = co_await start_server(serve, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", listening.port());
  s.write("before\n");
  const std::string before = co_await s.read_line();
  say(stripped(before));
  const std::uint16_t port = listening.port();
  listening.close();
  try {
    co_await open_connection("127.0.0.1", port);
  } catch (const std::system_error& error) {
    if (error.code() != std::errc::connection_refused) throw;
    say("refused");
  }
  s.write("after\n");
  const std::string after = co_await s.read_line();
  say(stripped(after));
  s.write_eof();
  const std::string nothing = co_await s.read();
  say(nothing.size());
  s.close();
  co_await s.wait_closed();
}

SCENARIO("streams/server-cancelled-serve-forever") {
  auto serve = [](stream) -> coro<> { co_return; };
  server listening = co_await start_server(serve, "127.0.0.1", 0);
  task<> serving = create_task(listening.serve_forever());
  co_await sleep(1s);
  say(listening.is_serving(), serving.done());
  serving.cancel();
  const std::string told = co_await attempt(serving);
  say(told, listening.is_serving());
}

SCENARIO("streams/drain-after-close") {
  auto [s, peer] = pair();
  auto drain = [](stream& to) -> coro<> { co_await to.drain(); };
  s.write("x");
  s.close();
  for (int i = 0; i < 2; ++i) say(co_await attempt(drain(s)));
  s.write("dropped");
  say(co_await peer.read());
}

SCENARIO("streams/write-after-eof") {
  auto [s, peer] = pair();
  s.write_eof();
  try {
    s.write("x");
  } catch (const usage_error&) {
    say("RuntimeError");
  }
  s.write_eof();
  const std::string nothing = co_await peer.read();
  say(nothing.size(), s.can_write_eof(), s.is_closing());
}

SCENARIO("streams/read-after-own-close") {
  auto [s, peer] = pair();
  peer.write("a\nb\n");
  const std::string first = co_await s.read_line();
  say(stripped(first));
  s.close();
  const std::string second = co_await s.read_line();
  say(stripped(second));
  const std::string nothing = co_await s.read_line();
  say(nothing.size(), s.at_eof());
}

SCENARIO("streams/several-drains") {
  auto [s, peer] = pair();
  auto drainer = [](stream& to, std::string name) -> coro<> {
    co_await to.drain();
    say(name);
  };

  const std::size_t size = 4'000'000;
  peer.write(std::string(size, 'x'));
  std::vector<task<>> tasks;
  for (const char* n : {"a", "b", "c"}) tasks.push_back(create_task(drainer(peer, n)));
  co_await sleep(1s);
  tasks[1].cancel();
  std::size_t got = 0;
  while (got != size) {
    const std::string part = co_await s.read(65536);
    got += part.size();
  }
  for (const task<>& one : tasks) say(co_await attempt(one));
}

}  // namespace
}  // namespace conformance
