// 10,000 clients on plain sockets, in a process of their own, so that each side has its own limit
// on descriptors: all connect and are served once; then, while all are held, each is served again.

#pragma once

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/core/event_loop.hpp>
#include <weft/core/future.hpp>

namespace weft::test {

/// A plain socket that is connected; the kernel does it, whether or not anybody accepts yet.
inline int dial(std::uint16_t port) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_port = htons(port);
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<sockaddr*>(&where), sizeof where) != 0) return -1;
  return fd;
}

/// The descriptor limit, in scope.
class descriptor_limit {
 public:
  explicit descriptor_limit(rlim_t wanted) {
    getrlimit(RLIMIT_NOFILE, &before_);
    rlimit set = before_;
    set.rlim_cur = std::min(wanted, before_.rlim_max);
    setrlimit(RLIMIT_NOFILE, &set);
    now_ = set.rlim_cur;
  }
  descriptor_limit(const descriptor_limit&) = delete;
  descriptor_limit& operator=(const descriptor_limit&) = delete;
  ~descriptor_limit() { setrlimit(RLIMIT_NOFILE, &before_); }
  rlim_t now() const { return now_; }

 private:
  rlimit before_{};
  rlim_t now_ = 0;
};

class many_clients {
 public:
  /// Forks. Each client sends `request` and reads until what came ends with `answer_end`. Where the
  /// hard limit on descriptors forbids `wanted`, says so and makes as many as it allows.
  many_clients(std::size_t wanted, std::string request, std::string answer_end)
      : limit_(wanted + others),
        count_(std::min(wanted, static_cast<std::size_t>(limit_.now()) - others)),
        request_(std::move(request)),
        answer_end_(std::move(answer_end)) {
    if (count_ < wanted) {
      std::printf("only %zu connections: the limit on descriptors is %zu\n", count_,
                  static_cast<std::size_t>(limit_.now()));
    }
    EXPECT_EQ(pipe(commands_), 0);
    EXPECT_EQ(pipe(reports_), 0);
    process_ = fork();
    EXPECT_GE(process_, 0);
    if (process_ == 0) _exit(be_clients());
    close(commands_[0]);
    close(reports_[1]);
  }
  many_clients(const many_clients&) = delete;
  many_clients& operator=(const many_clients&) = delete;
  ~many_clients() {
    close(commands_[1]);
    close(reports_[0]);
  }

  std::size_t count() const { return count_; }
  void connect_to(std::uint16_t port) {
    EXPECT_EQ(write(commands_[1], &port, sizeof port), static_cast<ssize_t>(sizeof port));
  }
  /// Suspends until all have been served once.
  coro<> served() {
    co_await report();
    char told = 0;
    EXPECT_EQ(read(reports_[0], &told, 1), 1);
    EXPECT_EQ(told, '1');
  }
  /// Suspends until the process has ended.
  coro<> ended() {
    co_await report();
    char told = 0;
    EXPECT_EQ(read(reports_[0], &told, 1), 0);
  }
  void ask_again() { EXPECT_EQ(write(commands_[1], "2", 1), 1); }
  /// The process's end: 0 when each client was served two times.
  int wait() {
    int status = 0;
    EXPECT_EQ(waitpid(process_, &status, 0), process_);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  static constexpr std::size_t others = 200;  // what the process has open besides

  coro<> report() {
    future<> ready = make_future<>();
    const int fd = reports_[0];
    get_running_loop().add_reader(fd, [ready, fd] {
      get_running_loop().remove_reader(fd);
      ready.set_result();
    });
    co_await ready;
  }

  bool ask_each(const std::vector<int>& clients) const {
    for (const int fd : clients) {
      const auto size = static_cast<ssize_t>(request_.size());
      if (write(fd, request_.data(), request_.size()) != size) return false;
    }
    for (const int fd : clients) {
      std::string came;
      while (came.size() < answer_end_.size() ||
             std::string_view(came).substr(came.size() - answer_end_.size()) != answer_end_) {
        char piece[4096];
        const ssize_t got = read(fd, piece, sizeof piece);
        if (got <= 0) return false;
        came.append(piece, static_cast<std::size_t>(got));
      }
    }
    return true;
  }

  int be_clients() const {
    std::uint16_t port = 0;
    if (read(commands_[0], &port, sizeof port) != sizeof port) return 1;
    std::vector<int> clients;
    for (std::size_t i = 0; i < count_; ++i) {
      clients.push_back(dial(port));
      if (clients.back() < 0) return 2;
    }
    if (!ask_each(clients)) return 3;
    if (write(reports_[1], "1", 1) != 1) return 4;
    char go;
    if (read(commands_[0], &go, 1) != 1) return 5;
    return ask_each(clients) ? 0 : 6;
  }

  descriptor_limit limit_;
  std::size_t count_;
  std::string request_;
  std::string answer_end_;
  int commands_[2] = {-1, -1};
  int reports_[2] = {-1, -1};
  pid_t process_ = -1;
};

}  // namespace weft::test
