// Lines and columns of places in a text, asked for from its begin to its end: what lies between two
// places is counted once.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace weft::crawl {

class text_position {
 public:
  explicit text_position(std::string_view text) : text_(text) {}

  /// Moves on to a place, which may not lie before the one that was last moved to.
  void move_to(std::size_t place);

  std::uint32_t line() const { return line_; }      ///< from 1; CR, LF and CR LF end a line
  std::uint32_t column() const { return column_; }  ///< in characters, from 1

 private:
  std::string_view text_;
  std::size_t place_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

}  // namespace weft::crawl
