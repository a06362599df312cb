// What reads of a stream throw beside the system's own errors.
#pragma once

#include <cstddef>
#include <stdexcept>
#include <string>
#include <utility>

namespace weft {

/// The stream ended before what was asked for had come. asyncio: IncompleteReadError.
class incomplete_read_error : public std::runtime_error {
 public:
  static constexpr std::size_t unknown = static_cast<std::size_t>(-1);

  /// `expected`: how many bytes were asked for, or `unknown` where a separator was.
  incomplete_read_error(std::string partial, std::size_t expected)
      : std::runtime_error(describe(partial.size(), expected)),
        partial_(std::move(partial)),
        expected_(expected) {}

  /// What had come. asyncio: partial.
  const std::string& partial() const noexcept { return partial_; }
  std::size_t expected() const noexcept { return expected_; }

 private:
  static std::string describe(std::size_t got, std::size_t expected) {
    const std::string had = "the stream ended after " + std::to_string(got) + " bytes";
    if (expected == unknown) return had + ", before a separator";
    return had + " of " + std::to_string(expected);
  }

  std::string partial_;
  std::size_t expected_;
};

/// No separator within the limit; the data stay in the stream. asyncio: LimitOverrunError.
class limit_overrun_error : public std::runtime_error {
 public:
  limit_overrun_error(const std::string& what, std::size_t consumed)
      : std::runtime_error(what), consumed_(consumed) {}

  /// How many bytes hold no separator, so that they can be taken. asyncio: consumed.
  std::size_t consumed() const noexcept { return consumed_; }

 private:
  std::size_t consumed_;
};

}  // namespace weft
