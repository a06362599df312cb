// A load of a fixed rate on an echo server: RATE requests of 64 bytes a second over CONNECTIONS,
// each sent when it is due, whatever became of those before. A latency is counted from when a
// request was due, so that a server that stalls pays for all that came due meanwhile. One thread
// that never sleeps. paced PORT CONNECTIONS RATE SECONDS SERVER_PID
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <deque>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr std::size_t size = 64;  // of a request and its answer
constexpr double grace = 2;       // seconds for the last answers
using nanoseconds = long long;

nanoseconds now(clockid_t clock) {
  timespec t{};
  if (clock_gettime(clock, &t)) throw std::runtime_error("no such process");
  return t.tv_sec * 1'000'000'000LL + t.tv_nsec;
}

struct connection {
  int fd = -1;
  std::size_t unsent = 0;         // bytes of what was due
  std::size_t received = 0;       // bytes of the first answer
  std::deque<nanoseconds> asked;  // when those without an answer were due
};

class pacer {
 public:
  pacer(int port, int count) : connections_(static_cast<std::size_t>(count)) {
    epoll_ = epoll_create1(0);
    for (connection& one : connections_) connect_to(one, port);
  }

  void run(double rate, double seconds) {
    const nanoseconds start = now(CLOCK_MONOTONIC);
    const auto total = static_cast<std::size_t>(rate * seconds);
    const double gap = 1e9 / rate;
    const auto end = start + static_cast<nanoseconds>((seconds + grace) * 1e9);
    latencies_.clear();
    late_.clear();
    latencies_.reserve(total);
    std::size_t sent = 0;
    for (nanoseconds t = start; latencies_.size() < total && t < end; t = now(CLOCK_MONOTONIC)) {
      for (; sent < total; ++sent) {
        const auto due = start + static_cast<nanoseconds>(static_cast<double>(sent) * gap);
        if (due > t) break;
        late_.push_back(t - due);
        ask(connections_[sent % connections_.size()], due);
      }
      receive();
    }
    // What never came has waited at least until now.
    for (const connection& one : connections_) {
      for (const nanoseconds due : one.asked) latencies_.push_back(now(CLOCK_MONOTONIC) - due);
    }
    std::sort(latencies_.begin(), latencies_.end());
    std::sort(late_.begin(), late_.end());
  }

  std::size_t count() const { return latencies_.size(); }
  /// In microseconds, of the sorted ones.
  double latency(double part) const { return at(latencies_, part); }
  /// How much later than due it was sent itself: what else ran on this core.
  double late(double part) const { return at(late_, part); }

 private:
  static double at(const std::vector<nanoseconds>& sorted, double part) {
    const auto place = static_cast<std::size_t>(static_cast<double>(sorted.size() - 1) * part);
    return static_cast<double>(sorted.at(place)) / 1000;
  }

  void connect_to(connection& one, int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<unsigned short>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    one.fd = socket(AF_INET, SOCK_STREAM, 0);
    if (one.fd < 0 || connect(one.fd, reinterpret_cast<sockaddr*>(&address), sizeof address)) {
      throw std::runtime_error("connect: " + std::string(std::strerror(errno)));
    }
    const int on = 1;
    setsockopt(one.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    epoll_event event{EPOLLIN, {&one}};
    epoll_ctl(epoll_, EPOLL_CTL_ADD, one.fd, &event);
  }

  void ask(connection& one, nanoseconds due) {
    one.asked.push_back(due);
    one.unsent += size;
    send_rest(one);
  }

  void send_rest(connection& one) {
    static const std::string bytes(1 << 16, 'x');
    while (one.unsent) {
      const ssize_t sent = send(one.fd, bytes.data(), std::min(one.unsent, bytes.size()),
                                MSG_DONTWAIT | MSG_NOSIGNAL);
      if (sent < 0 && errno == EAGAIN) return;
      if (sent < 0) throw std::runtime_error("send failed");
      one.unsent -= static_cast<std::size_t>(sent);
    }
  }

  void receive() {
    static char buffer[1 << 16];
    epoll_event events[64];
    const int ready = epoll_wait(epoll_, events, 64, 0);
    for (int i = 0; i < ready; ++i) {
      connection& one = *static_cast<connection*>(events[i].data.ptr);
      const ssize_t got = recv(one.fd, buffer, sizeof buffer, MSG_DONTWAIT);
      if (got <= 0) throw std::runtime_error("the server closed a connection");
      const nanoseconds t = now(CLOCK_MONOTONIC);
      for (one.received += static_cast<std::size_t>(got); one.received >= size;
           one.received -= size) {
        latencies_.push_back(t - one.asked.at(0));
        one.asked.pop_front();
      }
      send_rest(one);
    }
  }

  int epoll_;
  std::vector<connection> connections_;
  std::vector<nanoseconds> latencies_;
  std::vector<nanoseconds> late_;
};

void measure(char** argv) {
  pacer asking(std::atoi(argv[1]), std::atoi(argv[2]));
  const double rate = std::atof(argv[3]);
  clockid_t server{};
  if (clock_getcpuclockid(std::atoi(argv[5]), &server)) throw std::runtime_error("no such process");
  usleep(200'000);        // until the server has accepted all
  asking.run(rate, 0.3);  // until caches and branches know their way
  const nanoseconds before = now(server);
  const nanoseconds start = now(CLOCK_MONOTONIC);
  asking.run(rate, std::atof(argv[4]));
  const auto taken = static_cast<double>(now(CLOCK_MONOTONIC) - start);
  const auto cpu = static_cast<double>(now(server) - before);
  const auto n = static_cast<double>(asking.count());
  std::printf(
      "paced echo n=%zu ns_per_op=%.1f cpu_ns_per_op=%.1f rate=%.0f server_busy=%.2f p50_us=%.1f "
      "p99_us=%.1f p999_us=%.1f max_us=%.1f late_us=%.1f\n",
      asking.count(), taken / n, cpu / n, rate, cpu / taken, asking.latency(0.5),
      asking.latency(0.99), asking.latency(0.999), asking.latency(1), asking.late(0.999));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 6) {
    std::fprintf(stderr, "usage: paced PORT CONNECTIONS RATE SECONDS SERVER_PID\n");
    return 2;
  }
  try {
    measure(argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "paced: %s\n", error.what());
    return 1;
  }
}
