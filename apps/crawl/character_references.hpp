// Character references: "&amp;", "&#38;" and "&#x26;", and what stands for them.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace weft::crawl {

/// Reads the character reference that `text`, which begins with '&', begins with: appends what it
/// stands for, in UTF-8, and gives its length. Where there is none, nothing is appended and 0
/// given. `in_attribute`: a name without its ';' is no reference before '=', a letter or a digit,
/// so that
/// "?a=1&copy=2" stays what it is.
std::size_t read_character_reference(std::string_view text, bool in_attribute, std::string& to);

/// Appends a character in UTF-8; what is none, as U+FFFD.
void append_utf8(std::string& to, char32_t character);

}  // namespace weft::crawl
