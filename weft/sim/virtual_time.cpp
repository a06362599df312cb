#include <weft/sim/virtual_time.hpp>

namespace weft {

virtual_time::virtual_time(loop_options options) : runner_(options) {
  runner_.get_loop().use_virtual_time(time_point{});
}

duration virtual_now() { return get_running_loop().time().time_since_epoch(); }

}  // namespace weft
