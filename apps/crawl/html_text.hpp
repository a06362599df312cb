// From a page's text as it stands to what it means: character references replaced, line ends made
// one, what is no UTF-8 made U+FFFD.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::crawl {

/// What an attribute's value means.
std::string decoded_value(std::string_view value);

/// What a <title>'s text means, white space runs made one space, none at its ends.
std::string decoded_title(std::string_view text);

/// A run of text, as far as the tree cares.
struct text_traits {
  bool visible = false;  ///< it holds something else than white space and NULs
  bool breaks = false;   ///< it holds something else than white space
};
text_traits traits_of(std::string_view text);

/// How many bytes at the begin of `text`, which is not empty, are read as one character, and
/// whether they are one. What is none counts as long as it could have become one.
struct utf8_piece {
  std::size_t length;
  bool good;
};
utf8_piece first_character(std::string_view text);

}  // namespace weft::crawl
