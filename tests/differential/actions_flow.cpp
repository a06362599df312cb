// shield, wait and as_completed.
#include <algorithm>

#include "program.hpp"

namespace differential {
namespace {

std::string list_text(const std::vector<std::string>& texts) {
  std::string text = "[";
  for (const std::string& one : texts) text += (text.size() > 1 ? ", " : "") + one;
  return text + "]";
}

template <class Item>
std::string outcome_of(const Item& one) {
  if (one.cancelled()) return "cancelled";
  if (std::exception_ptr error = one.exception()) return "error " + error_text(error);
  return "result " + result_text(one);
}

/// `for`: what each step gives, errors included; a cancel ends it.
template <class Sequence>
coro<std::string> take_results(Sequence sequence) {
  std::vector<std::string> told;
  for (coro<int> one : sequence) {
    std::exception_ptr error;
    try {
      const int value = co_await std::move(one);
      told.push_back(value_text(value));
    } catch (const std::exception&) {
      error = std::current_exception();
    }
    if (error) told.push_back(error_text(error));
  }
  co_return list_text(told);
}

/// `async for`: the tasks and futures themselves.
template <class Sequence>
coro<std::string> take_ended(Sequence sequence) {
  std::vector<std::string> told;
  for (;;) {
    const auto one = co_await sequence.next();
    if (!one) break;
    told.push_back(outcome_of(one));
  }
  co_return list_text(told);
}

}  // namespace

future<int> program::future_named(const std::string& name) const {
  if (name[0] == 't') return tasks_.at(name);
  return futures_.at(name);
}

future<int> program::shielded(const json& what) {
  if (!what.is_string()) return shield(coroutine(what));
  const std::string name = what;
  if (name[0] == 't') return shield(tasks_.at(name));
  return shield(futures_.at(name));
}

awaited_list program::awaitables(const json& list) {
  if (std::none_of(list.begin(), list.end(), [](const json& one) { return one.is_string(); })) {
    std::vector<coro<int>> coros;
    for (const json& one : list) coros.push_back(coroutine(one));
    return coros;
  }
  std::vector<future<int>> some;
  for (const json& one : list) {
    if (!one.is_string()) {
      some.push_back(ensure_future(coroutine(one)));
    } else if (known(one)) {
      some.push_back(future_named(one));
    }
  }
  return some;
}

coro<std::string> program::await_shielded(const json& action) {
  if (action[2].is_string() && !known(action[2])) co_return "nothing";
  const future<int> outer = shielded(action[2]);
  const int value = co_await outer;
  co_return value_text(value);
}

coro<std::string> program::wait_many(const json& action) {
  std::vector<std::string> names;
  std::vector<any_future> some;
  for (const json& name : action[2]) {
    if (!known(name) || std::count(some.begin(), some.end(), named(name)) > 0) continue;
    names.push_back(name);
    some.push_back(named(name));
  }
  if (some.empty()) co_return "nothing";
  const std::string said = action[4];
  const auto when = said == "FIRST_COMPLETED"   ? return_when::first_completed
                    : said == "FIRST_EXCEPTION" ? return_when::first_exception
                                                : return_when::all_completed;
  wait_result<any_future> result;
  if (action[3].is_null()) {
    result = co_await wait(some, when);
  } else {
    result = co_await wait(some, ticks(action[3]), when);
  }
  const auto names_of = [&](const std::vector<any_future>& these) {
    std::vector<std::string> found;
    for (const any_future& one : these) {
      const auto place = std::find(some.begin(), some.end(), one) - some.begin();
      found.push_back(names[static_cast<std::size_t>(place)]);
    }
    return list_text(found);
  };
  co_return names_of(result.done) + " " + names_of(result.pending);
}

coro<std::string> program::take_as_completed(const json& action) {
  awaited_list list = awaitables(action[2]);
  const bool plain = action[4];
  const detail::time_limit limit =
      action[3].is_null() ? detail::time_limit(std::nullopt) : detail::time_limit(ticks(action[3]));
  if (auto* coros = std::get_if<std::vector<coro<int>>>(&list)) {
    auto sequence = as_completed(std::move(*coros), limit);
    if (plain) co_return co_await take_results(sequence);
    co_return co_await take_ended(sequence);
  }
  auto sequence = as_completed(std::get<std::vector<future<int>>>(list), limit);
  if (plain) co_return co_await take_results(sequence);
  co_return co_await take_ended(sequence);
}

}  // namespace differential
