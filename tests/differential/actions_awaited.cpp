// The actions that wait.
#include "../conformance/scenario.hpp"
#include "program.hpp"

namespace differential {
namespace {

bool is_caught(const std::exception_ptr& error, const std::string& kind) {
  if (kind == "all") return true;
  try {
    std::rethrow_exception(error);
  } catch (const conformance::Boom&) {
    return kind == "boom" || kind == "error";
  } catch (const timeout_error&) {
    return kind == "timeout" || kind == "error";
  } catch (const cancelled_error&) {
    return kind == "cancelled";
  } catch (...) {  // looks only: the pointer keeps it
    return kind == "error";
  }
}

}  // namespace

coro<std::string> program::await_word(const std::string& word, const json& action) {
  if (word == "sleep") {
    co_await sleep(ticks(action[2]));
    co_return "none";
  }
  if (word == "call") {
    const int value = co_await coroutine(action[2]);
    co_return value_text(value);
  }
  if (word == "await") {
    co_return co_await await_named(action[2], action[0].get<int>() % 2 == 0);
  }
  if (word == "gather") co_return co_await await_gather(action);
  if (word == "shield") co_return co_await await_shielded(action);
  if (word == "wait_many") co_return co_await wait_many(action);
  if (word == "as_completed") co_return co_await take_as_completed(action);
  if (word == "wait_for") co_return co_await wait_for_one(action);
  if (word == "timeout") co_return co_await timeout(action);
  if (word == "group") co_return co_await group(action);
  if (word == "try") co_return co_await try_catch(action);
  if (word == "raise") throw conformance::Boom(action[2].get<int>());
  if (word == "raise_cancelled") throw cancelled_error();
  if (word == "hold") co_return co_await hold(action);
  if (word == "with_var") co_return co_await with_var(action);
  co_return co_await await_synchronised(word, action);
}

// ---- futures

/// Half of the awaits go through as_outcome, which is to behave as the plain one.
coro<std::string> program::await_named(std::string name, bool as_outcome_too) {
  if (!known(name)) co_return "nothing";
  if (name[0] == 'g') co_return co_await await_gathered(gathers_.at(name));
  const future<int> one = future_named(name);
  if (as_outcome_too) {
    outcome<int> ended = co_await as_outcome(one);
    co_return value_text(std::move(ended).value());
  }
  const int value = co_await one;
  co_return value_text(value);
}

coro<std::string> program::await_gathered(gathered one) {
  if (auto* plain = std::get_if<0>(&one)) {
    const std::vector<int> values = co_await *plain;
    co_return value_text(values);
  }
  const std::vector<outcome<int>> outcomes = co_await std::get<1>(one);
  co_return value_text(outcomes);
}

coro<std::string> program::await_gather(const json& action) {
  make_gather(action);
  co_return co_await await_gathered(gathers_.at(action[2]));
}

coro<std::string> program::wait_for_one(const json& action) {
  const json& what = action[2];
  const duration delay = ticks(action[3]);
  int value = 0;
  if (!what.is_string()) {
    value = co_await wait_for(coroutine(what), delay);
    co_return value_text(value);
  }
  const std::string name = what;
  if (!known(name)) co_return "nothing";
  if (name[0] == 't') {
    value = co_await wait_for(tasks_.at(name), delay);
  } else {
    value = co_await wait_for(futures_.at(name), delay);
  }
  co_return value_text(value);
}

// ---- scopes

coro<std::string> program::timeout(const json& action) {
  const std::string name = action[2];
  auto& scope = timeouts_[name];
  if (action[3].is_null()) {
    scope = std::make_unique<timeout_scope>(std::nullopt);
  } else {
    scope = std::make_unique<timeout_scope>(ticks(action[3]));
  }
  outcome<int> ended = co_await as_outcome(with_timeout(*scope, coroutine(action[4])));
  log(name, scope->expired() ? "expired true" : "expired false");
  co_return value_text(std::move(ended).value());
}

coro<std::string> program::group(const json& action) {
  auto& made = groups_[action[2]];
  made = std::make_unique<task_group>();
  const int value = co_await with_task_group(*made, coroutine(action[3]));
  co_return value_text(value);
}

coro<std::string> program::try_catch(const json& action) {
  const json& body = action[2];
  const json& handler = action[4];
  std::string text;
  std::exception_ptr error;
  try {
    const int value = co_await coroutine(body);
    text = value_text(value);
  } catch (...) {
    error = std::current_exception();
  }
  if (error && is_caught(error, action[3])) {
    log(body["name"], "caught " + error_text(error));
    const bool reraise = action[5];
    std::exception_ptr handled = reraise ? error : nullptr;
    text = "caught";
    try {
      if (!handler.is_null()) co_await coroutine(handler);
    } catch (...) {
      handled = std::current_exception();
    }
    error = handled;
  }
  if (!action[6].is_null()) co_await coroutine(action[6]);
  if (error) std::rethrow_exception(error);
  co_return text;
}

coro<std::string> program::with_var(const json& action) {
  auto before = variable(action[2]).set(action[3]);
  outcome<int> ended = co_await as_outcome(coroutine(action[4]));
  variable(action[2]).reset(before);
  co_return value_text(std::move(ended).value());
}

}  // namespace differential
