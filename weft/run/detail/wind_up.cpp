#include <weft/run/detail/wind_up.hpp>

#include <memory>
#include <utility>
#include <vector>

#include <weft/core/event_loop.hpp>

namespace weft::detail {
namespace {

void report_if_failed(event_loop& loop, const any_task& ended) {
  if (ended.cancelled()) return;
  std::exception_ptr error = ended.exception();
  if (!error) return;
  exception_context context;
  context.task = ended;
  context.task_name = ended.get_name();
  context.message = "exception of task '" + context.task_name + "' while run() was ending";
  context.exception = std::move(error);
  loop.call_exception_handler(context);
}

}  // namespace

void run_until_done(event_loop& loop, const any_future& f) {
  handle stopper = f.add_done_callback([&loop](const any_future&) { loop.stop(); });
  try {
    loop.run_forever();
  } catch (...) {
    f.remove_done_callback(stopper);
    throw;
  }
  if (!f.done()) {
    f.remove_done_callback(stopper);
    throw usage_error("the event loop was stopped before the main task was done");
  }
}

void cancel_all_tasks(event_loop& loop) {
  const std::vector<any_task> left = loop.tasks();
  if (left.empty()) return;
  {
    const cancel_site site("the end of run()");
    for (const any_task& one : left) one.state()->cancel(nullptr);
  }
  future<> all = loop.create_future();
  auto waiting = std::make_shared<std::size_t>(left.size());
  for (const any_task& one : left) {
    one.add_done_callback([all, waiting](const any_task&) {
      if (--*waiting == 0) all.set_result();
    });
  }
  loop.run_until_complete(all);
  for (const any_task& one : left) report_if_failed(loop, one);
}

}  // namespace weft::detail
