// The load on a server: CONNECTIONS, each with one request of BYTES on its way, for SECONDS, on one
// thread. On io_uring, with multishot receives and batched sends, so that the load costs less than
// the server. load echo|http PORT CONNECTIONS BYTES SECONDS SERVER_PID prints the line that the
// other programs print, where cpu_ns_per_op is the CPU time of the server's process a request;
// load_busy near 1 says that the load was the limit.
#include <arpa/inet.h>
#include <liburing.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

double seconds_of(clockid_t clock) {
  timespec t{};
  if (clock_gettime(clock, &t)) throw std::runtime_error("no such process");
  return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_nsec) / 1e9;
}

/// The CPU time of a process, all its threads together.
clockid_t cpu_clock_of(pid_t process) {
  clockid_t clock{};
  if (clock_getcpuclockid(process, &clock)) throw std::runtime_error("no such process");
  return clock;
}

int connect_to(int port) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<unsigned short>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (fd < 0 || connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address)) {
    throw std::runtime_error("connect: " + std::string(std::strerror(errno)));
  }
  const int one = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  return fd;
}

/// How long an answer is: those of one server are all alike.
std::size_t size_of_answer(int fd, const std::string& request) {
  char buffer[65536];
  if (write(fd, request.data(), request.size()) < 0) throw std::runtime_error("write failed");
  usleep(100'000);
  const ssize_t size = read(fd, buffer, sizeof buffer);
  if (size <= 0 || !memmem(buffer, static_cast<std::size_t>(size), " 200 ", 5)) {
    throw std::runtime_error("the answer is not 200");
  }
  return static_cast<std::size_t>(size);
}

/// A ring with buffers that the kernel picks for what it receives.
class client {
 public:
  client(std::string request, std::size_t answer)
      : request_(std::move(request)), answer_(answer), of_fd_(20'000), latencies_(1 << 20) {
    io_uring_params parameters{};
    parameters.flags =
        IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE;
    parameters.cq_entries = 16384;
    if (io_uring_queue_init_params(4096, &ring_, &parameters)) {
      throw std::runtime_error("io_uring is denied");
    }
    io_uring_register_ring_fd(&ring_);
    set_up_buffers();
  }

  void start(const std::vector<int>& connections) {
    for (const int fd : connections) receive(fd);
    io_uring_submit(&ring_);
    for (const int fd : connections) send(fd, seconds_of(CLOCK_MONOTONIC));
  }

  long answered() const { return answered_; }

  /// What has come, and the next requests for it.
  void turn() {
    __kernel_timespec second{1, 0};
    io_uring_cqe* first;
    io_uring_submit_and_wait_timeout(&ring_, &first, 1, &second, nullptr);
    const double now = seconds_of(CLOCK_MONOTONIC);
    unsigned head;
    unsigned count = 0;
    io_uring_cqe* completion;
    io_uring_for_each_cqe(&ring_, head, completion) {
      ++count;
      if (completion->user_data == sent) {
        if (completion->res < 0) throw std::runtime_error("a send failed");
      } else {
        received(static_cast<int>(completion->user_data), *completion, now);
      }
    }
    io_uring_buf_ring_advance(buffers_, static_cast<int>(returned_));
    returned_ = 0;
    io_uring_cq_advance(&ring_, count);
  }

  /// The latency that the given part of the requests stayed below, in microseconds.
  long latency(double part) const {
    long below = 0;
    for (std::size_t us = 0; us < latencies_.size(); ++us) {
      below += latencies_[us];
      if (static_cast<double>(below) >= static_cast<double>(answered_) * part) {
        return static_cast<long>(us);
      }
    }
    return 0;
  }

 private:
  static constexpr __u64 sent = 1ull << 32;
  struct connection {
    std::size_t received = 0;
    double asked = 0;
  };

  void set_up_buffers() {
    const bool large = answer_ > 4096;
    buffer_size_ = large ? 65536 : 2048;
    buffer_count_ = large ? 512 : 4096;
    buffers_ = static_cast<io_uring_buf_ring*>(mmap(nullptr, buffer_count_ * sizeof(io_uring_buf),
                                                    PROT_READ | PROT_WRITE,
                                                    MAP_ANONYMOUS | MAP_PRIVATE, -1, 0));
    memory_.resize(buffer_count_ * buffer_size_);
    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<__u64>(buffers_);
    registration.ring_entries = static_cast<unsigned>(buffer_count_);
    if (io_uring_register_buf_ring(&ring_, &registration, 0)) {
      throw std::runtime_error("io_uring has no rings of buffers");
    }
    io_uring_buf_ring_init(buffers_);
    for (std::size_t i = 0; i < buffer_count_; ++i) give_back(i);
    io_uring_buf_ring_advance(buffers_, static_cast<int>(returned_));
    returned_ = 0;
  }

  void give_back(std::size_t buffer) {
    io_uring_buf_ring_add(buffers_, memory_.data() + buffer * buffer_size_,
                          static_cast<unsigned>(buffer_size_), static_cast<unsigned short>(buffer),
                          static_cast<int>(buffer_count_) - 1, static_cast<int>(returned_++));
  }

  io_uring_sqe* prepare() {
    if (io_uring_sqe* entry = io_uring_get_sqe(&ring_)) return entry;
    io_uring_submit(&ring_);
    return io_uring_get_sqe(&ring_);
  }

  void receive(int fd) {
    io_uring_sqe* entry = prepare();
    io_uring_prep_recv(entry, fd, nullptr, 0, 0);
    entry->ioprio |= IORING_RECV_MULTISHOT;
    entry->flags |= IOSQE_BUFFER_SELECT;
    entry->user_data = static_cast<__u64>(fd);
  }

  void send(int fd, double now) {
    of_fd_[static_cast<std::size_t>(fd)].asked = now;
    io_uring_sqe* entry = prepare();
    io_uring_prep_send(entry, fd, request_.data(), request_.size(), MSG_WAITALL | MSG_NOSIGNAL);
    entry->flags |= IOSQE_CQE_SKIP_SUCCESS;
    entry->user_data = sent;
  }

  void received(int fd, const io_uring_cqe& completion, double now) {
    if (completion.res == -ENOBUFS) return receive(fd);
    if (completion.res <= 0) throw std::runtime_error("the server closed a connection");
    give_back(completion.flags >> IORING_CQE_BUFFER_SHIFT);
    connection& of = of_fd_[static_cast<std::size_t>(fd)];
    of.received += static_cast<std::size_t>(completion.res);
    if (of.received >= answer_) {
      of.received -= answer_;
      ++answered_;
      const auto us = static_cast<std::size_t>((now - of.asked) * 1e6);
      ++latencies_[std::min(us, latencies_.size() - 1)];
      send(fd, now);
    }
    if (!(completion.flags & IORING_CQE_F_MORE)) receive(fd);
  }

  std::string request_;
  std::size_t answer_;
  io_uring ring_{};
  io_uring_buf_ring* buffers_ = nullptr;
  std::vector<char> memory_;
  std::size_t buffer_size_ = 0;
  std::size_t buffer_count_ = 0;
  unsigned returned_ = 0;
  std::vector<connection> of_fd_;
  std::vector<long> latencies_;  // by microseconds
  long answered_ = 0;
};

void measure(char** argv) {
  const std::string_view what = argv[1];
  const int port = std::atoi(argv[2]);
  const int count = std::atoi(argv[3]);
  auto bytes = static_cast<std::size_t>(std::atol(argv[4]));
  const double seconds = std::atof(argv[5]);
  const clockid_t server = cpu_clock_of(std::atoi(argv[6]));
  std::vector<int> connections;
  for (int i = 0; i < count; ++i) connections.push_back(connect_to(port));
  std::string request(bytes, 'x');
  if (what == "http") {
    request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    bytes = size_of_answer(connections[0], request);
  }
  client asking(std::move(request), bytes);
  usleep(200'000);  // until the server has accepted all

  const double server_before = seconds_of(server);
  const double self_before = seconds_of(CLOCK_PROCESS_CPUTIME_ID);
  const double start = seconds_of(CLOCK_MONOTONIC);
  asking.start(connections);
  while (seconds_of(CLOCK_MONOTONIC) < start + seconds) asking.turn();
  const double taken = seconds_of(CLOCK_MONOTONIC) - start;
  const double server_cpu = seconds_of(server) - server_before;
  const double self_cpu = seconds_of(CLOCK_PROCESS_CPUTIME_ID) - self_before;
  if (asking.answered() == 0) throw std::runtime_error("no answer");
  const auto n = static_cast<double>(asking.answered());
  std::printf(
      "load %s n=%ld ns_per_op=%.1f cpu_ns_per_op=%.1f bytes_per_task=0 p50_us=%ld p99_us=%ld "
      "server_busy=%.2f load_busy=%.2f\n",
      argv[1], asking.answered(), taken * 1e9 / n, server_cpu * 1e9 / n, asking.latency(0.5),
      asking.latency(0.99), server_cpu / taken, self_cpu / taken);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 7) {
    std::fprintf(stderr, "usage: load echo|http PORT CONNECTIONS BYTES SECONDS SERVER_PID\n");
    return 2;
  }
  try {
    measure(argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "load: %s\n", error.what());
    return 1;
  }
}
