// Which kernel interface the running loop stands on, and why.
#pragma once

#include <string>

namespace weft {

/// "io_uring", or "epoll" and the reason why it isn't io_uring. Of the loop that runs on this
/// thread; throws usage_error without one.
std::string backend_report();

}  // namespace weft
