#include <tests/integration/server_process.hpp>

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <stdexcept>
#include <system_error>

namespace weft::test {
namespace {

struct pipe_ends {
  int read = -1;
  int write = -1;
  pipe_ends() {
    int both[2];
    if (pipe2(both, O_CLOEXEC) != 0) {
      throw std::system_error(errno, std::generic_category(), "pipe2");
    }
    read = both[0];
    write = both[1];
  }
};

std::string read_line(int fd) {
  std::string line;
  char c = 0;
  while (::read(fd, &c, 1) == 1 && c != '\n') line += c;
  return line;
}

}  // namespace

server_process::server_process(const std::vector<std::string>& command) {
  const pipe_ends input;
  const pipe_ends output;
  std::vector<char*> arguments;
  for (const std::string& one : command) arguments.push_back(const_cast<char*>(one.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, input.read, 0);
  posix_spawn_file_actions_adddup2(&actions, output.write, 1);
  const int error = posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  close(input.read);
  close(output.write);
  input_ = input.write;
  if (error == 0) first_line_ = read_line(output.read);
  close(output.read);
  if (error != 0) {
    close(input_);
    throw std::system_error(error, std::generic_category(), command[0]);
  }
  if (first_line_.empty()) {
    kill();
    throw std::runtime_error(command[0] + " said nothing");
  }
}

server_process::~server_process() { end(0); }

void server_process::kill() noexcept { end(SIGKILL); }

void server_process::end(int signal) noexcept {
  if (input_ < 0) return;
  close(input_);
  input_ = -1;
  if (signal) ::kill(pid_, signal);
  waitpid(pid_, nullptr, 0);
}

scripted_server::scripted_server()
    : process_({WEFT_PYTHON, WEFT_SOURCE_DIR "/tests/integration/scripted_server.py"}),
      origin_("http://127.0.0.1:" + process_.first_line()) {}

}  // namespace weft::test
