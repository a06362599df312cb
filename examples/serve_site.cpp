// serve_site DIR PORT [--host H] [--access-log FILE]: serves the files beneath a directory over
// HTTP, until SIGINT or SIGTERM, which finish the requests that run. Prints its address first.

#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <exception>
#include <fstream>
#include <iostream>
#include <memory>
#include <string>
#include <string_view>

#include <weft/http/server.hpp>
#include <weft/http/static_files.hpp>
#include <weft/io/signals.hpp>
#include <weft/weft.hpp>

namespace {

using namespace weft;

struct arguments {
  std::string directory;
  std::string host = "127.0.0.1";
  std::string access_log;
  std::uint16_t port = 0;
};

bool parse(int argc, char** argv, arguments& out) {
  int place = 0;
  for (int i = 1; i < argc; ++i) {
    const std::string_view word = argv[i];
    if (word == "--host" || word == "--access-log") {
      if (++i == argc) return false;
      (word == "--host" ? out.host : out.access_log) = argv[i];
    } else if (place == 0) {
      out.directory = word;
      ++place;
    } else if (place == 1) {
      const auto read = std::from_chars(word.data(), word.data() + word.size(), out.port);
      if (read.ec != std::errc() || read.ptr != word.data() + word.size()) return false;
      ++place;
    } else {
      return false;
    }
  }
  return place == 2;
}

coro<void> serve(arguments args) {
  http::server_options options;
  if (!args.access_log.empty()) {
    auto log = std::make_shared<std::ofstream>(args.access_log, std::ios::app);
    if (!*log) throw std::runtime_error("can't write " + args.access_log);
    options.on_access = [log](const http::access_record& record) {
      *log << http::combined_log_line(record) << '\n' << std::flush;
    };
  }
  signals stop{SIGINT, SIGTERM};
  http::static_files site(args.directory);
  http::server srv = co_await http::start_server(site, args.host, args.port, options);
  const bool v6 = args.host.find(':') != std::string::npos;
  std::cout << "http://" << (v6 ? "[" : "") << (args.host.empty() ? "localhost" : args.host)
            << (v6 ? "]" : "") << ':' << srv.port() << '/' << std::endl;
  co_await stop.next();
  srv.close();
  co_await srv.wait_closed();
}

}  // namespace

int main(int argc, char** argv) {
  arguments args;
  if (!parse(argc, argv, args)) {
    std::cerr << "usage: " << argv[0] << " DIR PORT [--host H] [--access-log FILE]\n";
    return 2;
  }
  try {
    weft::run(serve, args);
  } catch (const std::exception& e) {
    std::cerr << argv[0] << ": " << e.what() << '\n';
    return 1;
  }
  return 0;
}
