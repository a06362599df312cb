// weft-bench WORKLOAD N [BATCH]: does N operations and prints what one cost:
//   weft spawn n=1000000 ns_per_op=19.21 cpu_ns_per_op=19.20 bytes_per_task=0
// weft-bench echo|hot|http PORT: serves on 127.0.0.1 until SIGINT.
#include <sys/resource.h>

#include <charconv>
#include <chrono>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <weft/run/run.hpp>

#include "workload.hpp"

namespace {

double nanoseconds(const timeval& t) {
  return static_cast<double>(t.tv_sec) * 1e9 + static_cast<double>(t.tv_usec) * 1e3;
}

void measure(const bench::workload& what, long n) {
  const long before = bench::resident_bytes();
  const auto start = std::chrono::steady_clock::now();
  weft::run(what.run, n);
  const std::chrono::duration<double, std::nano> taken = std::chrono::steady_clock::now() - start;
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const double cpu = nanoseconds(used.ru_utime) + nanoseconds(used.ru_stime);
  const auto count = static_cast<double>(n);
  const long height = bench::resident_at_height;
  const double bytes = height ? static_cast<double>(height - before) / count : 0;
  std::printf("weft %s n=%ld ns_per_op=%.2f cpu_ns_per_op=%.2f bytes_per_task=%.0f\n", what.name, n,
              taken.count() / count, cpu / count, bytes);
}

std::optional<long> number(std::string_view text, long least, long most) {
  long value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < least || value > most) return std::nullopt;
  return value;
}

int usage(const std::vector<bench::workload>& all) {
  std::string names;
  for (const bench::workload& one : all) names += std::string(" ") + one.name;
  std::fprintf(stderr,
               "usage: weft-bench WORKLOAD N [BATCH]  (at least 1;%s)\n"
               "       weft-bench echo|hot|http PORT\n",
               names.c_str());
  return 2;
}

constexpr std::pair<std::string_view, weft::coro<> (*)(unsigned short)> servers[] = {
    {"echo", bench::serve_echo}, {"hot", bench::serve_echo_hot}, {"http", bench::serve_http}};

int serve(weft::coro<> (*server)(unsigned short), long port) {
  try {
    weft::run(server, static_cast<unsigned short>(port));
  } catch (const weft::interrupted_error&) {
    return 0;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<bench::workload> all = bench::micro_workloads();
  for (const bench::workload& one : bench::timer_workloads()) all.push_back(one);
  for (const bench::workload& one : bench::thread_workloads()) all.push_back(one);
  for (const bench::workload& one : bench::stream_workloads()) all.push_back(one);
  if (argc != 3 && argc != 4) return usage(all);
  const std::string_view what = argv[1];
  for (const auto& [name, server] : servers) {
    const std::optional<long> port = number(argv[2], 1, 65535);
    if (what == name) return port && argc == 3 ? serve(server, *port) : usage(all);
  }
  if (argc == 4) {
    const std::optional<long> batch = number(argv[3], 1, 100'000'000);
    if (!batch) return usage(all);
    bench::batch = *batch;
  }
  const std::optional<long> n = number(argv[2], 1, 1'000'000'000);
  for (const bench::workload& one : all) {
    if (!n || what != one.name) continue;
    measure(one, *n);
    return 0;
  }
  return usage(all);
}
