#include <apps/crawl/character_references.hpp>
#include <apps/crawl/html_tag.hpp>

#include <algorithm>
#include <array>
#include <span>

namespace weft::crawl {

namespace {

struct named_reference {
  std::string_view name;  // with its ';', where it needs one
  std::string_view text;
};

// In the order of their names; written by character_references.py.
constexpr named_reference named_references[] = {
#include <apps/crawl/named_references.inc>
};

// What the numbers 0x80 to 0x9F stand for: windows-1252's characters, where it has one.
constexpr std::array<char16_t, 32> c1_characters = {
    0x20AC, 0x81,   0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0x8D,   0x017D, 0x8F,   0x90,   0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0x9D,   0x017E, 0x0178};

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter_or_digit(char c) {
  return is_digit(c) || (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z');
}

/// The value of a digit, or -1.
int digit_value(char c, bool hexadecimal) {
  if (is_digit(c)) return c - '0';
  const char lower = ascii_lower(c);
  return hexadecimal && lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

std::size_t read_numeric(std::string_view text, std::string& to) {
  std::size_t at = 2;
  const bool hexadecimal = at < text.size() && ascii_lower(text[at]) == 'x';
  if (hexadecimal) ++at;
  const std::size_t digits_from = at;
  constexpr char32_t beyond = 0x110000;
  char32_t number = 0;
  for (; at < text.size(); ++at) {
    const int digit = digit_value(text[at], hexadecimal);
    if (digit < 0) break;
    number = number * (hexadecimal ? 16 : 10) + static_cast<char32_t>(digit);
    if (number > beyond) number = beyond;
  }
  if (at == digits_from) return 0;
  if (at < text.size() && text[at] == ';') ++at;
  if (number >= 0x80 && number < 0xA0) number = c1_characters[number - 0x80];
  append_utf8(to, number == 0 ? U'\uFFFD' : number);
  return at;
}

/// The longest name that `text` begins with, or null.
const named_reference* longest_name(std::string_view text) {
  std::span<const named_reference> left = named_references;
  const named_reference* found = nullptr;
  for (std::size_t at = 0; at < text.size(); ++at) {
    // Of the names that begin with the text up to `at`, a name that ends there stands first.
    const auto wanted = static_cast<unsigned char>(text[at]);
    const auto here = [at](const named_reference& r) {
      return r.name.size() <= at ? -1 : static_cast<unsigned char>(r.name[at]);
    };
    const auto first = std::partition_point(left.begin(), left.end(),
                                            [&](const auto& r) { return here(r) < wanted; });
    const auto last =
        std::partition_point(first, left.end(), [&](const auto& r) { return here(r) == wanted; });
    left = {first, last};
    if (left.empty()) break;
    if (left.front().name.size() == at + 1) found = &left.front();
  }
  return found;
}

std::size_t read_named(std::string_view text, bool in_attribute, std::string& to) {
  const named_reference* const found = longest_name(text.substr(1));
  if (found == nullptr) return 0;
  const std::size_t length = 1 + found->name.size();
  if (in_attribute && found->name.back() != ';' && length < text.size() &&
      (text[length] == '=' || is_letter_or_digit(text[length]))) {
    return 0;
  }
  to += found->text;
  return length;
}

}  // namespace

std::size_t read_character_reference(std::string_view text, bool in_attribute, std::string& to) {
  if (text.size() < 2) return 0;
  if (text[1] == '#') return read_numeric(text, to);
  return is_letter_or_digit(text[1]) ? read_named(text, in_attribute, to) : 0;
}

void append_utf8(std::string& to, char32_t character) {
  if (character > 0x10FFFF || (character >= 0xD800 && character < 0xE000)) character = U'\uFFFD';
  const auto add = [&](char32_t byte) {
    to += static_cast<char>(static_cast<unsigned char>(byte));
  };
  if (character < 0x80) {
    add(character);
  } else if (character < 0x800) {
    add(0xC0 | character >> 6);
    add(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    add(0xE0 | character >> 12);
    add(0x80 | (character >> 6 & 0x3F));
    add(0x80 | (character & 0x3F));
  } else {
    add(0xF0 | character >> 18);
    add(0x80 | (character >> 12 & 0x3F));
    add(0x80 | (character >> 6 & 0x3F));
    add(0x80 | (character & 0x3F));
  }
}

}  // namespace weft::crawl
