// gather and the texts of cancels: which one is told, by whom, and how often.
#include "scenario.hpp"

namespace conformance {
namespace {

SCENARIO("gather/messages-where-a-value-gave-way") {
  auto last_step = []() -> coro<int> {
    current_task().cancel("late");
    co_return 1;
  };

  task<int> made = create_task(last_step());
  const std::vector<task<int>> one{made};
  std::vector<outcome<int>> ended = co_await gather(return_exceptions, one);
  for (const auto& each : ended) say(error_text(each.exception()));
  std::string told = co_await attempt(made);
  say(told);
  told = co_await attempt(made);
  say(told);
  ended = co_await gather(return_exceptions, one);
  for (const auto& each : ended) say(error_text(each.exception()));
}

SCENARIO("gather/second-cancel-comes-too-late") {
  auto parent = [](future<int> f) -> coro<> { co_await gather(f); };
  auto cancel = [](const task<>& whom, const char* message) {
    return *message ? whom.cancel(message) : whom.cancel();
  };

  for (const char* first : {"", "first"}) {
    for (const char* second : {"", "second"}) {
      task<> waiting = create_task(parent, make_future<int>());
      co_await sleep(0s);
      const bool asked = cancel(waiting, first);
      say(asked, cancel(waiting, second));
      const std::string told = co_await attempt(waiting);
      say(told, waiting.cancelling());
    }
  }
}

SCENARIO("gather/message-of-a-last-child-that-withstood") {
  future<std::vector<outcome<int>>> both;
  auto withdraws = [&both]() -> coro<int> {
    both.cancel("withdrawn");
    current_task().uncancel();
    co_return 1;
  };
  auto first = []() -> coro<int> {
    co_await sleep(1s);
    co_return 2;
  };

  for (const bool last : {true, false}) {
    std::vector<coro<int>> children;
    if (!last) children.push_back(withdraws());
    children.push_back(first());
    if (last) children.push_back(withdraws());
    both = gather(return_exceptions, children);
    const auto ended = co_await as_outcome(both);
    say(ended ? "result" : "raised " + error_text(ended.exception()), both.cancelled());
  }
}

}  // namespace
}  // namespace conformance
