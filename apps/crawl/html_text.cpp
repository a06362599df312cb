#include <apps/crawl/byte_scan.hpp>
#include <apps/crawl/character_references.hpp>
#include <apps/crawl/html_tag.hpp>
#include <apps/crawl/html_text.hpp>

#include <algorithm>

namespace weft::crawl {

namespace {

constexpr std::string_view replacement = "\xEF\xBF\xBD";

/// Appends what `text` means.
void decode(std::string_view text, bool in_attribute, std::string& to) {
  while (!text.empty()) {
    const char* const begin = text.data();
    const auto plain = static_cast<std::size_t>(find_unplain(begin, begin + text.size()) - begin);
    to.append(text, 0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return;
    std::size_t length = 1;
    if (text.front() == '&') {
      length = read_character_reference(text, in_attribute, to);
      if (length == 0) {
        to += '&';
        length = 1;
      }
    } else if (text.front() == '\r') {
      to += '\n';
      if (text.substr(1, 1) == "\n") length = 2;
    } else if (text.front() == '\0') {
      to += replacement;
    } else {
      const utf8_piece piece = first_character(text);
      to += piece.good ? text.substr(0, piece.length) : replacement;
      length = piece.length;
    }
    text.remove_prefix(length);
  }
}

}  // namespace

std::string decoded_value(std::string_view value) {
  const char* const begin = value.data();
  const char* const end = begin + value.size();
  if (find_unplain(begin, end) == end) return std::string(value);
  std::string result;
  result.reserve(value.size());
  decode(value, true, result);
  return result;
}

std::string decoded_title(std::string_view text) {
  std::string all;
  decode(text, false, all);
  std::string result;
  for (const char c : all) {
    if (!is_html_space(c)) {
      result += c;
    } else if (!result.empty() && result.back() != ' ') {
      result += ' ';
    }
  }
  if (!result.empty() && result.back() == ' ') result.pop_back();
  return result;
}

text_traits traits_of(std::string_view text) {
  text_traits result;
  std::string reference;
  while (!text.empty() && !result.visible) {
    std::size_t length = 1;
    if (text.front() == '&') {
      reference.clear();
      length = std::max<std::size_t>(1, read_character_reference(text, false, reference));
      result.visible = reference.size() != 1 || !is_html_space(reference.front());
    } else if (text.front() != '\0') {
      result.visible = !is_html_space(text.front());
    } else {
      result.breaks = true;
    }
    text.remove_prefix(length);
  }
  result.breaks = result.breaks || result.visible;
  return result;
}

utf8_piece first_character(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(0);
  if (first < 0x80) return {1, true};
  const std::size_t length = first < 0xC2   ? 0
                             : first < 0xE0 ? 2
                             : first < 0xF0 ? 3
                             : first < 0xF5 ? 4
                                            : 0;
  // Of the second byte less is allowed where the number would be one that is written shorter, a
  // surrogate, or too great.
  const unsigned char low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned char high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  for (std::size_t i = 1; i < length; ++i) {
    if (i == text.size() || byte(i) < (i == 1 ? low : 0x80) || byte(i) > (i == 1 ? high : 0xBF)) {
      return {i, false};
    }
  }
  return {std::max<std::size_t>(1, length), length != 0};
}

}  // namespace weft::crawl
