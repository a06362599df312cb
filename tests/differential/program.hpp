// One run of one program of the fuzzer's language on weft: interpreter.py again, word for word.
// README.md tells the language and the form of the trace.
#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <nlohmann/json.hpp>
#include <weft/weft.hpp>

namespace differential {

using nlohmann::json;
using namespace weft;

/// A delay's unit: a 64th of a second.
inline duration ticks(std::int64_t n) { return std::chrono::nanoseconds(15'625'000) * n; }

using gathered = std::variant<future<std::vector<int>>, future<std::vector<outcome<int>>>>;
/// What gather and as_completed take, which is of one kind: futures as soon as one is among them.
using awaited_list = std::variant<std::vector<coro<int>>, std::vector<future<int>>>;

class program {
 public:
  program(const json& source, event_loop& loop) : source_(source), loop_(loop) {}

  /// Runs it until nothing is left to run, then cancels what is left; gives the trace.
  std::vector<std::string> run();

 private:
  using texts = std::vector<std::string>;

  // ---- the trace
  void note_time();
  void log(const std::string& who, const std::string& text);
  void log(const std::string& who, const json& action, const std::string& text);

  // ---- the run
  void make_objects();
  void run_until_idle();
  void tell_ends();

  // ---- coroutines and callbacks
  coro<int> coroutine(const json& body);
  coro<> act(std::string who, const json& action);
  void act_now(const std::string& who, const json& action);
  static bool waits(const std::string& word);
  void callback(const std::string& who, const json& actions);

  // ---- actions that wait: each gives what came of it
  coro<std::string> await_word(const std::string& word, const json& action);
  coro<std::string> await_synchronised(const std::string& word, const json& action);
  coro<std::string> await_named(std::string name, bool as_outcome_too);
  coro<std::string> await_gathered(gathered one);
  coro<std::string> await_gather(const json& action);
  coro<std::string> await_shielded(const json& action);
  coro<std::string> wait_many(const json& action);
  coro<std::string> take_as_completed(const json& action);
  coro<std::string> wait_for_one(const json& action);
  coro<std::string> timeout(const json& action);
  coro<std::string> group(const json& action);
  coro<std::string> try_catch(const json& action);
  coro<std::string> hold(const json& action);
  coro<std::string> with_var(const json& action);

  void make_object(const std::string& name, const json& size);
  semaphore& semaphore_named(const std::string& name);

  // ---- actions that don't
  std::string now_word(const std::string& word, const json& action);
  std::string now_synchronised(const std::string& word, const json& action);
  std::string now_callback(const std::string& word, const json& action);
  std::string now_in_context(const std::string& word, const json& action);
  void make_gather(const json& action);
  future<int> future_named(const std::string& name) const;
  future<int> shielded(const json& what);
  awaited_list awaitables(const json& list);
  std::string cancel(const json& action);
  std::string set_future(const std::string& word, const json& action);

  bool known(const std::string& name) const { return handles_of_futures_.contains(name); }
  const any_future& named(const std::string& name) const { return handles_of_futures_.at(name); }
  void keep(const std::string& name, task<int> made);
  std::string outcome_text(const std::string& name) const;

  const json& source_;
  event_loop& loop_;
  texts trace_;
  std::uint64_t turn_ = 0;
  std::uint64_t base_ = 0;  // the turn in which the clock moved last
  time_point last_time_{};

  std::map<std::string, any_future> handles_of_futures_;  // all that are here
  std::map<std::string, task<int>> tasks_;
  std::map<std::string, future<int>> futures_;
  std::map<std::string, gathered> gathers_;
  std::map<std::string, std::pair<any_future, handle>> done_callbacks_;
  std::map<std::string, handle> handles_;
  std::map<std::string, context> contexts_;
  std::map<std::string, std::unique_ptr<timeout_scope>> timeouts_;
  std::map<std::string, std::unique_ptr<task_group>> groups_;
  std::map<std::string, lock> locks_;
  std::map<std::string, event> events_;
  std::map<std::string, condition> conditions_;
  std::map<std::string, barrier> barriers_;
  std::map<std::string, semaphore> semaphores_;
  std::map<std::string, bounded_semaphore> bounded_semaphores_;
  std::map<std::string, queue<int>> queues_;
  std::map<std::string, lifo_queue<int>> lifo_queues_;
  std::map<std::string, priority_queue<int>> priority_queues_;
};

/// Type, and text where the program gave one; groups with their members.
std::string error_text(const std::exception_ptr& error);

std::string value_text(int value);
std::string value_text(const std::vector<int>& values);
std::string value_text(const std::vector<outcome<int>>& values);
template <class T>
std::string result_text(const future<T>& f) {
  return value_text(f.result());
}

context_var<int>& variable(const std::string& name);

}  // namespace differential
