// A server and a client at the two ends of a socket pair, in virtual time: raw bytes in, raw bytes
// out.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include <weft/core/as_outcome.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/http/detail/connection.hpp>
#include <weft/http/server.hpp>
#include <weft/io/stream.hpp>
#include <weft/sim/virtual_time.hpp>

namespace weft::http::testing {

using namespace std::chrono_literals;

/// What a client saw.
struct seen {
  std::string bytes;   // without the Date lines
  bool reset = false;  // it ended in a reset, not in an end
  duration after{};    // how long it took to the end
};

inline std::string without_dates(std::string text) {
  std::size_t at;
  while ((at = text.find("Date: ")) != std::string::npos) {
    text.erase(at, text.find('\n', at) + 1 - at);
  }
  return text;
}

/// A served connection, seen from the client.
struct peer {
  stream client;
  task<void> serving;
  std::shared_ptr<http::detail::server_core> core;
};

template <class Handler>
peer connect(Handler handler, server_options options = {}) {
  peer made;
  made.core =
      http::detail::make_core(http::detail::keep_handler(std::move(handler)), std::move(options));
  auto [client, served] = stream_pair();
  made.client = std::move(client);
  made.serving = create_task(http::detail::serve_stream(made.core, std::move(served)));
  return made;
}

/// Reads to the end.
inline coro<seen> see(stream& client) {
  seen result;
  const duration begin = virtual_now();
  while (true) {
    outcome<std::string> piece = co_await as_outcome(client.read_some());
    if (!piece) result.reset = true;
    if (!piece || piece.stored_value().empty()) break;
    result.bytes += piece.stored_value();
  }
  result.bytes = without_dates(std::move(result.bytes));
  result.after = virtual_now() - begin;
  co_return result;
}

/// Sends pieces with a moment between, ends the output if told, and reads to the end.
inline coro<seen> converse(peer p, std::vector<std::string> pieces, bool end_output) {
  for (const std::string& piece : pieces) {
    p.client.write(std::string_view(piece));
    co_await sleep(1ms);
  }
  if (end_output) p.client.write_eof();
  seen result = co_await see(p.client);
  p.client.close();
  outcome<void> ended = co_await as_outcome(p.serving);
  co_return result;
}

template <class Handler>
seen ask(Handler handler, std::vector<std::string> pieces, server_options options = {},
         bool end_output = true) {
  const auto body = [](Handler& h, std::vector<std::string>& p, server_options& o,
                       bool end) -> coro<seen> {
    peer connected = connect(std::move(h), std::move(o));
    seen result = co_await converse(std::move(connected), std::move(p), end);
    co_return result;
  };
  return run_virtual(body(handler, pieces, options, end_output));
}

inline const std::string host = "Host: a\r\n";

/// A request with a Host and nothing more.
inline std::string get(const std::string& target, const std::string& more = {}) {
  return "GET " + target + " HTTP/1.1\r\n" + host + more + "\r\n";
}

inline std::string ok(const std::string& body, const std::string& more = {}) {
  return "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n" + more + "\r\n" + body;
}

inline coro<response> echo_target(const request& r) { co_return response(r.target); }

}  // namespace weft::http::testing
