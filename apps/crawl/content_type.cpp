#include <apps/crawl/content_type.hpp>

#include <algorithm>
#include <array>

namespace weft::crawl {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

std::string lower_copy(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

/// Cuts the next parameter off; a ';' inside quotes ends none.
std::string_view next_parameter(std::string_view& rest) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < rest.size() && (quoted || rest[end] != ';'); ++end) {
    if (rest[end] == '"') quoted = !quoted;
  }
  const std::string_view parameter = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return parameter;
}

}  // namespace

content_type parse_content_type(std::string_view header) {
  content_type result;
  const std::string type = lower_copy(trimmed(next_parameter(header)));
  const auto slash = type.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == type.size()) return result;
  result.type = type;
  while (!header.empty()) {
    const std::string_view parameter = next_parameter(header);
    const auto equals = parameter.find('=');
    if (equals == std::string_view::npos || !result.charset.empty()) continue;
    if (lower_copy(trimmed(parameter.substr(0, equals))) != "charset") continue;
    std::string_view value = trimmed(parameter.substr(equals + 1));
    if (!value.empty() && (value.front() == '"' || value.front() == '\'')) {
      value = value.substr(1, value.find(value.front(), 1) - 1);
    }
    result.charset = value;
  }
  return result;
}

std::string_view sniffed_type(std::string_view body) {
  constexpr std::array<std::string_view, 17> beginnings = {"<!doctype html",
                                                           "<html",
                                                           "<head",
                                                           "<script",
                                                           "<iframe",
                                                           "<h1",
                                                           "<div",
                                                           "<font",
                                                           "<table",
                                                           "<a",
                                                           "<style",
                                                           "<title",
                                                           "<b",
                                                           "<body",
                                                           "<br",
                                                           "<p",
                                                           "<!--"};
  if (body.substr(0, 3) == "\xEF\xBB\xBF") body.remove_prefix(3);
  while (!body.empty() && is_space(body.front())) body.remove_prefix(1);
  for (std::string_view beginning : beginnings) {
    if (body.size() <= beginning.size() ||
        lower_copy(body.substr(0, beginning.size())) != beginning)
      continue;
    const char next = body[beginning.size()];
    if (beginning == "<!--" || is_space(next) || next == '>') return "text/html";
  }
  return {};
}

}  // namespace weft::crawl
