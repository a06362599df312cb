#include <weft/core/exception_context.hpp>

#include <stdexcept>

#include <gtest/gtest.h>

using namespace weft;

TEST(exception_context, is_described_by_message_place_and_exception) {
  exception_context context;
  context.message = "a callback failed";
  EXPECT_EQ(describe(context), "weft: a callback failed");
  context.exception = std::make_exception_ptr(std::runtime_error("boom"));
  EXPECT_EQ(describe(context), "weft: a callback failed\n  std::runtime_error: boom");
  context.where = std::source_location::current();
  const std::string text = describe(context);
  EXPECT_NE(text.find("exception_context_test.cpp:"), std::string::npos);
}

TEST(exception_context, is_printed_to_stderr) {
  exception_context context;
  context.message = "lost";
  testing::internal::CaptureStderr();
  print_exception(context);
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "weft: lost\n");
}
