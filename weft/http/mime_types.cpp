#include <weft/http/mime_types.hpp>

#include <algorithm>
#include <fstream>
#include <sstream>

namespace weft::http {
namespace {

constexpr std::string_view common = R"(
application/gzip gz
application/json json map
application/pdf pdf
application/rss+xml rss
application/atom+xml atom
application/wasm wasm
application/xhtml+xml xhtml xht
application/xml xml xsl
application/zip zip
audio/mpeg mp3
audio/ogg ogg oga opus
font/otf otf
font/ttf ttf
font/woff woff
font/woff2 woff2
image/avif avif
image/bmp bmp
image/gif gif
image/jpeg jpg jpeg
image/png png
image/svg+xml svg
image/vnd.microsoft.icon ico
image/webp webp
text/css css
text/csv csv
text/html html htm
text/javascript js mjs
text/markdown md
text/plain txt text log rst
video/mp4 mp4
video/ogg ogv
video/webm webm
)";

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; });
  return out;
}

/// The next word, which is taken off the front.
std::string_view next_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(" \t\r"), line.size());
  line.remove_prefix(begin);
  const std::string_view word = line.substr(0, line.find_first_of(" \t\r"));
  line.remove_prefix(word.size());
  return word;
}

}  // namespace

mime_types mime_types::built_in() {
  mime_types made;
  made.add_lines(common);
  return made;
}

mime_types mime_types::load(const std::string& path) {
  // The system's table first: what the web agrees on stays the same on each machine.
  mime_types made;
  std::ifstream file(path);
  if (file) {
    std::ostringstream text;
    text << file.rdbuf();
    made.add_lines(text.str());
  }
  made.add_lines(common);
  return made;
}

void mime_types::add_lines(std::string_view lines) {
  while (!lines.empty()) {
    std::string_view line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(std::min(line.size() + 1, lines.size()));
    line = line.substr(0, line.find('#'));
    const std::string_view type = next_word(line);
    if (type.find('/') == std::string_view::npos) continue;
    for (std::string_view word = next_word(line); !word.empty(); word = next_word(line)) {
      set(word, type);
    }
  }
}

void mime_types::set(std::string_view extension, std::string_view type) {
  types_.insert_or_assign(lower(extension), std::string(type));
}

std::string_view mime_types::type_of(std::string_view file_name) const {
  const std::size_t dot = file_name.rfind('.');
  const std::size_t slash = file_name.rfind('/');
  if (dot != std::string_view::npos && (slash == std::string_view::npos || dot > slash)) {
    const auto found = types_.find(lower(file_name.substr(dot + 1)));
    if (found != types_.end()) return found->second;
  }
  return "application/octet-stream";
}

}  // namespace weft::http
