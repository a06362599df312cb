#include <weft/run/new_event_loop.hpp>

#include <cstdlib>
#include <cstring>
#include <string>

#include <weft/core/detail/pause_backend.hpp>
#include <weft/io/backend/choose.hpp>

namespace weft {
namespace {

/// The one place that chooses.
detail::backend* make_backend(backend_choice choice) {
  switch (choice) {
    case backend_choice::automatic:
      break;
    case backend_choice::uring:
      return detail::choose_backend(detail::backend_choice::uring);
    case backend_choice::epoll:
      return detail::choose_backend(detail::backend_choice::epoll);
    case backend_choice::none:
      return new detail::pause_backend;
  }
  return detail::choose_backend();
}

/// WEFT_CLOCK=virtual runs a program as it is in virtual time: examples and demonstrations are
/// tested so.
bool virtual_clock_wanted() {
  const char* clock = std::getenv("WEFT_CLOCK");
  if (!clock || !*clock || std::strcmp(clock, "real") == 0) return false;
  if (std::strcmp(clock, "virtual") == 0) return true;
  throw value_error(std::string("WEFT_CLOCK is 'real' or 'virtual', not '") + clock + "'");
}

}  // namespace

std::unique_ptr<event_loop> new_event_loop(loop_options options) {
  auto loop = std::make_unique<event_loop>(make_backend(options.backend));
  if (virtual_clock_wanted()) loop->use_virtual_time(time_point{});
  if (options.debug) loop->set_debug(true);
  loop->set_spin_before_sleep(options.spin_before_sleep);
  return loop;
}

}  // namespace weft
