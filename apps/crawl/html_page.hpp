// What a crawler wants of an HTML page: its links and where they stand, its <base>, its title, its
// anchors.
//
// The page is read by the rules of HTML's standard, so text that only looks like a link (in a
// title, a textarea, a script, a comment, an iframe's text, a template) is none. But no tree is
// built: what is wanted is taken from the tags as they come, in one pass over the text
// (docs/design/0008-html-without-a-tree.md).

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::crawl {

/// Where a link stands in HTML. Pages stand behind the kinds up to `refresh`; the rest are a page's
/// parts.
enum class link_kind : std::uint8_t {
  a,
  area,
  frame,
  iframe,
  refresh,
  stylesheet,
  image,
  script,
  media
};

/// "a", "frame" ... as reports name it.
std::string_view name_of(link_kind kind);

/// Whether a crawl goes on through links of this kind.
inline bool leads_to_a_page(link_kind kind) { return kind <= link_kind::refresh; }

/// A link as the page's author wrote it, entities replaced, not yet resolved.
struct html_link {
  link_kind kind;
  std::uint32_t line;    ///< of its tag, from 1
  std::uint32_t column;  ///< of its tag, in characters, from 1
  std::string text;
};

/// What read_html found.
struct html_page {
  std::vector<html_link> links;
  std::vector<std::string> anchors;  ///< ids, and names of <a>, in order
  std::optional<std::string> base;   ///< the first <base href>
  std::string title;                 ///< white space runs made one space
  std::string cut;                   ///< why not the whole page was read; empty where it was
};

/// What is read of a page.
struct html_limits {
  std::size_t bytes = 16 << 20;  ///< of its text; the rest is left unread
  bool parts = false;            ///< also images, scripts, style sheets, media
};

/// Reads a page's text (UTF-8; what is not UTF-8 is read as U+FFFD). Throws nothing for any text: a
/// page that goes over a limit gives what its beginning holds, and `cut` says so. Blocks for a few
/// ms a MB; the time is linear in the text, whatever that is.
html_page read_html(std::string_view text, const html_limits& limits = {});

/// The URL in a refresh's content ("5; url='x'"), as HTML's standard reads it; empty where it names
/// none.
std::string_view refresh_target(std::string_view content);

}  // namespace weft::crawl
