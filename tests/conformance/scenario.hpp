// The ground under the ported scenarios, as harness.py is under the Python ones: the register, the
// trace, and the small words that the programs share. `name/of-it` and its trace stand in
// scenarios.jsonl; a port says what happens, and the runner compares.
//
//   SCENARIO("coroutines/two-awaits-are-sequential") {
//     co_await work("a", 1s);
//     say(now());
//   }
#pragma once

#include <chrono>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <memory>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <weft/io/open_connection.hpp>
#include <weft/io/server.hpp>
#include <weft/io/stream.hpp>
#include <weft/weft.hpp>

namespace conformance {

using namespace std::chrono_literals;
using namespace weft;

// ---- the register

struct scenario {
  const char* name;
  coro<> (*main)();  // run in a fresh loop under virtual time, or
  void (*plain)();   // called: it makes its own loops
};

/// All that are ported, sorted by name.
std::vector<scenario> scenarios();

struct registration {
  registration(const char* name, coro<> (*main)());
  registration(const char* name, void (*plain)());
};

#define CONFORMANCE_JOIN_(a, b) a##b
#define CONFORMANCE_JOIN(a, b) CONFORMANCE_JOIN_(a, b)
#define CONFORMANCE_REGISTER(result, name, function)                                           \
  static result function();                                                                    \
  static const ::conformance::registration CONFORMANCE_JOIN(function, _registered)(name,       \
                                                                                   &function); \
  static result function()
/// `SCENARIO("area/name") { ... }`: the body is its main coroutine.
#define SCENARIO(name) \
  CONFORMANCE_REGISTER(::conformance::coro<>, name, CONFORMANCE_JOIN(scenario_, __LINE__))
/// The body is a plain function.
#define PLAIN_SCENARIO(name) CONFORMANCE_REGISTER(void, name, CONFORMANCE_JOIN(scenario_, __LINE__))

/// How a scenario went.
struct scenario_result {
  std::vector<std::string> trace;
  std::vector<std::string> faults;  // what no trace shows, such as a main that ended cancelled
};
scenario_result run(const scenario& what);

// ---- words

/// Python's None.
inline constexpr std::monostate none{};

inline std::string word(std::monostate) { return "none"; }
inline std::string word(std::string text) { return text; }
inline std::string word(const char* text) { return text; }
template <class B>
  requires std::same_as<B, bool>
std::string word(B yes) {
  return yes ? "true" : "false";
}
template <class I>
  requires(std::is_integral_v<I> && !std::is_same_v<I, bool> && !std::is_same_v<I, char>)
std::string word(I number) {
  return std::to_string(number);
}
template <class T>
std::string word(const std::vector<T>& list);
template <class... T>
std::string word(const std::tuple<T...>& list);
template <class A, class B>
std::string word(const std::pair<A, B>& list);

/// One line of the trace: the words, joined by a blank.
void say_line(std::string line);
template <class First, class... Rest>
void say(const First& first, const Rest&... rest) {
  say_line((word(first) + ... + (" " + word(rest))));
}

// ---- the clock and the loop

using seconds = std::chrono::duration<double>;

/// Milliseconds since the start, to the nearest 10.
long now();
/// The point on the loop's clock so long after the start.
time_point at(seconds since_start);
/// Holds the thread: the clock goes on, the loop does not run.
void block(seconds time);
/// A loop under virtual time, without a kernel interface.
std::unique_ptr<event_loop> virtual_loop();
/// Two connected streams. (Every scenario's loop has a real kernel interface, that which
/// WEFT_BACKEND says; only its timers are virtual.)
std::pair<stream, stream> pair(std::size_t limit = 64 * 1024);
/// Gives the loop `n` turns.
coro<> ticks(int n);

/// Says the start, sleeps, says the end; or says that it was cancelled.
template <class T = void>
coro<T> work(std::string name, seconds delay, T result);
coro<> work(std::string name, seconds delay);
coro<std::string> work(std::string name, seconds delay, const char* result);

/// Main leaves a request to cancel it behind, as its Python twin does. (Else that is a fault.)
void ends_with_cancelling(std::uint32_t count);
/// The tasks of the loop but the one that asks.
std::vector<any_task> other_tasks();
/// Waits until all are done, as asyncio.wait does.
template <class T>
coro<> wait_all(std::vector<task<T>> tasks);

/// The line without its end: Python's strip().
std::string stripped(std::string line);

/// The last line of a scenario that leaves tasks which stand on main's variables: ends the trace,
/// cancels them and waits for them. (Python's closures would keep what they stand on.)
coro<> leave();

// ---- errors

/// An error of the scenarios' own.
class Boom : public std::exception {
 public:
  Boom() = default;
  template <class T>
  explicit Boom(const T& text) : text_(word(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

/// Python's KeyError, which weft has no use for.
class key_error : public std::exception {
 public:
  explicit key_error(std::string text) : text_(std::move(text)) {}
  const char* what() const noexcept override { return text_.c_str(); }

 private:
  std::string text_;
};

/// The type by its Python name, and the text if the scenario gave one.
std::string error_text(const std::exception_ptr& error);
/// The same of what is being caught.
std::string error_text();
/// group(A, group(B)) for an exception group; else type and text.
std::string group_text(const std::exception_ptr& error);
std::string group_text(const exception_group& group);

/// pending | cancelled | result R | error E, without raising.
template <class T>
std::string outcome_of(const future<T>& f);
template <class T>
std::vector<std::string> outcomes_of(const std::vector<task<T>>& tasks);
/// Awaits; the result or the error as words (swallows both).
template <class A>
coro<std::string> attempt(A awaitable);

/// The names of the tasks, sorted.
std::vector<std::string> names(const std::vector<any_task>& tasks);

/// Does it when the scope ends, however it ends: `finally` without an await in it.
template <class F>
class finally {
 public:
  explicit finally(F f) : f_(std::move(f)) {}
  finally(const finally&) = delete;
  finally& operator=(const finally&) = delete;
  ~finally() { f_(); }

 private:
  F f_;
};

// ---- mechanics

template <class T>
std::string word(const std::vector<T>& list) {
  std::string text = "[";
  for (std::size_t i = 0; i < list.size(); ++i) {
    if (i > 0) text += ", ";
    text += word(static_cast<T>(list[i]));
  }
  return text + "]";
}
template <class... T>
std::string word(const std::tuple<T...>& list) {
  return word(std::apply(
      [](const auto&... each) { return std::vector<std::string>{word(each)...}; }, list));
}
template <class A, class B>
std::string word(const std::pair<A, B>& list) {
  return word(std::vector<std::string>{word(list.first), word(list.second)});
}

template <class T>
coro<T> work(std::string name, seconds delay, T result) {
  co_await work(std::move(name), delay);
  co_return result;
}

template <class T>
coro<> wait_all(std::vector<task<T>> tasks) {
  co_await gather(return_exceptions, tasks);
}

template <class T>
std::string outcome_of(const future<T>& f) {
  if (!f.done()) return "pending";
  if (f.cancelled()) return "cancelled";
  if (std::exception_ptr error = f.exception()) return "error " + error_text(error);
  if constexpr (std::is_void_v<T>) {
    return "result none";
  } else {
    return "result " + word(f.result());
  }
}

template <class T>
std::vector<std::string> outcomes_of(const std::vector<task<T>>& tasks) {
  std::vector<std::string> all;
  for (const task<T>& one : tasks) all.push_back(outcome_of(one));
  return all;
}

template <class A>
coro<std::string> attempt(A awaitable) {
  std::string told;
  try {
    if constexpr (std::is_base_of_v<any_future, A>) {
      if constexpr (std::is_void_v<typename A::value_type>) {
        co_await awaitable;
        told = "result none";
      } else {
        auto result = co_await awaitable;
        told = "result " + word(result);
      }
    } else if constexpr (std::is_void_v<decltype(std::declval<A>()
                                                     .weft_await(
                                                         std::declval<detail::promise_base&>())
                                                     .await_resume())>) {
      co_await std::move(awaitable);
      told = "result none";
    } else {
      auto result = co_await std::move(awaitable);
      told = "result " + word(result);
    }
  } catch (...) {
    told = "raised " + error_text();
  }
  co_return told;
}

}  // namespace conformance
