#include "scenario.hpp"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <system_error>

#include <weft/io/stream_errors.hpp>
#include <weft/run/new_event_loop.hpp>
#include <weft/sim/virtual_time.hpp>

namespace conformance {
namespace {

std::vector<scenario>& all_scenarios() {
  static std::vector<scenario> all;
  return all;
}

std::vector<std::string>* trace = nullptr;  // which say() extends; without one the line is dropped

std::uint32_t cancelling_at_end = 0;  // as the scenario says, else 0

std::string named(const char* type, const std::string& text) {
  return text.empty() ? type : type + (" " + text);
}

/// Runs main in its task, and sees what no trace shows: how it ends.
coro<> watched(coro<> main, std::vector<std::string>& faults) {
  outcome<void> ended = co_await as_outcome(std::move(main));
  if (!ended) faults.push_back("main ended by " + error_text(ended.exception()));
  if (const std::uint32_t left = current_task().cancelling(); left != cancelling_at_end) {
    faults.push_back("main ended with cancelling() at " + std::to_string(left));
  }
}

}  // namespace

std::vector<scenario> scenarios() {
  std::vector<scenario> sorted = all_scenarios();
  std::sort(sorted.begin(), sorted.end(),
            [](const scenario& a, const scenario& b) { return std::strcmp(a.name, b.name) < 0; });
  return sorted;
}

registration::registration(const char* name, coro<> (*main)()) {
  all_scenarios().push_back({name, main, nullptr});
}
registration::registration(const char* name, void (*plain)()) {
  all_scenarios().push_back({name, nullptr, plain});
}

scenario_result run(const scenario& what) {
  scenario_result result;
  trace = &result.trace;
  try {
    if (what.plain) {
      what.plain();
      trace = nullptr;
      return result;
    }
    virtual_time bubble;
    bubble.get_loop().set_exception_handler([](const exception_context&) {});
    cancelling_at_end = 0;
    bubble.run(watched(what.main(), result.faults));
    trace = nullptr;  // what the clean-up says is no part of the trace
    bubble.close();
  } catch (...) {
    result.faults.push_back("ended by " + describe(std::current_exception()));
  }
  trace = nullptr;
  return result;
}

void say_line(std::string line) {
  if (trace) trace->push_back(std::move(line));
}

long now() {
  const duration passed = get_running_loop().time().time_since_epoch();
  return std::lround(seconds(passed).count() * 100) * 10;
}

time_point at(seconds since_start) { return time_point(detail::to_duration(since_start)); }

void block(seconds time) { get_running_loop().advance_virtual_time(detail::to_duration(time)); }

std::unique_ptr<event_loop> virtual_loop() {
  loop_options options;
  options.backend = backend_choice::none;
  auto loop = new_event_loop(options);
  loop->use_virtual_time(time_point{});
  loop->set_exception_handler([](const exception_context&) {});
  return loop;
}

std::pair<stream, stream> pair(std::size_t limit) {
  stream_options options;
  options.limit = limit;
  return stream_pair(options);
}

coro<> ticks(int n) {
  for (int i = 0; i < n; ++i) co_await sleep(0s);
}

coro<> work(std::string name, seconds delay) {
  say(name, "start");
  try {
    co_await sleep(delay);
  } catch (const cancelled_error&) {
    say(name, "cancelled");
    throw;
  }
  say(name, "end");
}

coro<std::string> work(std::string name, seconds delay, const char* result) {
  return work(std::move(name), delay, std::string(result));
}

std::string stripped(std::string line) {
  while (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

void ends_with_cancelling(std::uint32_t count) { cancelling_at_end = count; }

std::vector<any_task> other_tasks() {
  std::vector<any_task> others = all_tasks();
  std::erase(others, current_task());
  return others;
}

coro<> leave() {
  trace = nullptr;
  const std::vector<any_task> left = other_tasks();
  for (const any_task& one : left) one.cancel();
  for (;;) {
    bool all_done = true;
    for (const any_task& one : left) all_done = all_done && one.done();
    if (all_done) co_return;
    co_await sleep(1s);
  }
}

std::string error_text(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (...) {
    return error_text();
  }
}

std::string error_text() {
  try {
    throw;
  } catch (const Boom& e) {
    return named("Boom", e.what());
  } catch (const key_error& e) {
    return named("KeyError", e.what());
  } catch (const value_error& e) {
    return named("ValueError", e.what());
  } catch (const timeout_error& e) {
    // The library's own text is none of the scenario's.
    return named("TimeoutError",
                 std::strcmp(e.what(), timeout_error().what()) == 0 ? "" : e.what());
  } catch (const cancelled_error& e) {
    return named("CancelledError", e.message());
  } catch (const invalid_state_error&) {
    return "InvalidStateError";
  } catch (const usage_error&) {
    return "RuntimeError";
  } catch (const broken_barrier_error&) {
    return "BrokenBarrierError";
  } catch (const queue_empty&) {
    return "QueueEmpty";
  } catch (const queue_full&) {
    return "QueueFull";
  } catch (const queue_shut_down&) {
    return "QueueShutDown";
  } catch (const incomplete_read_error&) {
    return "IncompleteReadError";
  } catch (const limit_overrun_error&) {
    return "LimitOverrunError";
  } catch (const exception_group&) {
    return "ExceptionGroup";
  } catch (const std::system_error& e) {
    if (e.code() == std::errc::connection_refused) return "ConnectionRefusedError";
    if (e.code() == std::errc::connection_reset) return "ConnectionResetError";
    if (e.code() == std::errc::broken_pipe) return "BrokenPipeError";
    return "OSError";
  } catch (...) {
    return "unknown: " + describe(std::current_exception());
  }
}

std::string group_text(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const exception_group& group) {
    return group_text(group);
  } catch (...) {
    return error_text();
  }
}

std::string group_text(const exception_group& group) {
  std::string text = "group(";
  const char* separator = "";
  for (const std::exception_ptr& one : group.exceptions()) {
    text += separator + group_text(one);
    separator = ", ";
  }
  return text + ")";
}

std::vector<std::string> names(const std::vector<any_task>& tasks) {
  std::vector<std::string> sorted;
  for (const any_task& one : tasks) sorted.push_back(one.get_name());
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace conformance
