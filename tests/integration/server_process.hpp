// server_process: a server in a process of its own that the tests talk to. It says its port on its
// first line and ends when its standard input does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weft::test {

class server_process {
 public:
  /// Starts it and waits for its first line; throws std::runtime_error if there is none.
  explicit server_process(const std::vector<std::string>& command);
  server_process(const server_process&) = delete;
  server_process& operator=(const server_process&) = delete;
  /// Ends its input and waits until it is gone.
  ~server_process();

  const std::string& first_line() const noexcept { return first_line_; }
  /// Kills it now.
  void kill() noexcept;

 private:
  void end(int signal) noexcept;

  int pid_ = -1;
  int input_ = -1;
  std::string first_line_;
};

/// tests/integration/scripted_server.py: "http://127.0.0.1:PORT" + path.
class scripted_server {
 public:
  scripted_server();
  std::string url(const std::string& path) const { return origin_ + path; }
  void kill() noexcept { process_.kill(); }

 private:
  server_process process_;
  std::string origin_;
};

}  // namespace weft::test
