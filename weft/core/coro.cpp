#include <weft/core/coro.hpp>

#include <weft/core/event_loop.hpp>

namespace weft::detail {

void report_never_awaited(const promise_base& promise) noexcept {
  try {
    exception_context context;
    context.message = std::string("coroutine '") + promise.where_.function_name() +
                      "' was never awaited: `co_await` it, or give it to create_task";
    context.where = promise.where_;
    report(here, context);
  } catch (...) {
    // No memory for a report about a coroutine that did nothing: there is nothing left to say.
  }
}

}  // namespace weft::detail
