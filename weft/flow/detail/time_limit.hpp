// time_limit: a timeout that may be none, as wait and as_completed take it.
#pragma once

#include <optional>

#include <weft/core/time.hpp>

namespace weft::detail {

class time_limit {
 public:
  template <class Rep, class Period>
  time_limit(std::chrono::duration<Rep, Period> limit) noexcept  // NOLINT: `wait(tasks, 1s)`
      : limit_(to_duration(limit)) {}
  time_limit(std::nullopt_t) noexcept {}                                 // NOLINT: as None
  time_limit(std::optional<duration> limit) noexcept : limit_(limit) {}  // NOLINT

  explicit operator bool() const noexcept { return limit_.has_value(); }
  duration operator*() const noexcept { return *limit_; }

 private:
  std::optional<duration> limit_;
};

}  // namespace weft::detail
