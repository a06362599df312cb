// chat_server PORT: whoever connects (nc 127.0.0.1 PORT) says a name and then writes lines, which
// all others read. Ends at SIGINT or SIGTERM. Prints its address first.

#include <charconv>
#include <csignal>
#include <cstdint>
#include <exception>
#include <iostream>
#include <map>
#include <string>
#include <string_view>

#include <weft/io/server.hpp>
#include <weft/io/signals.hpp>
#include <weft/weft.hpp>

namespace {

using namespace weft;

/// Who is in the room. Only tasks of one loop touch it, so it needs no lock.
class chat_room {
 public:
  /// False where somebody has that name.
  bool enter(const std::string& name, stream& s) { return guests_.emplace(name, &s).second; }
  void leave(const std::string& name) { guests_.erase(name); }
  void tell_all_but(const std::string& name, const std::string& line) {
    for (const auto& [other, s] : guests_) {
      if (other == name) continue;
      // Who doesn't read is put out, or his unread lines would pile up here.
      if (s->unsent() > most_unsent) s->abort();
      s->write(line);
    }
  }
  std::string names() const {
    std::string all;
    for (const auto& [name, s] : guests_) all += (all.empty() ? "" : ", ") + name;
    return all.empty() ? "nobody" : all;
  }

 private:
  static constexpr std::size_t most_unsent = 64 * 1024;
  std::map<std::string, stream*> guests_;
};

std::string without_line_end(std::string line) {
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
  return line;
}

coro<void> listen_to(chat_room& room, const std::string& name, stream& s) {
  for (;;) {
    std::string line = co_await s.read_line();
    if (line.empty()) co_return;
    room.tell_all_but(name, name + ": " + without_line_end(std::move(line)) + "\n");
  }
}

/// One guest, from coming to going.
coro<void> chat(chat_room& room, stream s) {
  s.write("Here are " + room.names() + ". Who are you?\n");
  std::string answer = co_await s.read_line();
  const std::string name = without_line_end(std::move(answer));
  if (name.empty() || !room.enter(name, s)) {
    s.write("That name is taken.\n");
    co_return;
  }
  room.tell_all_but(name, name + " has come\n");
  outcome<void> gone = co_await as_outcome(listen_to(room, name, s));
  room.leave(name);
  room.tell_all_but(name, name + " has gone\n");
  gone.take();
}

coro<void> serve(std::uint16_t port) {
  signals stop{SIGINT, SIGTERM};
  chat_room room;
  auto handler = [&room](stream s) { return chat(room, std::move(s)); };
  server srv = co_await start_server(handler, "127.0.0.1", port);
  std::cout << srv.addresses().at(0).to_string() << std::endl;
  co_await stop.next();
  srv.close();
  srv.close_clients();
  co_await srv.wait_closed();
}

}  // namespace

int main(int argc, char** argv) {
  std::uint16_t port = 0;
  const std::string_view word = argc == 2 ? argv[1] : "";
  const auto read = std::from_chars(word.data(), word.data() + word.size(), port);
  if (word.empty() || read.ec != std::errc() || read.ptr != word.data() + word.size()) {
    std::cerr << "usage: " << argv[0] << " PORT\n";
    return 2;
  }
  try {
    weft::run(serve, port);
  } catch (const std::exception& error) {
    std::cerr << argv[0] << ": " << error.what() << '\n';
    return 1;
  }
  return 0;
}
