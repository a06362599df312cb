#include <apps/crawl/html_raw_text.hpp>

#include <algorithm>

namespace weft::crawl {

namespace {

constexpr std::size_t none = std::string_view::npos;

/// Whether a tag's name, `name` in any case, stands at `at` and ends there.
bool names_tag(std::string_view text, std::size_t at, std::string_view name) {
  if (text.size() <= at + name.size() || !same_name(text.substr(at, name.size()), name))
    return false;
  const char after = text[at + name.size()];
  return is_html_space(after) || after == '/' || after == '>';
}
bool is_end_tag(std::string_view text, std::size_t at, std::string_view name) {
  return text.substr(at, 2) == "</" && names_tag(text, at + 2, name);
}

/// Where a script ends. "<!--" begins a part in which "<script" begins one that no "</script>" ends
/// but only closes; "-->" ends both.
std::size_t script_end(std::string_view text) {
  bool escaped = false;
  bool doubly = false;
  std::size_t dashes_from = 0;  // of the "<!--", whose dashes count for a "-->"
  for (std::size_t at = 0;; ++at) {
    at = escaped ? text.find_first_of("<>", at) : text.find('<', at);
    if (at == none) return text.size();
    if (text[at] == '>') {
      if (at >= dashes_from + 2 && text.substr(at - 2, 2) == "--") escaped = doubly = false;
    } else if (!escaped) {
      if (is_end_tag(text, at, "script")) return at;
      if (text.substr(at, 4) == "<!--") {
        escaped = true;
        dashes_from = at + 2;
        at += 3;
      }
    } else if (doubly) {
      if (is_end_tag(text, at, "script")) doubly = false;
    } else {
      if (is_end_tag(text, at, "script")) return at;
      doubly = names_tag(text, at + 1, "script");
    }
  }
}

}  // namespace

std::string_view raw_text(std::string_view rest, html_content content, std::string_view name) {
  if (content == html_content::plaintext) return rest;
  if (content == html_content::script) return rest.substr(0, script_end(rest));
  std::size_t at = rest.find("</");
  while (at != none && !is_end_tag(rest, at, name)) at = rest.find("</", at + 2);
  return rest.substr(0, at);
}

std::size_t comment_length(std::string_view rest) {
  if (rest.substr(2, 1) == ">") return 3;
  if (rest.substr(2, 2) == "->") return 4;
  for (std::size_t at = rest.find('>', 4); at != none; at = rest.find('>', at + 1)) {
    const std::string_view before = rest.substr(2, at - 2);
    if (before.ends_with("--") || before.ends_with("--!")) return at + 1;
  }
  return rest.size();
}

}  // namespace weft::crawl
