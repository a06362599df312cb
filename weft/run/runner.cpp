#include <weft/run/runner.hpp>

#include <chrono>
#include <utility>

#include <weft/core/detail/exception_rows.hpp>
#include <weft/run/detail/interrupt.hpp>
#include <weft/run/detail/wind_up.hpp>
#include <weft/threads/thread_pool.hpp>

namespace weft {

/// The loop goes first: at its close it waits for its jobs on the pools' threads.
struct runner::parts {
  thread_pool blocking{{0, "weft-block"}};
  thread_pool names{{4, "weft-names"}};
  thread_pool files{{0, "weft-files"}};
  std::shared_ptr<event_loop> loop;

  explicit parts(std::shared_ptr<event_loop> made) : loop(std::move(made)) {
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
    future<> done = closer.submit(shut_down);
    timer_handle late = loop->call_later(expected_end, [this] { report_late_threads(); });
    co_await done;
    late.cancel();
  }

 private:
  /// asyncio's patience, which then leaves the threads alone. They use what the program destroys
  /// next, so here they are waited for on.
  static constexpr duration expected_end = std::chrono::seconds(300);

  void report_late_threads() {
    exception_context context;
    context.message =
        "a call on another thread has not ended 300 s after the end of run(), which waits for it "
        "without limit";
    loop->call_exception_handler(context);
  }
};

runner::runner(loop_options options)
    : runner(loop_maker([options] { return new_event_loop(options); })) {}

runner::runner(loop_maker make) : make_loop_(std::move(make)) {}

runner::~runner() {
  if (!parts_) return;
  event_loop& loop = *parts_->loop;
  if (loop.is_closed()) return;
  try {
    wind_up();
  } catch (...) {
    detail::report_current_exception(&loop.get_scheduler(),
                                     "exception while a runner was closing its loop");
  }
}

event_loop& runner::get_loop() {
  if (closed_) throw usage_error("the runner is closed");
  if (!parts_) {
    parts_ = std::make_unique<parts>(make_loop_());
    context_ = copy_context();
  }
  return *parts_->loop;
}

void runner::begin_run() {
  if (detail::here) throw usage_error("run() was called inside a running event loop");
  detail::print_chain_of_what_is_uncaught();
  get_loop();
}

void runner::run_to_end(const any_task& main) {
  event_loop& loop = *parts_->loop;
  detail::interrupt_watch watch(loop, main);
  detail::run_until_done(loop, main);
  if (watch.interrupted(main)) throw interrupted_error();
}

void runner::close() {
  closed_ = true;
  if (parts_ && !parts_->loop->is_closed()) wind_up();
}

void runner::wind_up() {
  event_loop& loop = *parts_->loop;
  try {
    detail::cancel_all_tasks(loop);
    loop.run_until_complete(loop.shutdown_asyncgens());
    loop.run_until_complete(parts_->shut_down_pools());
  } catch (...) {
    loop.close();
    throw;
  }
  loop.close();
}

}  // namespace weft
