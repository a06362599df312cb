#include <apps/crawl/byte_scan.hpp>
#include <apps/crawl/html_raw_text.hpp>
#include <apps/crawl/html_tokenizer.hpp>

#include <algorithm>
#include <array>

namespace weft::crawl {

namespace {

bool is_letter(char c) { return ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z'; }

// What ends a run of characters in a tag, by character.
constexpr unsigned char ends_tag_name = 1;
constexpr unsigned char ends_attribute_name = 2;
constexpr unsigned char ends_unquoted_value = 4;
constexpr unsigned char is_space = 8;
constexpr std::array<unsigned char, 256> classes = [] {
  std::array<unsigned char, 256> result{};
  for (const char c : {' ', '\t', '\n', '\r', '\f'}) {
    result[static_cast<unsigned char>(c)] =
        ends_tag_name | ends_attribute_name | ends_unquoted_value | is_space;
  }
  result['/'] = ends_tag_name | ends_attribute_name;
  result['>'] = ends_tag_name | ends_attribute_name | ends_unquoted_value;
  result['='] = ends_attribute_name;
  return result;
}();

bool is_of(char c, unsigned char wanted) {
  return (classes[static_cast<unsigned char>(c)] & wanted) != 0;
}
const char* run_end(const char* begin, const char* end, unsigned char ending) {
  while (begin != end && !is_of(*begin, ending)) ++begin;
  return begin;
}
const char* skip_spaces(const char* begin, const char* end) {
  while (begin != end && is_of(*begin, is_space)) ++begin;
  return begin;
}

std::string_view between(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

}  // namespace

const html_token& html_tokenizer::next(bool foreign) {
  if (content_ != html_content::markup) {
    read_content();
    if (!token_.text.empty()) return token_;
  }
  while (next_ != end_) {
    token_.begin = static_cast<std::size_t>(next_ - begin_);
    if (*next_ == '<' ? read_markup(foreign) : read_text()) return token_;
  }
  token_.begin = static_cast<std::size_t>(next_ - begin_);
  token_.what = html_token::kind::end;
  return token_;
}

/// Text up to the next '<', be it a tag's or not.
bool html_tokenizer::read_text() {
  const char* const end = find_byte(next_ + 1, end_, '<');
  token_.what = html_token::kind::text;
  token_.text = between(next_, end);
  next_ = end;
  return true;
}

/// Text up to the end tag of the element that was begun.
void html_tokenizer::read_content() {
  token_.begin = static_cast<std::size_t>(next_ - begin_);
  token_.what = html_token::kind::text;
  token_.text = raw_text(between(next_, end_), content_, token_.name);
  next_ += token_.text.size();
  content_ = html_content::markup;
}

/// What begins with '<'; false where it is nothing at all.
bool html_tokenizer::read_markup(bool foreign) {
  const char* const after = next_ + 1;
  if (after == end_) return read_text();
  if (is_letter(*after)) {
    next_ = after;
    return read_tag(html_token::kind::start_tag);
  }
  if (*after == '/') {
    if (after + 1 == end_) return read_text();
    if (is_letter(after[1])) {
      next_ = after + 1;
      return read_tag(html_token::kind::end_tag);
    }
    if (after[1] == '>') {
      next_ = after + 2;
      return false;
    }
  } else if (*after == '!') {
    next_ = after + 1;
    read_declaration(foreign);
    return true;
  } else if (*after != '?') {
    return read_text();
  }
  // A bogus comment: "<?" and "</ " and their like.
  const char* const close = find_byte(after + 1, end_, '>');
  next_ = close == end_ ? end_ : close + 1;
  token_.what = html_token::kind::comment;
  return true;
}

/// What begins with "<!", which has been read.
void html_tokenizer::read_declaration(bool foreign) {
  const std::string_view rest = between(next_, end_);
  token_.what = html_token::kind::comment;
  if (rest.starts_with("--")) {
    next_ += comment_length(rest);
    return;
  }
  if (foreign && rest.starts_with("[CDATA[")) {
    const std::size_t close = std::min(rest.find("]]>", 7), rest.size());
    token_.what = html_token::kind::cdata;
    token_.text = rest.substr(7, close - 7);
    next_ += std::min(close + 3, rest.size());
    return;
  }
  const char* const close = find_byte(next_, end_, '>');
  if (same_word(rest.substr(0, 7), "doctype")) {
    token_.what = html_token::kind::doctype;
    token_.text = between(next_ + 7, close);
  }
  next_ = close == end_ ? end_ : close + 1;
}

/// A tag from its name on; false where the text ends in it.
bool html_tokenizer::read_tag(html_token::kind what) {
  const char* const name_end = run_end(next_, end_, ends_tag_name);
  token_.what = what;
  token_.name = between(next_, name_end);
  token_.tag = tag_named(token_.name);
  token_.self_closing = false;
  token_.attributes.clear();
  next_ = name_end;
  if (next_ != end_ && *next_ == '>') {
    token_.attribute_text = {};
    ++next_;
    return true;
  }
  if (!read_attributes(what == html_token::kind::start_tag)) {
    next_ = end_;
    return false;
  }
  token_.attribute_text = between(name_end, next_);
  return true;
}

/// All up to the tag's '>'; false where the text ends first.
bool html_tokenizer::read_attributes(bool keep) {
  while (true) {
    next_ = skip_spaces(next_, end_);
    if (next_ == end_) return false;
    if (*next_ == '>') {
      ++next_;
      return true;
    }
    if (*next_ == '/') {
      ++next_;
      if (next_ != end_ && *next_ == '>') {
        token_.self_closing = true;
        ++next_;
        return true;
      }
      continue;
    }
    if (!read_attribute(keep)) return false;
  }
}

/// One attribute; false where the text ends in it.
bool html_tokenizer::read_attribute(bool keep) {
  // A '=' at its begin is part of the name.
  const char* const name_end = run_end(next_ + 1, end_, ends_attribute_name);
  html_attribute found{between(next_, name_end), {}};
  next_ = skip_spaces(name_end, end_);
  if (next_ == end_) return false;
  if (*next_ == '=') {
    next_ = skip_spaces(next_ + 1, end_);
    if (next_ == end_) return false;
    if (*next_ != '>') next_ = read_value(found.value);
    if (next_ == end_) return false;
  }
  if (keep) token_.attributes.push_back(found);
  return true;
}

/// A value, and where it ends; the text's end where that cuts it off.
const char* html_tokenizer::read_value(std::string_view& value) {
  if (*next_ == '"' || *next_ == '\'') {
    const char* const close = find_byte(next_ + 1, end_, *next_);
    if (close == end_) return end_;
    value = between(next_ + 1, close);
    return close + 1;
  }
  const char* const close = run_end(next_, end_, ends_unquoted_value);
  value = between(next_, close);
  return close;
}

}  // namespace weft::crawl
