#include "program.hpp"

#include <algorithm>
#include <set>

#include "../conformance/scenario.hpp"

namespace differential {
namespace {

constexpr int rounds = 3;   // how often what is left over is cancelled
constexpr int late = 1000;  // ticks from one time to the next: longer than a program takes

/// t2 before t10.
bool by_number(const std::string& a, const std::string& b) {
  if (a[0] != b[0]) return a[0] < b[0];
  return std::stoi(a.substr(1)) < std::stoi(b.substr(1));
}

/// Makes the loop this thread's running one, in scope: its turns are counted here, one by one.
class running_scope {
 public:
  explicit running_scope(event_loop& loop) noexcept { detail::here = &loop.get_scheduler(); }
  running_scope(const running_scope&) = delete;
  running_scope& operator=(const running_scope&) = delete;
  ~running_scope() { detail::here = nullptr; }
};

}  // namespace

// ---- the trace

std::string error_text(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const exception_group& group) {
    std::string text;
    for (const std::exception_ptr& one : group.exceptions()) {
      text += (text.empty() ? "" : ", ") + error_text(one);
    }
    return "group(" + text + ")";
  } catch (const value_error&) {  // its text is the library's own
    return "ValueError";
  } catch (...) {
    return conformance::error_text();
  }
}

std::string value_text(int value) { return std::to_string(value); }
std::string value_text(const std::vector<int>& values) { return conformance::word(values); }
std::string value_text(const std::vector<outcome<int>>& values) {
  std::vector<std::string> texts;
  for (const outcome<int>& one : values) {
    texts.push_back(one ? value_text(one.value()) : error_text(one.exception()));
  }
  return conformance::word(texts);
}

void program::note_time() {
  if (loop_.time() == last_time_) return;
  last_time_ = loop_.time();
  base_ = turn_;
}

void program::log(const std::string& who, const std::string& text) {
  note_time();
  const any_task task = current_task();
  trace_.push_back(std::to_string(last_time_.time_since_epoch() / ticks(1)) + "." +
                   std::to_string(turn_ - base_) + " " + who + " " + text + " /" +
                   (task ? std::to_string(task.cancelling()) : "-"));
}

void program::log(const std::string& who, const json& action, const std::string& text) {
  log(who + "#" + std::to_string(action[0].get<int>()),
      action[1].get<std::string>() + (text.empty() ? "" : " ") + text);
}

std::string program::outcome_text(const std::string& name) const {
  const any_future& f = named(name);
  if (!f.done()) return "pending";
  if (f.cancelled()) return "cancelled";
  if (std::exception_ptr error = f.exception()) return "error " + error_text(error);
  if (tasks_.contains(name)) return "result " + result_text(tasks_.at(name));
  if (futures_.contains(name)) return "result " + result_text(futures_.at(name));
  return "result " + std::visit([](const auto& g) { return result_text(g); }, gathers_.at(name));
}

// ---- the run

std::vector<std::string> program::run() {
  const running_scope scope(loop_);
  loop_.set_exception_handler([this](const exception_context& context) {
    if (context.message == "exception in a callback" ||
        context.message.find("shielded") != std::string::npos) {
      log("loop", "handler " + error_text(context.exception));
    }
  });
  make_objects();
  keep("t0", loop_.create_task(coroutine(source_["main"])));
  if (source_["eager"].get<bool>()) loop_.set_task_factory(eager_task_factory);
  run_until_idle();
  for (int round = 1; round <= rounds; ++round) {
    // Not when the last timer fired, which may have been one of nobody's any more.
    loop_.advance_virtual_time(time_point(round * ticks(late)) - loop_.time());
    const std::vector<any_task> left = all_tasks();
    if (left.empty()) break;
    log("loop", "idle, " + std::to_string(left.size()) + " left");
    for (const any_task& one : left) one.cancel();
    run_until_idle();
  }
  tell_ends();
  return std::exchange(trace_, {});
}

void program::run_until_idle() {
  try {
    for (;;) {
      ++turn_;
      loop_.run_once();
      note_time();
    }
  } catch (const deadlock_error&) {
    base_ = turn_;
  }
}

void program::make_objects() {
  for (const auto& [name, size] : source_["objects"].items()) make_object(name, size);
}

void program::keep(const std::string& name, task<int> made) {
  handles_of_futures_[name] = made;
  tasks_[name] = std::move(made);
}

void program::tell_ends() {
  texts names;
  for (const auto& [name, future] : handles_of_futures_) names.push_back(name);
  std::sort(names.begin(), names.end(), by_number);
  for (const std::string& name : names) {
    std::string line = "end " + name + " " + outcome_text(name);
    if (name[0] == 't') line += " /" + std::to_string(tasks_[name].cancelling());
    trace_.push_back(line);
  }
}

// ---- coroutines and callbacks

bool program::waits(const std::string& word) {
  static const std::set<std::string> words{
      "sleep", "call",  "await",           "gather",     "wait_for", "timeout",   "group",
      "try",   "raise", "raise_cancelled", "acquire",    "hold",     "wait",      "put",
      "get",   "join",  "with_var",        "wait_until", "shield",   "wait_many", "as_completed",
      "reset", "abort"};
  return words.contains(word);
}

coro<int> program::coroutine(const json& body) {
  const std::string who = body["name"];
  log(who, "begin");
  for (const json& action : body["do"]) {
    const std::string word = action[1];
    if (word == "return") {
      const int value = action[2];
      log(who, "return " + std::to_string(value));
      co_return value;
    }
    if (waits(word)) {
      co_await act(who, action);
    } else {
      act_now(who, action);
    }
  }
  log(who, "end");
  co_return 0;
}

coro<> program::act(std::string who, const json& action) {
  std::exception_ptr error;
  std::string text;
  try {
    text = co_await await_word(action[1].get_ref<const std::string&>(), action);
  } catch (...) {
    error = std::current_exception();
  }
  log(who, action, error ? "raised " + error_text(error) : text);
  if (error) std::rethrow_exception(error);
}

void program::act_now(const std::string& who, const json& action) {
  std::string text;
  try {
    text = now_word(action[1], action);
  } catch (...) {
    text = "raised " + error_text(std::current_exception());
  }
  log(who, action, text);
}

void program::callback(const std::string& who, const json& actions) {
  log(who, "begin");
  for (const json& action : actions) {
    if (action[1] == "raise") throw conformance::Boom(action[2].get<int>());
    act_now(who, action);
  }
}

}  // namespace differential
