#include <weft/io/backend/choose.hpp>

#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>

#include <weft/core/detail/backend.hpp>
#include <weft/core/errors.hpp>

using namespace weft;
using namespace weft::detail;

namespace {

/// WEFT_BACKEND, in scope.
class environment {
 public:
  explicit environment(const char* value) {
    const char* before = std::getenv("WEFT_BACKEND");
    had_ = before != nullptr;
    if (had_) before_ = before;
    setenv("WEFT_BACKEND", value, 1);
  }
  ~environment() {
    if (had_) {
      setenv("WEFT_BACKEND", before_.c_str(), 1);
    } else {
      unsetenv("WEFT_BACKEND");
    }
  }

 private:
  std::string before_;
  bool had_ = false;
};

TEST(choose_backend, follows_the_environment) {
  const environment set("epoll");
  const std::unique_ptr<backend> chosen(choose_backend());
  EXPECT_EQ(chosen->report(), "epoll (WEFT_BACKEND asks for it)");
}

TEST(choose_backend, refuses_what_it_does_not_know) {
  const environment set("kqueue");
  try {
    choose_backend();
    FAIL();
  } catch (const value_error& error) {
    EXPECT_STREQ(error.what(), "WEFT_BACKEND is 'kqueue', not 'uring' or 'epoll'");
  }
}

TEST(choose_backend, takes_an_empty_word_for_none) {
  const environment set("");
  const std::unique_ptr<backend> chosen(choose_backend());
  EXPECT_NE(chosen, nullptr);
}

TEST(choose_backend, gives_what_the_program_asks_for) {
  const environment set("uring");
  const std::unique_ptr<backend> chosen(choose_backend(backend_choice::epoll));
  EXPECT_EQ(chosen->report(), "epoll");
}

}  // namespace
