#include <weft/http/detail/served_path.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace weft::http::detail {
namespace {

int hex_digit(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// False for what must not be decoded: half an escape, NUL, a slash that would become a separator.
bool decode(std::string_view text, std::string& out) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    const int high = i + 2 < text.size() ? hex_digit(text[i + 1]) : -1;
    const int low = high >= 0 ? hex_digit(text[i + 2]) : -1;
    const int byte = high * 16 + low;
    if (low < 0 || byte == 0 || byte == '/') return false;
    out += static_cast<char>(byte);
    i += 2;
  }
  return true;
}

served_path refuse(int status) {
  served_path refused;
  refused.refusal = status;
  return refused;
}

}  // namespace

served_path resolve_served_path(std::string_view path) {
  if (path.empty() || path[0] != '/') return refuse(400);
  served_path made;
  std::vector<std::string> names;
  while (!path.empty()) {
    path.remove_prefix(1);
    const std::size_t end = std::min(path.find('/'), path.size());
    std::string name;
    if (!decode(path.substr(0, end), name)) return refuse(400);
    path.remove_prefix(end);
    made.directory = name.empty() || name == "." || name == "..";
    if (name == "..") {
      if (names.empty()) return refuse(400);
      names.pop_back();
    } else if (!made.directory) {
      names.push_back(std::move(name));
    }
  }
  for (const std::string& name : names) {
    if (!made.relative.empty()) made.relative += '/';
    made.relative += name;
    made.hidden = made.hidden || name[0] == '.';
  }
  return made;
}

}  // namespace weft::http::detail
