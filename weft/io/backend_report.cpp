#include <weft/io/backend_report.hpp>

#include <weft/core/event_loop.hpp>

namespace weft {

std::string backend_report() { return get_running_loop().backend_report(); }

}  // namespace weft
