// A workload: n operations of one kind, done in a loop of its own. The shapes are those that the
// other runtimes' programs have, so that their lines can stand side by side.
#pragma once

#include <string>
#include <vector>

#include <weft/core/coro.hpp>

namespace bench {

struct workload {
  const char* name;
  weft::coro<> (*run)(long n);
};

/// How many tasks or timers there are at a time, where a workload has many; the third argument.
inline long batch = 1000;

/// What the loop does by itself.
std::vector<workload> micro_workloads();
std::vector<workload> timer_workloads();
/// What comes from other threads, or goes to them.
std::vector<workload> thread_workloads();

/// What goes through the kernel.
std::vector<workload> stream_workloads();

/// The resident set, in bytes.
long resident_bytes();
/// Set by workloads that measure memory: the resident set at their height.
inline long resident_at_height = 0;
/// Where results go, so that no compiler drops the work.
inline long sink = 0;

/// Servers that run until SIGINT: what comes back is what was sent; the same beside a task that
/// never waits; "Hello, World!".
weft::coro<> serve_echo(unsigned short port);
weft::coro<> serve_echo_hot(unsigned short port);
weft::coro<> serve_http(unsigned short port);

}  // namespace bench
