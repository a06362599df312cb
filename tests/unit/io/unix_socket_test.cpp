#include <weft/io/unix_socket.hpp>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>
#include <system_error>

#include <tests/backend/each_backend.hpp>
#include <weft/core/as_outcome.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/sleep.hpp>

using namespace weft;
using namespace std::chrono_literals;

EACH_BACKEND(unix_sockets);

namespace {

/// A folder that goes with its test.
struct folder {
  std::string path;

  folder() {
    char made[] = "/tmp/weft_unix_XXXXXX";
    path = mkdtemp(made);
  }
  folder(const folder&) = delete;
  folder& operator=(const folder&) = delete;
  ~folder() {
    unlink(socket().c_str());
    rmdir(path.c_str());
  }
  std::string socket() const { return path + "/it.sock"; }
};

bool exists(const std::string& path) {
  struct stat found;
  return stat(path.c_str(), &found) == 0;
}

coro<void> echo(stream s) {
  for (;;) {
    std::string data = co_await s.read_some();
    if (data.empty()) co_return;
    co_await s.send(std::move(data));
  }
}

coro<void> echoes(std::string path) {
  server srv = co_await start_unix_server(echo, path);
  stream s = co_await open_unix_connection(path);
  s.write("hello");
  std::string got = co_await s.read_exactly(5);
  EXPECT_EQ(got, "hello");
  s.close();
  srv.close();
  co_await srv.wait_closed();
}
TEST_P(unix_sockets, serve_at_a_path_and_leave_none_behind) {
  const folder f;
  run(echoes, f.socket());
  EXPECT_FALSE(exists(f.socket()));
}
TEST_P(unix_sockets, serve_at_an_abstract_name) {
  run(echoes, std::string("\0weft.test.", 11) + std::to_string(getpid()));
}

coro<void> replaces(std::string path) {
  server killed = co_await start_unix_server(echo, path);
  server next = co_await start_unix_server(echo, path);
  killed.close();
  EXPECT_TRUE(exists(path)) << "another's socket is not removed";
  stream s = co_await open_unix_connection(path);
  s.write("x");
  std::string got = co_await s.read_exactly(1);
  EXPECT_EQ(got, "x");
}
TEST_P(unix_sockets, replace_a_socket_that_was_left) {
  const folder f;
  run(replaces, f.socket());
}

coro<int> error_of(coro<server> opening, std::string* text) {
  outcome<server> end = co_await as_outcome(std::move(opening));
  try {
    end.take();
  } catch (const std::system_error& error) {
    *text = error.what();
    co_return error.code().value();
  }
  co_return 0;
}

coro<void> keeps_files(std::string path) {
  close(open(path.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600));
  std::string text;
  const int error = co_await error_of(start_unix_server(echo, path), &text);
  EXPECT_EQ(error, EADDRINUSE);
  EXPECT_NE(text.find(path), std::string::npos) << text;
  EXPECT_TRUE(exists(path));
}
TEST_P(unix_sockets, do_not_replace_another_file) {
  const folder f;
  run(keeps_files, f.socket());
}

coro<void> refuses(std::string path) {
  outcome<stream> end = co_await as_outcome(open_unix_connection(path));
  try {
    end.take();
    ADD_FAILURE();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code().value(), ENOENT);
    EXPECT_NE(std::string(error.what()).find(path), std::string::npos) << error.what();
  }
}
TEST_P(unix_sockets, name_the_path_that_nobody_listens_on) {
  const folder f;
  run(refuses, f.socket());
}

TEST_P(unix_sockets, refuse_a_path_that_the_system_can_not_take) {
  EXPECT_THROW(run([]() -> coro<void> { co_await open_unix_connection(""); }), value_error);
  EXPECT_THROW(run([]() -> coro<void> { co_await open_unix_connection(std::string(108, 'p')); }),
               value_error);
  EXPECT_THROW(
      run([]() -> coro<void> { co_await start_unix_server(echo, std::string("a\0b", 3)); }),
      value_error);
}

coro<void> knows_peer(std::string path) {
  peer_credentials seen;
  auto look = [&seen](stream s) -> coro<void> {
    seen = get_peer_credentials(s);
    s.write("seen");
    co_return;
  };
  server srv = co_await start_unix_server(look, path);
  stream s = co_await open_unix_connection(path);
  std::string got = co_await s.read();
  EXPECT_EQ(got, "seen");
  EXPECT_EQ(seen.pid, getpid());
  EXPECT_EQ(seen.uid, getuid());
  EXPECT_EQ(seen.gid, getgid());
  s.close();
  co_await s.wait_closed();
  EXPECT_THROW(get_peer_credentials(s), usage_error);
}
TEST_P(unix_sockets, tell_who_is_at_the_other_end) {
  const folder f;
  run(knows_peer, f.socket());
}

/// Accepts nothing by itself.
int listen_at(const std::string& path) {
  const int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::memcpy(name.sun_path, path.c_str(), path.size() + 1);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&name), sizeof name), 0);
  EXPECT_EQ(listen(fd, 0), 0);
  return fd;
}

coro<void> waits_for_room(std::string path) {
  const int listener = listen_at(path);
  stream first = co_await open_unix_connection(path);
  task<stream> second = create_task(open_unix_connection(path));
  for (int i = 0; i < 20; ++i) co_await weft::sleep(0s);
  EXPECT_FALSE(second.done());
  close(accept(listener, nullptr, nullptr));
  stream s = co_await std::move(second);
  close(accept(listener, nullptr, nullptr));
  close(listener);
}
TEST_P(unix_sockets, wait_for_room_in_the_backlog) {
  const folder f;
  run(waits_for_room, f.socket());
}

coro<void> lets_go(std::string path) {
  const int listener = listen_at(path);
  stream first = co_await open_unix_connection(path);
  task<stream> second = create_task(open_unix_connection(path));
  for (int i = 0; i < 20; ++i) co_await weft::sleep(0s);
  second.cancel();
  const outcome<stream> end = co_await as_outcome(std::move(second));
  EXPECT_TRUE(end.cancelled());
  close(listener);
}
TEST_P(unix_sockets, let_go_of_a_connect_that_is_cancelled) {
  const folder f;
  run(lets_go, f.socket());
}

}  // namespace
