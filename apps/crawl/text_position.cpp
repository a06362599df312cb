#include <apps/crawl/byte_scan.hpp>
#include <apps/crawl/html_text.hpp>
#include <apps/crawl/text_position.hpp>

#include <algorithm>

namespace weft::crawl {

void text_position::move_to(std::size_t place) {
  std::string_view between = text_.substr(place_, place - place_);
  // The begin of the last line that begins here, and how many do.
  const char* const begin = between.data();
  const char* const end = begin + between.size();
  const char* line_begin = begin;
  for (const char* at = find_line_end(begin, end); at != end; at = find_line_end(at, end)) {
    // A CR LF counts at its LF. A tag begins at the place, so that none is cut in two there.
    if (*at == '\n' || at + 1 == end || at[1] != '\n') ++line_;
    line_begin = ++at;
  }
  if (line_begin != begin) column_ = 1;
  between.remove_prefix(static_cast<std::size_t>(line_begin - begin));
  while (!between.empty()) {
    const char* const rest = between.data();
    const auto plain = static_cast<std::size_t>(find_above_ascii(rest, end) - rest);
    column_ += static_cast<std::uint32_t>(plain);
    between.remove_prefix(plain);
    if (between.empty()) break;
    between.remove_prefix(first_character(between).length);
    ++column_;
  }
  place_ = place;
}

}  // namespace weft::crawl
