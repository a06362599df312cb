// Errors: kinds, where they surface, groups.
#include <weft/io/stream_errors.hpp>

#include "scenario.hpp"

namespace conformance {
namespace {

template <class Error>
constexpr bool is_ordinary = std::is_base_of_v<std::exception, Error>;

SCENARIO("exceptions/kinds") {
  say(is_ordinary<cancelled_error>, is_ordinary<timeout_error>, is_ordinary<queue_empty>,
      is_ordinary<invalid_state_error>);
  co_return;
}

SCENARIO("exceptions/timeout-error-is-one") {
  // C++ has no such error of its own; weft has one for all that can time out.
  try {
    co_await wait_for(sleep(5s, 0), 1s);
  } catch (const std::exception& error) {
    say("caught as", error_text(), typeid(error) == typeid(timeout_error));
  }
}

SCENARIO("exceptions/incomplete-read") {
  const incomplete_read_error error("abc", 5);
  say(error.partial(), error.expected(),
      std::is_base_of_v<std::runtime_error, incomplete_read_error>);
  co_return;
}

SCENARIO("exceptions/limit-overrun") {
  const limit_overrun_error error("too long", 7);
  say(error.consumed());
  co_return;
}

SCENARIO("exceptions/finally-overrides") {
  auto child = []() -> coro<> {
    try {
      throw Boom("first");
    } catch (...) {
      std::throw_with_nested(value_error("second"));
    }
    co_return;
  };

  try {
    co_await child();
  } catch (const value_error& error) {
    const auto& context = dynamic_cast<const std::nested_exception&>(error);
    say(error_text(), "after", error_text(context.nested_ptr()));
  }
}

template <class Error>
std::exception_ptr leaf(const char* text) {
  return std::make_exception_ptr(Error(text));
}
exception_group group_of(std::vector<std::exception_ptr> members) {
  return exception_group("g", std::move(members));
}

SCENARIO("exceptions/group-split") {
  const auto inner =
      std::make_exception_ptr(group_of({leaf<value_error>("b"), leaf<key_error>("c")}));
  const exception_group group = group_of({leaf<value_error>("a"), inner});
  const auto [values, rest] = group.split<value_error>();
  say(group_text(values));
  say(group_text(rest));
  co_return;
}

SCENARIO("exceptions/group-subgroup") {
  const exception_group group = group_of({leaf<value_error>("a"), leaf<key_error>("b")});
  const exception_group keys = group.subgroup<key_error>();
  const exception_group systems = group.subgroup<std::system_error>();
  say(group_text(keys), systems.empty() ? "none" : group_text(systems));
  co_return;
}

SCENARIO("exceptions/except-star-order") {
  try {
    throw group_of({leaf<key_error>("k"), leaf<value_error>("a"), leaf<value_error>("b")});
  } catch (const exception_group& group) {
    const auto [values, others] = group.split<value_error>();
    if (!values.empty()) say("values", group_text(values));
    const auto [keys, rest] = others.split<key_error>();
    if (!keys.empty()) say("keys", group_text(keys));
    if (!rest.empty()) throw rest;
  }
  co_return;
}

SCENARIO("exceptions/task-group-always-wraps") {
  auto bad = []() -> coro<> {
    throw Boom("one");
    co_return;
  };
  auto body = [&](task_group& group) -> coro<> {
    group.create_task(bad());
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const Boom&) {
    say("never");
  } catch (const exception_group& error) {
    say(group_text(error));
  }
}

SCENARIO("exceptions/handler-call") {
  event_loop& loop = get_running_loop();
  loop.set_exception_handler([](const exception_context& context) { say(context.message); });
  exception_context told;
  told.message = "told";
  loop.call_exception_handler(told);
  co_return;
}

SCENARIO("exceptions/handler-of-timer") {
  auto bad = [] { throw Boom("timer"); };

  event_loop& loop = get_running_loop();
  loop.set_exception_handler(
      [](const exception_context& context) { say(error_text(context.exception), now()); });
  loop.call_later(1s, bad);
  loop.call_later(1s, [] { say("beside"); });
  loop.call_later(2s, [] { say("later"); });
  co_await sleep(3s);
}

SCENARIO("exceptions/error-ends-one-task-only") {
  auto bad = []() -> coro<> {
    co_await sleep(1s);
    throw Boom("bad");
  };

  task<> a = create_task(bad());
  task<> b = create_task(work("b", 2s));
  std::vector<task<>> both{a, b};
  co_await wait_all(both);
  say(outcome_of(a), outcome_of(b));
}

SCENARIO("exceptions/retry-loop") {
  int tries = 0;
  auto flaky = [&]() -> coro<std::string> {
    if (++tries < 4) throw Boom(tries);
    co_return "ok";
  };

  for (int pause = 1;; pause *= 2) {
    try {
      const std::string result = co_await flaky();
      say(result, now());
      break;
    } catch (const Boom&) {
      say(error_text(), "pause", pause);
    }
    co_await sleep(seconds(pause));
  }
}

SCENARIO("exceptions/group-split-by-test") {
  const auto inner = std::make_exception_ptr(group_of({leaf<value_error>("b"), leaf<Boom>("c")}));
  const exception_group group = group_of({leaf<Boom>("a"), inner});
  const auto [hit, rest] =
      group.split([](const std::exception_ptr& error) { return error_text(error) == "Boom c"; });
  say(group_text(hit), group_text(rest));
  co_return;
}

SCENARIO("exceptions/except-star-error-inside") {
  try {
    try {
      throw group_of({leaf<Boom>("a"), leaf<value_error>("b")});
    } catch (const exception_group& group) {
      const auto [booms, rest] = group.split<Boom>();
      std::vector<std::exception_ptr> out;
      try {
        if (!booms.empty()) throw key_error("new");
      } catch (const key_error&) {
        out.push_back(std::current_exception());
      }
      if (!rest.empty()) out.push_back(std::make_exception_ptr(rest));
      throw group_of(out);
    }
  } catch (const exception_group& error) {
    say(group_text(error));
  }
  co_return;
}

SCENARIO("exceptions/split-nested-task-groups") {
  auto bad = [](std::exception_ptr error) -> coro<> {
    std::rethrow_exception(error);
    co_return;
  };
  auto inner_body = [&](task_group& group) -> coro<> {
    group.create_task(bad(leaf<value_error>("deep")));
    co_return;
  };
  auto inner = [&]() -> coro<> { co_await with_task_group(inner_body); };
  auto body = [&](task_group& group) -> coro<> {
    group.create_task(bad(leaf<Boom>("shallow")));
    group.create_task(inner());
    group.create_task(bad(leaf<value_error>("flat")));
    co_return;
  };

  try {
    co_await with_task_group(body);
  } catch (const exception_group& error) {
    const auto [values, others] = error.split<value_error>();
    if (!values.empty()) say("values", group_text(values));
    const auto [booms, rest] = others.split<Boom>();
    if (!booms.empty()) say("booms", group_text(booms));
    if (!rest.empty()) throw rest;
  }
}

}  // namespace
}  // namespace conformance
