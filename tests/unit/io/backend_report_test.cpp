#include <weft/io/backend_report.hpp>

#include <gtest/gtest.h>

#include <string>

#include <tests/backend/each_backend.hpp>
#include <weft/core/errors.hpp>
#include <weft/run/run.hpp>

using namespace weft;

namespace {

coro<std::string> report() { co_return backend_report(); }

TEST(backend_report, names_the_kernel_interface) {
  for (const backend_choice choice : weft::testing::backends()) {
    loop_options options;
    options.backend = choice;
    EXPECT_EQ(run(options, report), choice == backend_choice::uring ? "io_uring" : "epoll");
  }
}

TEST(backend_report, needs_a_running_loop) { EXPECT_THROW(backend_report(), usage_error); }

}  // namespace
