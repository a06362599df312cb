// The same reading of a page by another program: gumbo, which builds the tree of HTML's standard.
// What read_html finds is held to it.

#pragma once

#include <apps/crawl/html_page.hpp>

#include <string_view>

namespace weft::crawl {

/// What stands in gumbo's tree of the text, in the order of the text. Without limits: gumbo takes
/// hours for some texts.
html_page read_html_with_gumbo(std::string_view text, bool parts);

}  // namespace weft::crawl
