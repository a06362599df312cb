#include <weft/run/loop_options.hpp>

#include <gtest/gtest.h>

#include <string>

#include <weft/run/new_event_loop.hpp>
#include <weft/run/run.hpp>

namespace weft {
namespace {

TEST(loop_options, leave_the_choice_to_the_machine) {
  EXPECT_EQ(loop_options().backend, backend_choice::automatic);
  EXPECT_FALSE(loop_options().debug);
}

TEST(loop_options, set_debug_mode) {
  EXPECT_TRUE(new_event_loop({backend_choice::none, true})->get_debug());
}

TEST(loop_options, choose_what_run_runs_on) {
  auto main = []() -> coro<std::string> { co_return get_running_loop().backend_report(); };
  EXPECT_EQ(run(main(), {backend_choice::none}), "none (a loop without input and output)");
}

}  // namespace
}  // namespace weft
