// denied_uring EPERM|ENOSYS: denies itself io_uring as containers do, by a seccomp filter, and sees
// epoll take over and say why. Ends with 0 when all is so.

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <iterator>
#include <string>
#include <system_error>

#include <weft/io/backend_report.hpp>
#include <weft/io/open_connection.hpp>
#include <weft/io/server.hpp>
#include <weft/run/run.hpp>

using namespace weft;

namespace {

int failures = 0;

void expect(bool holds, const std::string& what) {
  if (holds) return;
  ++failures;
  std::fprintf(stderr, "not so: %s\n", what.c_str());
}

bool deny_io_uring(unsigned error) {
  const unsigned number = offsetof(seccomp_data, nr);
  sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, number),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_io_uring_setup, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | error),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog program{static_cast<unsigned short>(std::size(filter)), filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

coro<void> shout(stream s) {
  std::string line = co_await s.read_line();
  co_await s.send(line + line);
}

coro<std::string> talks_over_epoll() {
  server srv = co_await start_server(shout, "127.0.0.1", 0);
  stream s = co_await open_connection("127.0.0.1", srv.port());
  s.write("hello\n");
  std::string answer = co_await s.read();
  expect(answer == "hello\nhello\n", "a server answers over epoll, not '" + answer + "'");
  co_return backend_report();
}

}  // namespace

int main(int count, char** arguments) {
  const std::string denial = count == 2 ? arguments[1] : "";
  if (denial != "EPERM" && denial != "ENOSYS") {
    std::fprintf(stderr, "usage: denied_uring EPERM|ENOSYS\n");
    return 2;
  }
  const int error = denial == "EPERM" ? EPERM : ENOSYS;
  unsetenv("WEFT_BACKEND");
  if (!deny_io_uring(static_cast<unsigned>(error))) {
    std::perror("seccomp");
    return 1;
  }
  const std::string why = std::string("io_uring_setup: ") + std::strerror(error);
  const std::string report = run(talks_over_epoll);
  std::printf("%s\n", report.c_str());
  expect(report == "epoll (io_uring is not to be had: " + why + ")", "the report tells the reason");

  setenv("WEFT_BACKEND", "uring", 1);
  try {
    run(talks_over_epoll);
    expect(false, "io_uring that was asked for by name is an error");
  } catch (const std::system_error& refused) {
    std::printf("%s\n", refused.what());
    expect(refused.code().value() == error, "the error keeps its number");
    expect(std::string(refused.what()).find("WEFT_BACKEND") != std::string::npos,
           "the error names who asked");
  }
  return failures == 0 ? 0 : 1;
}
