// server_core: what a server's connections share, and what lets the server close them in order.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>

#include <weft/core/event_loop.hpp>
#include <weft/core/future.hpp>
#include <weft/core/handle.hpp>
#include <weft/core/time.hpp>
#include <weft/http/server.hpp>

namespace weft::http::detail {

class connection;

struct server_core {
  std::unique_ptr<request_handler> handler;
  server_options options;
  std::unordered_set<connection*> connections;
  event_loop* loop = nullptr;  // outlives the connections
  future<void> serving;        // what serve_forever waits for
  handle grace_timer;
  std::string head_text;  // while one is written
  bool closing = false;

  /// The Date header now, a whole line; made anew once a second.
  const std::string& date_line();
  /// Idle connections end; the rest is cut off after the time of grace.
  void close(const std::shared_ptr<server_core>& self);
  void abort_all() noexcept;
  void log(const access_record& record) noexcept;

 private:
  time_point date_ends_{};  // on the loop's clock, which is quicker to read
  std::string date_line_;
};

}  // namespace weft::http::detail
