// The Content-Type header, as far as a crawler asks: is this HTML, and in which encoding does the
// server say it is?

#pragma once

#include <string>
#include <string_view>

namespace weft::crawl {

/// A Content-Type header, cut into its parts.
struct content_type {
  std::string type;     ///< "text/html", in lower case; empty where the header says nothing usable
  std::string charset;  ///< as it was written, without quotes; empty where none is named

  /// Whether links are looked for in it. The header decides, never the URL's extension.
  bool is_html() const { return type == "text/html" || type == "application/xhtml+xml"; }
};

/// Reads the header's value. Never throws for any text.
content_type parse_content_type(std::string_view header);

/// What a body without a Content-Type looks like: "text/html" where it begins as HTML pages do,
/// else empty.
std::string_view sniffed_type(std::string_view body);

}  // namespace weft::crawl
