#include <weft/http/headers.hpp>

#include <algorithm>
#include <array>

#include <weft/core/errors.hpp>

namespace weft::http {
namespace {

char lower(char c) noexcept { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

using char_set = std::array<bool, 256>;

constexpr char_set token_chars = [] {
  char_set chars{};
  for (std::size_t c = 'a'; c <= 'z'; ++c) chars[c] = chars[c - 'a' + 'A'] = true;
  for (std::size_t c = '0'; c <= '9'; ++c) chars[c] = true;
  for (const char c : std::string_view("!#$%&'*+-.^_`|~"))
    chars[static_cast<unsigned char>(c)] = true;
  return chars;
}();

constexpr char_set field_ends = [] {
  char_set chars{};
  chars['\r'] = chars['\n'] = chars['\0'] = true;
  return chars;
}();

bool is_in(const char_set& chars, char c) noexcept { return chars[static_cast<unsigned char>(c)]; }

/// Enough for the head of most messages.
constexpr std::size_t first_fields = 8;

void check(std::string_view name, std::string_view value) {
  if (!is_token(name)) throw value_error("not a header name: \"" + std::string(name) + '"');
  const auto ends_a_field = [](char c) { return is_in(field_ends, c); };
  if (std::any_of(value.begin(), value.end(), ends_a_field)) {
    throw value_error("a line break or NUL in the header " + std::string(name));
  }
}

}  // namespace

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(),
                                            [](char x, char y) { return lower(x) == lower(y); });
}

bool is_token(std::string_view text) noexcept {
  return !text.empty() &&
         std::all_of(text.begin(), text.end(), [](char c) { return is_in(token_chars, c); });
}

std::string_view trim(std::string_view text) noexcept {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

headers& headers::add(std::string_view name, std::string_view value) {
  check(name, value);
  add_unchecked(name, value);
  return *this;
}

headers& headers::set(std::string_view name, std::string_view value) {
  check(name, value);
  header made{std::string(name), std::string(value)};  // the arguments may lie in the list
  remove(made.name);
  fields_.push_back(std::move(made));
  return *this;
}

void headers::add_unchecked(std::string_view name, std::string_view value) {
  if (fields_.capacity() == 0) fields_.reserve(first_fields);
  header made{std::string(name), std::string(value)};  // the arguments may lie in the list
  fields_.push_back(std::move(made));
}

std::size_t headers::remove(std::string_view name) noexcept {
  return std::erase_if(fields_,
                       [name](const header& h) { return equal_ignoring_case(h.name, name); });
}

const std::string* headers::find(std::string_view name) const noexcept {
  for (const header& h : fields_) {
    if (equal_ignoring_case(h.name, name)) return &h.value;
  }
  return nullptr;
}

std::string_view headers::get(std::string_view name) const noexcept {
  const std::string* found = find(name);
  return found ? std::string_view(*found) : std::string_view();
}

std::vector<std::string_view> headers::all(std::string_view name) const {
  std::vector<std::string_view> values;
  for (const header& h : fields_) {
    if (equal_ignoring_case(h.name, name)) values.push_back(h.value);
  }
  return values;
}

bool headers::has_token(std::string_view name, std::string_view token) const noexcept {
  for (const header& h : fields_) {
    if (!equal_ignoring_case(h.name, name)) continue;
    for (std::string_view rest = h.value; !rest.empty();) {
      const std::size_t comma = std::min(rest.find(','), rest.size());
      if (equal_ignoring_case(trim(rest.substr(0, comma)), token)) return true;
      rest.remove_prefix(std::min(comma + 1, rest.size()));
    }
  }
  return false;
}

}  // namespace weft::http
