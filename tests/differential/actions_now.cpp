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
    const bool eager = action[4];
    keep(action[2], eager ? create_task(eager_start, coroutine(action[3]))
                          : create_task(coroutine(action[3])));
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
  if (word == "make_shield") {
    if (action[3].is_string() && !known(action[3])) return "nothing";
    futures_[action[2]] = shielded(action[3]);
    handles_of_futures_[action[2]] = futures_[action[2]];
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
  if (word == "copy_context" || word == "run_in" || word.ends_with("_with")) {
    return now_in_context(word, action);
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
  if (std::string("lksnebqip").find(name[0]) != std::string::npos) {
    return now_synchronised(word, action);
  }
  return now_callback(word, action);
}

// ---- futures

void program::make_gather(const json& action) {
  const std::string name = action[2];
  awaited_list list = awaitables(action[3]);
  const bool keep_errors = action[4];
  std::visit(
      [&](auto& all) {
        if (keep_errors) {
          gathers_[name] = weft::gather(return_exceptions, all);
        } else {
          gathers_[name] = weft::gather(all);
        }
      },
      list);
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

std::string program::now_in_context(const std::string& word, const json& action) {
  const std::string name = action[2];
  if (word == "copy_context") {
    contexts_.insert_or_assign(name, copy_context());
    return "none";
  }
  const bool of_future = word == "add_done_with";
  const auto found = contexts_.find(action[of_future ? 4 : 3].get<std::string>());
  if (found == contexts_.end() || (of_future && !known(action[3]))) return "nothing";
  const context in = found->second;
  const json& body = action[of_future ? 5 : 4];
  const auto call = [this, name, &body](auto&&...) { callback(name, body); };
  if (word == "run_in") {
    in.run(call);
  } else if (word == "spawn_with") {
    keep(name, create_task(task_options().context(in), coroutine(body)));
  } else if (word == "call_soon_with") {
    handles_[name] = loop_.call_soon(in, call);
  } else {
    const any_future whose = named(action[3]);
    done_callbacks_[name] = {whose, whose.add_done_callback(in, call)};
  }
  return "none";
}

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
