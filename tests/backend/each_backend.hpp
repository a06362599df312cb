// A test that runs once on each kernel interface: `TEST_P(name, says)` in a suite declared by
// EACH_BACKEND(name).
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <weft/run/new_event_loop.hpp>
#include <weft/run/run.hpp>

namespace weft::testing {

/// Those that this machine has: containers often deny io_uring.
inline std::vector<backend_choice> backends() {
  std::vector<backend_choice> found{backend_choice::epoll};
  try {
    loop_options options;
    options.backend = backend_choice::uring;
    new_event_loop(options);
    found.push_back(backend_choice::uring);
  } catch (const std::system_error&) {
  }
  return found;
}

class each_backend : public ::testing::TestWithParam<backend_choice> {
 protected:
  /// Runs the coroutine function's coroutine on the backend.
  template <class F, class... Args>
  auto run(F&& f, Args&&... args) {
    loop_options options;
    options.backend = GetParam();
    return weft::run(options, std::forward<F>(f), std::forward<Args>(args)...);
  }

 public:
  static std::string name_of(const ::testing::TestParamInfo<backend_choice>& info) {
    return info.param == backend_choice::uring ? "uring" : "epoll";
  }
};

}  // namespace weft::testing

#define EACH_BACKEND(suite)                            \
  class suite : public weft::testing::each_backend {}; \
  INSTANTIATE_TEST_SUITE_P(, suite, ::testing::ValuesIn(weft::testing::backends()), suite::name_of)
