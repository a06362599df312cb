#include <gtest/gtest.h>

#include <cerrno>
#include <string>
#include <type_traits>

#include <weft/http/http_error.hpp>

namespace weft::http {
namespace {

TEST(http_error, is_caught_by_its_kind_or_as_any_error) {
  const std::error_code refused(ECONNREFUSED, std::system_category());
  const std::exception_ptr made =
      detail::make_http_error(error_kind::could_not_connect, "no one there", "http://a/", refused);
  try {
    std::rethrow_exception(made);
  } catch (const could_not_connect_error& error) {
    EXPECT_STREQ(error.what(), "no one there");
    EXPECT_STREQ(error.url(), "http://a/");
    EXPECT_EQ(error.kind(), error_kind::could_not_connect);
    EXPECT_EQ(error.code(), refused);
  }
  EXPECT_THROW(std::rethrow_exception(made), http_error);
  EXPECT_THROW(std::rethrow_exception(made), std::runtime_error);
}

TEST(http_error, has_a_type_and_words_for_each_kind) {
  for (int i = 0; i <= static_cast<int>(error_kind::other); ++i) {
    const auto kind = static_cast<error_kind>(i);
    try {
      std::rethrow_exception(detail::make_http_error(kind, "what", "url"));
    } catch (const http_error& error) {
      EXPECT_EQ(error.kind(), kind);
    }
    EXPECT_EQ(kind == error_kind::other, std::string(to_string(kind)) == "other");
  }
}

TEST(http_error, says_which_time_limit_passed) {
  const http_timeout_error error(timeout_kind::low_speed, "too slow", "http://a/");
  EXPECT_EQ(error.which(), timeout_kind::low_speed);
  EXPECT_EQ(error.kind(), error_kind::timeout);
}

TEST(http_error, can_be_copied_without_throwing) {
  EXPECT_TRUE(std::is_nothrow_copy_constructible_v<tls_error>);
  EXPECT_TRUE(std::is_nothrow_copy_constructible_v<http_timeout_error>);
}

}  // namespace
}  // namespace weft::http
