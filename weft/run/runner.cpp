#include <weft/run/runner.hpp>

#include <memory>
#include <utility>

#include <weft/core/detail/exception_rows.hpp>
#include <weft/run/detail/interrupt.hpp>
#include <weft/run/detail/wind_up.hpp>
#include <weft/run/new_event_loop.hpp>
#include <weft/threads/thread_pool.hpp>

namespace weft {

/// The context goes first, for its values may belong to the loop; the loop before the pools, for at
/// its close it waits for its jobs on their threads.
struct runner::parts {
  thread_pool blocking{{0, "weft-block"}};
  thread_pool names{{4, "weft-names"}};
  thread_pool files{{0, "weft-files"}};
  std::unique_ptr<detail::loop_source> source;
  event_loop* loop = nullptr;  // once it was needed
  context own;

  explicit parts(std::unique_ptr<detail::loop_source> from) : source(std::move(from)) {}

  void make_loop() {
    event_loop* made = source->make();
    own = copy_context();
    made->set_executor(executor_purpose::blocking, &blocking);
    made->set_executor(executor_purpose::names, &names);
    made->set_executor(executor_purpose::files, &files);
    loop = made;
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

runner::runner(loop_options options) : runner([options] { return new_event_loop(options); }) {}

runner::runner(detail::loop_source* source)
    : parts_(new parts(std::unique_ptr<detail::loop_source>(source))) {}

runner::~runner() {
  const std::unique_ptr<parts> ending(parts_);
  if (!has_open_loop()) return;
  try {
    wind_up();
  } catch (...) {
    detail::report_current_exception(&parts_->loop->get_scheduler(),
                                     "exception while a runner was closing its loop");
  }
}

bool runner::has_open_loop() const noexcept { return parts_->loop && !parts_->loop->is_closed(); }

const context& runner::own_context() const noexcept { return parts_->own; }

event_loop& runner::get_loop() {
  if (closed_) throw usage_error("the runner is closed");
  if (!parts_->loop) parts_->make_loop();
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
  if (has_open_loop()) wind_up();
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
