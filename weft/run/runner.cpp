#include <weft/run/runner.hpp>

#include <utility>

#include <weft/run/detail/wind_up.hpp>

namespace weft {

struct runner::parts {
  std::unique_ptr<event_loop> loop;
};

runner::runner(loop_options options) noexcept : options_(options) {}

runner::~runner() {
  if (!parts_) return;
  event_loop& loop = *parts_->loop;
  if (loop.is_closed()) return;
  try {
    wind_up();
  } catch (...) {
    exception_context context;
    context.message = "exception while a runner was closing its loop";
    context.exception = std::current_exception();
    loop.call_exception_handler(context);
  }
}

event_loop& runner::get_loop() {
  if (closed_) throw usage_error("the runner is closed");
  if (!parts_) {
    auto made = std::make_unique<parts>();
    made->loop = new_event_loop(options_);
    context_ = copy_context();
    parts_ = std::move(made);
  }
  return *parts_->loop;
}

void runner::begin_run() {
  if (detail::here) throw usage_error("run() was called inside a running event loop");
  get_loop();
}

void runner::run_to_end(const any_task& main) {
  event_loop& loop = *parts_->loop;
  detail::run_until_done(loop, main);
  keep_context(main);
}

void runner::keep_context(const any_task& ended) {
  const auto* task = static_cast<const detail::task_base*>(ended.state());
  const detail::task_base::extra* more = task->more_if_any();
  context_ = more ? context(more->context) : context();
}

void runner::close() {
  closed_ = true;
  if (parts_ && !parts_->loop->is_closed()) wind_up();
}

void runner::wind_up() {
  event_loop& loop = *parts_->loop;
  try {
    detail::cancel_all_tasks(loop);
    detail::run_briefly(loop);
  } catch (...) {
    loop.close();
    throw;
  }
  loop.close();
}

}  // namespace weft
