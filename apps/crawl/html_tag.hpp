// The names of HTML's elements that its parsing algorithm treats in a way of their own, and which
// ways these are. Every other name is `unknown`.

#pragma once

#include <cstdint>
#include <string_view>

namespace weft::crawl {

/// A tag's name. (A template's is a word of C++.)
enum class html_tag : std::uint8_t {
  // clang-format off
  unknown, a, address, annotation_xml, applet, area, article, aside, audio, b, base, basefont,
  bgsound, big, blockquote, body, br, button, caption, center, code, col, colgroup, dd, desc,
  details, dir, div, dl, dt, em, embed, fieldset, figcaption, figure, font, footer, foreignobject,
  form, frame, frameset, h1, h2, h3, h4, h5, h6, head, header, hgroup, hr, html, i, iframe, image,
  img, input, keygen, li, link, listing, main, malignmark, marquee, math, menu, meta, mglyph, mi,
  mn, mo, ms, mtext, nav, nobr, noembed, noframes, noscript, object, ol, optgroup, option, p, param,
  plaintext, pre, rb, rp, rt, rtc, ruby, s, script, section, select, small, source, span, strike,
  strong, style, sub, summary, sup, svg, table, tbody, td, template_element, textarea, tfoot, th,
  thead, title, tr, track, tt, u, ul, var, video, wbr, xmp,
  // clang-format on
};

/// The tag that a name, in whatever case, is of.
html_tag tag_named(std::string_view name);

/// What the parsing algorithm asks of a tag; a set of bits.
namespace role {
using set = std::uint16_t;
constexpr set special = 1;       ///< an end tag of another name does not reach beyond it
constexpr set scope = 2;         ///< "has an element in scope" ends at it
constexpr set list_scope = 4;    ///< so does the search for a list's item
constexpr set button_scope = 8;  ///< and the one for a <p>
constexpr set table_scope = 16;  ///< and the one within a table
constexpr set implied_end = 32;  ///< its end tag may be left out
constexpr set heading = 64;      ///< <h1> ... <h6>
constexpr set block = 128;       ///< its start ends a <p>, and its end tag ends what is open in it
constexpr set table_part = 256;  ///< <caption>, <col>, <td> ...
constexpr set breakout = 512;    ///< ends SVG and MathML
}  // namespace role

/// The roles of an HTML element.
role::set roles_of(html_tag tag);

inline bool is_html_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}
inline char ascii_lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
/// Whether `text` is `lower_word` in whatever case.
inline bool same_word(std::string_view text, std::string_view lower_word) {
  if (text.size() != lower_word.size()) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (ascii_lower(text[i]) != lower_word[i]) return false;
  }
  return true;
}
/// Whether two names differ by nothing but case.
inline bool same_name(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (ascii_lower(a[i]) != ascii_lower(b[i])) return false;
  }
  return true;
}

}  // namespace weft::crawl
