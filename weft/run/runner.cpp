#include <weft/run/runner.hpp>

#include <utility>

#include <weft/run/detail/interrupt.hpp>
#include <weft/run/detail/wind_up.hpp>
#include <weft/threads/thread_pool.hpp>

namespace weft {

/// The loop goes first: at its close it waits for its jobs on the pools' threads.
struct runner::parts {
  thread_pool blocking{{0, "weft-block"}};
  thread_pool names{{4, "weft-names"}};
  thread_pool files{{0, "weft-files"}};
  std::unique_ptr<event_loop> loop;

  explicit parts(loop_options options) : loop(new_event_loop(options)) {
    loop->set_executor(executor_purpose::blocking, &blocking);
    loop->set_executor(executor_purpose::names, &names);
    loop->set_executor(executor_purpose::files, &files);
  }

  /// The loop runs meanwhile, since a job may need it before it can end.
  coro<> shut_down_pools() {
    if (blocking.threads() + names.threads() + files.threads() == 0) co_return;
    thread_pool closer({1, "weft-closer"});
    auto shut_down = [this] {
      blocking.shutdown();
      names.shutdown();
      files.shutdown();
    };
    co_await closer.submit(shut_down);
  }
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
    parts_ = std::make_unique<parts>(options_);
    context_ = copy_context();
  }
  return *parts_->loop;
}

void runner::begin_run() {
  if (detail::here) throw usage_error("run() was called inside a running event loop");
  get_loop();
}

void runner::run_to_end(const any_task& main) {
  event_loop& loop = *parts_->loop;
  detail::interrupt_watch watch(loop, main);
  detail::run_until_done(loop, main);
  keep_context(main);
  if (watch.interrupted(main)) throw interrupted_error();
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
    // Two turns, in which asyncio closes the asynchronous generators: here their owners do.
    detail::run_briefly(loop);
    loop.run_until_complete(parts_->shut_down_pools());
  } catch (...) {
    loop.close();
    throw;
  }
  loop.close();
}

}  // namespace weft
