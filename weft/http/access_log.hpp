// access_log: what a server tells of each request, and the usual way to write it in a line.
#pragma once

#include <cstdint>
#include <string>

#include <weft/core/time.hpp>
#include <weft/io/address.hpp>

namespace weft::http {

/// What happened to a request, for an access log.
struct access_record {
  address peer;
  std::string method;  // empty where the request could not be read
  std::string target;
  int minor_version = 1;
  std::string referer;
  std::string user_agent;
  int status = 0;
  std::uint64_t body_bytes = 0;  // of the response
  duration took{};               // from the request's head to the response's end
  bool complete = true;          // false where the connection broke first
};

/// A line in the combined log format that log readers know, without its line break. What the client
/// sent is escaped.
std::string combined_log_line(const access_record& record);

}  // namespace weft::http
