#include <weft/core/async_generator.hpp>

#include <cstdio>
#include <cstdlib>

namespace weft::detail {

void generator_destroyed_running(const promise_base& promise) noexcept {
  std::fprintf(stderr,
               "weft: the generator '%s' was destroyed while a task waited in its next() "
               "(%s:%u)\n",
               promise.where_.function_name(), promise.where_.file_name(),
               static_cast<unsigned>(promise.where_.line()));
  std::abort();
}

}  // namespace weft::detail
