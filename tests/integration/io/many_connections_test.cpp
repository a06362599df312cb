// Many connections at once, and too many.

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <string>
#include <system_error>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/future.hpp>
#include <weft/flow/sleep.hpp>
#include <weft/io/server.hpp>

using namespace weft;
using namespace std::chrono_literals;

EACH_BACKEND(many_connections);

namespace {

coro<void> echo(stream s) {
  for (;;) {
    std::string data = co_await s.read_some();
    if (data.empty()) co_return;
    co_await s.send(std::move(data));
  }
}

/// A plain socket that is connected; the kernel does it, whether or not anybody accepts yet.
int dial(std::uint16_t port) {
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

// ---- 10,000 held at once: the clients are another process, so that each side has its own limit

bool ask_each(const std::vector<int>& clients) {
  char byte = 'a';
  for (const int fd : clients) {
    if (write(fd, &byte, 1) != 1) return false;
  }
  for (const int fd : clients) {
    if (read(fd, &byte, 1) != 1 || byte != 'a') return false;
  }
  return true;
}

/// The clients' process: connects, is served, tells, waits, is served again.
int be_clients(int commands, int reports, std::size_t count) {
  std::uint16_t port = 0;
  if (read(commands, &port, sizeof port) != sizeof port) return 1;
  std::vector<int> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(dial(port));
    if (clients.back() < 0) return 2;
  }
  if (!ask_each(clients)) return 3;
  if (write(reports, "1", 1) != 1) return 4;
  char go;
  if (read(commands, &go, 1) != 1) return 5;
  return ask_each(clients) ? 0 : 6;
}

coro<void> readable(int fd) {
  future<void> ready = make_future<void>();
  get_running_loop().add_reader(fd, [ready, fd] {
    get_running_loop().remove_reader(fd);
    ready.set_result();
  });
  co_await ready;
}

coro<void> holds_many(int commands, int reports, std::size_t count) {
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  const std::uint16_t port = srv.port();
  EXPECT_EQ(write(commands, &port, sizeof port), static_cast<ssize_t>(sizeof port));
  co_await readable(reports);
  char told = 0;
  EXPECT_EQ(read(reports, &told, 1), 1);
  EXPECT_EQ(told, '1');
  EXPECT_EQ(srv.connections(), count);
  EXPECT_EQ(write(commands, "2", 1), 1);
  srv.close();
  co_await srv.wait_closed();  // when the clients' process ends
}

TEST_P(many_connections, are_held_at_once_and_each_served_again) {
  constexpr std::size_t wanted = 10'000;
  constexpr std::size_t others = 200;  // what the process has open besides
  const descriptor_limit limit(wanted + others);
  const std::size_t count = std::min(wanted, static_cast<std::size_t>(limit.now()) - others);
  if (count < wanted) {
    std::printf("only %zu connections: the limit on descriptors is %zu\n", count,
                static_cast<std::size_t>(limit.now()));
  }
  int commands[2];
  int reports[2];
  ASSERT_EQ(pipe(commands), 0);
  ASSERT_EQ(pipe(reports), 0);
  const pid_t clients = fork();
  ASSERT_GE(clients, 0);
  if (clients == 0) _exit(be_clients(commands[0], reports[1], count));
  close(commands[0]);
  close(reports[1]);
  run(holds_many, commands[1], reports[0], count);
  int status = 0;
  EXPECT_EQ(waitpid(clients, &status, 0), clients);
  EXPECT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
  close(commands[1]);
  close(reports[0]);
}

// ---- more than there are descriptors for

coro<void> runs_out() {
  const int next = dup(0);
  close(next);
  // io_uring takes the limit when the accept is armed, so it is set first.
  const descriptor_limit limit(static_cast<rlim_t>(next) + 32);
  int told = 0;
  get_running_loop().set_exception_handler([&told](const exception_context& context) {
    if (context.message.rfind("accept on 127.0.0.1:", 0) == 0) ++told;
  });
  server srv = co_await start_server(echo, "127.0.0.1", 0);
  {
    // Once round while there are some: UBSan needs one when it first sees a type.
    stream one = adopt_socket(dial(srv.port()));
    one.write("x");
    std::string x = co_await one.read_exactly(1);
    EXPECT_EQ(x, "x");
    get_running_loop().call_exception_handler(exception_context());
    const std::system_error error(EMFILE, std::system_category(), "none left");
    EXPECT_NE(describe(std::make_exception_ptr(error)), error.code().message());
  }
  while (srv.connections() > 0) co_await weft::sleep(0s);
  std::vector<stream> clients;
  for (int i = 0; i < 20; ++i) {
    const int fd = dial(srv.port());
    EXPECT_GE(fd, 0);
    clients.push_back(adopt_socket(fd));
    clients.back().write("x");
  }
  while (told == 0) co_await weft::sleep(1ms);
  const std::size_t served = srv.connections();
  EXPECT_GT(served, 0u);
  EXPECT_LT(served, 20u);
  for (std::size_t i = 0; i < served; ++i) {
    std::string x = co_await clients[i].read_exactly(1);
    EXPECT_EQ(x, "x");
  }
  // Both ends of those go, and the rest has its turn.
  for (std::size_t i = 0; i < served; ++i) clients[i].close();
  for (std::size_t i = served; i < 20; ++i) {
    std::string x = co_await clients[i].read_exactly(1);
    EXPECT_EQ(x, "x");
  }
  EXPECT_GE(told, 1);
  clients.clear();
  srv.close();
  co_await srv.wait_closed();
  get_running_loop().set_exception_handler(nullptr);
}
TEST_P(many_connections, wait_while_descriptors_are_short_and_are_served_later) { run(runs_out); }

// ---- connections that come and go in the middle of everything

coro<void> comes_and_goes(std::uint16_t port, int i) {
  const int fd = dial(port);
  EXPECT_GE(fd, 0);
  stream s = adopt_socket(fd);
  s.write(std::string(static_cast<std::size_t>(1 + i * 37 % 3000), 'q'));
  if (i % 3 == 0) {
    std::string some = co_await s.read_some();
    EXPECT_FALSE(some.empty());
  }
  if (i % 5 == 0) co_await weft::sleep(0s);
  if (i % 2 == 0) s.abort();
}

coro<void> churns() {
  auto rude = [](stream s) -> coro<void> {
    std::string some = co_await s.read_some();
    s.write(std::string(some.size() % 7 == 0 ? 300'000 : 100, 'z'));
    if (some.size() % 2 == 0) co_await s.drain();
  };
  get_running_loop().set_exception_handler([](const exception_context&) {});  // resets
  server srv = co_await start_server(rude, "127.0.0.1", 0);
  for (int i = 0; i < 1000; ++i) co_await comes_and_goes(srv.port(), i);
  srv.close();
  co_await srv.wait_closed();
  EXPECT_EQ(srv.connections(), 0u);
  get_running_loop().set_exception_handler(nullptr);
}
TEST_P(many_connections, come_and_go_and_none_is_left) { run(churns); }

}  // namespace
