#include <weft/run/new_event_loop.hpp>

#include <weft/core/detail/pause_backend.hpp>

namespace weft {
namespace {

/// The one place that chooses.
detail::backend* make_backend(backend_choice choice) {
  (void)choice;
  return new detail::pause_backend;
}

}  // namespace

std::unique_ptr<event_loop> new_event_loop(loop_options options) {
  auto loop = std::make_unique<event_loop>(make_backend(options.backend));
  if (options.debug) loop->set_debug(true);
  return loop;
}

}  // namespace weft
