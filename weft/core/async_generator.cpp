#include <weft/core/async_generator.hpp>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <utility>
#include <vector>

#include <weft/core/event_loop.hpp>

namespace weft {
namespace detail {

void open_generator::join(scheduler& s) noexcept {
  loop = &s;
  following = s.generators;
  if (s.generators) s.generators->previous = this;
  s.generators = this;
}

void open_generator::leave() noexcept {
  if (closed_from) *std::exchange(closed_from, nullptr) = nullptr;
  if (!loop) return;
  (previous ? previous->following : loop->generators) = following;
  if (following) following->previous = previous;
  previous = following = nullptr;
  loop = nullptr;
}

namespace {

using generator_list = std::vector<open_generator*>;

/// Its owner may destroy it before its turn comes.
coro<> close_if_open(std::shared_ptr<generator_list> all, std::size_t which) {
  if (open_generator* open = (*all)[which]) co_await open->close(*open);
}

void report_if_failed(event_loop& loop, const any_task& closed) {
  if (closed.cancelled()) return;
  std::exception_ptr error = closed.exception();
  if (!error) return;
  exception_context context;
  context.message = "exception while an asynchronous generator was being closed";
  context.exception = std::move(error);
  loop.call_exception_handler(context);
}

}  // namespace

void generator_destroyed_running(const promise_base& promise) noexcept {
  std::fprintf(stderr,
               "weft: the generator '%s' was destroyed while a task waited in its next() "
               "(%s:%u)\n",
               promise.where_.function_name(), promise.where_.file_name(),
               static_cast<unsigned>(promise.where_.line()));
  std::abort();
}

}  // namespace detail

coro<> event_loop::shutdown_asyncgens() {
  auto open = std::make_shared<detail::generator_list>();
  for (auto* g = scheduler_.generators; g; g = g->following) open->insert(open->begin(), g);
  if (open->empty()) co_return;
  future<> all_closed = create_future();
  auto waiting = std::make_shared<std::size_t>(open->size());
  auto count = [all_closed, waiting](const any_future&) {
    if (--*waiting == 0 && !all_closed.done()) all_closed.set_result();
  };
  std::vector<any_task> closing;
  for (std::size_t i = 0; i < open->size(); ++i) {
    (*open)[i]->closed_from = &(*open)[i];
    closing.push_back(create_task(&detail::close_if_open, open, i));
    closing.back().add_done_callback(count);
  }
  co_await all_closed;
  for (const any_task& closed : closing) detail::report_if_failed(*this, closed);
}

}  // namespace weft
