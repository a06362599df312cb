// connection_gate: which requests may work now, and which wait: a limit in all and one for each
// host.
//
// Why libcurl's own limits aren't enough: it holds what is over the limit in one list, each with
// its buffers, looks through it at each end of a request, and lets a request to a full host take
// the turn of another. Here each host has its queue, hosts take turns, and every step costs the
// same.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <string>

namespace weft::http::detail {

class connection_gate {
  struct host;

 public:
  /// Limits of 0 mean none.
  connection_gate(std::size_t in_all, std::size_t per_host) noexcept
      : in_all_(in_all), per_host_(per_host) {}
  connection_gate(const connection_gate&) = delete;
  connection_gate& operator=(const connection_gate&) = delete;

  /// A request's place; stays where it is from enter() to leave().
  struct entry {
    enum class state { outside, waiting, inside };
    state where = state::outside;

   private:
    friend class connection_gate;
    std::list<entry*>::iterator place;
    host* at = nullptr;
  };

  /// Asks to work with the host: true if it may at once, else it waits until next() gives it.
  /// `multiplexed`: the host is known to take many requests on a connection.
  bool enter(entry& one, const std::string& host_key, bool multiplexed);
  /// Stops working or waiting.
  void leave(entry& one) noexcept;
  /// The host of this working entry takes many requests on a connection.
  void mark_multiplexed(entry& one) noexcept;
  /// Lets the next one in: to be called until it gives null.
  entry* next();

  std::size_t active() const noexcept { return active_; }
  std::size_t waiting() const noexcept { return waiting_; }

  /// Requests that share a connection where the host multiplexes: what servers mostly allow.
  static constexpr std::size_t streams_per_connection = 100;

 private:
  struct host {
    std::map<std::string, host>::const_iterator self;
    std::list<entry*> waiting;
    std::size_t active = 0;
    bool multiplexed = false;
    bool in_line = false;
    host* next_in_line = nullptr;

    std::size_t connections(std::size_t requests) const noexcept;
  };

  bool host_admits(const host& h) const noexcept;
  bool all_admit(const host& h) const noexcept;
  void let_in(entry& one, host& h) noexcept;
  /// Puts the host into the line of those that may have a turn.
  void line_up(host& h) noexcept;
  host& take_from_line() noexcept;
  void drop_if_idle(host& h) noexcept;

  std::size_t in_all_;
  std::size_t per_host_;
  std::size_t connections_ = 0;
  std::size_t active_ = 0;
  std::size_t waiting_ = 0;
  std::map<std::string, host> hosts_;
  host* line_ = nullptr;  // hosts with waiting requests, in turn
  host* line_end_ = nullptr;
};

}  // namespace weft::http::detail
