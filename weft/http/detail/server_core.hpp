// server_core: what a server's connections share, and what lets the server close them in order.
#pragma once

#include <memory>
#include <string>
#include <unordered_set>

#include <weft/core/event_loop.hpp>
#include <weft/core/future.hpp>
#include <weft/core/handle.hpp>
#include <weft/http/date.hpp>
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
  bool closing = false;

  /// The Date header's text now; made anew once a second.
  const std::string& date_text();
  /// Idle connections end; the rest is cut off after the time of grace.
  void close(const std::shared_ptr<server_core>& self);
  void abort_all() noexcept;
  void log(const access_record& record) noexcept;

 private:
  http::date date_at_{};
  std::string date_text_;
};

}  // namespace weft::http::detail
