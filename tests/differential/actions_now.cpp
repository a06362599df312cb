// The actions that don't wait: coroutines and callbacks do them.
#include "../conformance/scenario.hpp"
#include "program.hpp"

namespace differential {
namespace {

context_var<int> v0("v0", 0);
context_var<int> v1("v1", 0);

std::string truth(bool yes) { return yes ? "true" : "false"; }

}  // namespace

context_var<int>& variable(const std::string& name) { return name == "v0" ? v0 : v1; }

std::string program::now_word(const std::string& word, const json& action) {
  if (word == "spawn") {
    keep(action[2], create_task(coroutine(action[3])));
    return "none";
  }
  if (word == "spawn_in") {
    const auto group = groups_.find(action[2]);
    if (group == groups_.end()) return "nothing";
    keep(action[3], group->second->create_task(coroutine(action[4])));
    return "none";
  }
  if (word == "make_gather") {
    make_gather(action);
    return "none";
  }
  if (word == "cancel" || word == "cancel_me") return cancel(action);
  if (word == "uncancel_me") {
    const any_task task = current_task();
    return task ? std::to_string(task.uncancel()) : "nothing";
  }
  if (word == "set_result" || word == "set_exception") return set_future(word, action);
  if (word == "var_set") {
    variable(action[2]).set(action[3]);
    return "none";
  }
  if (word == "var_get") return value_text(variable(action[2]).get());
  if (word == "block") {
    loop_.advance_virtual_time(ticks(action[2]));
    return "none";
  }
  const std::string name = action[2];
  if (word == "uncancel") {
    return tasks_.contains(name) ? std::to_string(tasks_[name].uncancel()) : "nothing";
  }
  if (word == "outcome") return known(name) ? outcome_text(name) : "nothing";
  if (word == "reschedule") {
    if (!timeouts_.contains(name)) return "nothing";
    if (action[3].is_null()) {
      timeouts_[name]->reschedule(std::nullopt);
    } else {
      timeouts_[name]->reschedule(ticks(action[3]));
    }
    return "none";
  }
  if (locks_.contains(name) || events_.contains(name) || semaphores_.contains(name) ||
      queues_.contains(name)) {
    return now_synchronised(word, action);
  }
  return now_callback(word, action);
}

std::string program::now_synchronised(const std::string& word, const json& action) {
  const std::string name = action[2];
  if (word == "set") {
    events_.at(name).set();
  } else if (word == "clear") {
    events_.at(name).clear();
  } else if (word == "release" && name[0] == 'l') {
    locks_.at(name).release();
  } else if (word == "release") {
    semaphores_.at(name).release();
  } else if (word == "locked") {
    return truth(name[0] == 'l' ? locks_.at(name).locked() : semaphores_.at(name).locked());
  } else if (word == "put_nowait") {
    queues_.at(name).put_nowait(action[3]);
  } else if (word == "get_nowait") {
    return value_text(queues_.at(name).get_nowait());
  } else if (word == "task_done") {
    queues_.at(name).task_done();
  } else if (word == "qsize") {
    return std::to_string(queues_.at(name).qsize());
  } else {
    throw std::invalid_argument("no such word: " + word);
  }
  return "none";
}

// ---- futures

void program::make_gather(const json& action) {
  const std::string name = action[2];
  bool only_coroutines = true;
  for (const json& one : action[3]) only_coroutines = only_coroutines && !one.is_string();
  std::vector<coro<int>> coros;
  std::vector<future<int>> some;
  for (const json& one : action[3]) {
    if (only_coroutines) {
      coros.push_back(coroutine(one));
    } else if (!one.is_string()) {
      some.push_back(ensure_future(coroutine(one)));
    } else if (tasks_.contains(one)) {
      some.push_back(tasks_[one]);
    } else if (futures_.contains(one)) {
      some.push_back(futures_[one]);
    }
  }
  if (action[4].get<bool>()) {
    gathers_[name] = only_coroutines ? weft::gather(return_exceptions, coros)
                                     : weft::gather(return_exceptions, some);
  } else {
    gathers_[name] = only_coroutines ? weft::gather(coros) : weft::gather(some);
  }
  std::visit([&](const auto& made) { handles_of_futures_[name] = made; }, gathers_[name]);
}

std::string program::cancel(const json& action) {
  any_future whom;
  std::size_t place = 2;
  if (action[1] == "cancel_me") {
    whom = current_task();
  } else {
    if (known(action[2])) whom = named(action[2]);
    place = 3;
  }
  if (!whom) return "nothing";
  if (action.size() > place) return truth(whom.cancel(action[place].get<std::string>()));
  return truth(whom.cancel());
}

std::string program::set_future(const std::string& word, const json& action) {
  const future<int>& f = futures_.at(action[2]);
  if (word == "set_result") {
    f.set_result(action[3].get<int>());
  } else {
    f.set_exception(conformance::Boom(action[3].get<int>()));
  }
  return "none";
}

// ---- callbacks

std::string program::now_callback(const std::string& word, const json& action) {
  const std::string name = action[2];
  if (word == "add_done") {
    if (!known(action[3])) return "nothing";
    const any_future whose = named(action[3]);
    const json& actions = action[4];
    handle made = whose.add_done_callback(
        [this, name, &actions](const any_future&) { callback(name, actions); });
    done_callbacks_[name] = {whose, made};
  } else if (word == "remove_done") {
    if (!done_callbacks_.contains(name)) return "nothing";
    const auto& [whose, made] = done_callbacks_[name];
    return std::to_string(whose.remove_done_callback(made));
  } else if (word == "call_soon") {
    const json& actions = action[3];
    handles_[name] = loop_.call_soon([this, name, &actions] { callback(name, actions); });
  } else if (word == "call_later") {
    const json& actions = action[4];
    handles_[name] =
        loop_.call_later(ticks(action[3]), [this, name, &actions] { callback(name, actions); });
  } else if (word == "cancel_handle") {
    if (!handles_.contains(name)) return "nothing";
    handles_[name].cancel();
    return truth(handles_[name].cancelled());
  } else {
    throw std::invalid_argument("no such word: " + word);
  }
  return "none";
}

}  // namespace differential
