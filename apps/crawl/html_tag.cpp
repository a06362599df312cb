#include <apps/crawl/html_tag.hpp>

#include <array>
#include <bit>
#include <cstddef>
#include <cstring>

namespace weft::crawl {

namespace {

// In the order of html_tag.
constexpr auto names = std::to_array<std::string_view>({
    // clang-format off
    "", "a", "address", "annotation-xml", "applet", "area", "article", "aside", "audio", "b", "base",
    "basefont", "bgsound", "big", "blockquote", "body", "br", "button", "caption", "center", "code",
    "col", "colgroup", "dd", "desc", "details", "dir", "div", "dl", "dt", "em", "embed", "fieldset",
    "figcaption", "figure", "font", "footer", "foreignobject", "form", "frame", "frameset", "h1",
    "h2", "h3", "h4", "h5", "h6", "head", "header", "hgroup", "hr", "html", "i", "iframe", "image",
    "img", "input", "keygen", "li", "link", "listing", "main", "malignmark", "marquee", "math",
    "menu", "meta", "mglyph", "mi", "mn", "mo", "ms", "mtext", "nav", "nobr", "noembed", "noframes",
    "noscript", "object", "ol", "optgroup", "option", "p", "param", "plaintext", "pre", "rb", "rp",
    "rt", "rtc", "ruby", "s", "script", "section", "select", "small", "source", "span", "strike",
    "strong", "style", "sub", "summary", "sup", "svg", "table", "tbody", "td", "template",
    "textarea", "tfoot", "th", "thead", "title", "tr", "track", "tt", "u", "ul", "var", "video",
    "wbr", "xmp",
    // clang-format on
});
static_assert(names.size() == static_cast<std::size_t>(html_tag::xmp) + 1);
static_assert(names[static_cast<std::size_t>(html_tag::svg)] == "svg");

/// The first eight bytes of a name, as a number.
constexpr std::uint64_t beginning_of(std::string_view name) {
  std::uint64_t result = 0;
  for (std::size_t i = 0; i < name.size() && i < 8; ++i) {
    result |= std::uint64_t{static_cast<unsigned char>(name[i])} << (8 * i);
  }
  return result;
}

/// All eight bytes in lower case at once.
constexpr std::uint64_t lower_eight(std::uint64_t bytes) {
  constexpr std::uint64_t each = 0x0101010101010101;
  const std::uint64_t low_bits = bytes & (0x7F * each);
  const std::uint64_t from_a = low_bits + (0x80 - 'A') * each;
  const std::uint64_t beyond_z = low_bits + (0x7F - 'Z') * each;
  const std::uint64_t upper = (from_a ^ beyond_z) & ~bytes & (0x80 * each);
  return bytes | (upper >> 2);
}
static_assert(lower_eight(beginning_of("@AZ[az1-")) == beginning_of("@az[az1-"));

struct slot {
  std::uint64_t beginning = 0;
  std::uint8_t length = 0;
  html_tag tag = html_tag::unknown;
};
constexpr std::size_t slot_count = 512;
constexpr std::size_t slot_of(std::uint64_t beginning, std::size_t length) {
  return ((beginning + length) * 0x9E3779B97F4A7C15) >> (64 - std::countr_zero(slot_count));
}

/// A hash table with open addressing, made by the compiler.
constexpr std::array<slot, slot_count> slots = [] {
  std::array<slot, slot_count> result;
  for (std::size_t i = 1; i < names.size(); ++i) {
    const std::uint64_t beginning = beginning_of(names[i]);
    std::size_t at = slot_of(beginning, names[i].size());
    while (result[at].length != 0) at = (at + 1) % slot_count;
    result[at] = {beginning, static_cast<std::uint8_t>(names[i].size()), static_cast<html_tag>(i)};
  }
  return result;
}();

constexpr std::array<role::set, names.size()> roles = [] {
  using enum html_tag;
  std::array<role::set, names.size()> result{};
  const auto give = [&](role::set what, std::initializer_list<html_tag> tags) {
    for (const html_tag tag : tags) result[static_cast<std::size_t>(tag)] |= what;
  };
  give(role::special,
       {address,    applet,  area,   article, aside,     base,     basefont, bgsound,
        blockquote, body,    br,     button,  caption,   center,   col,      colgroup,
        dd,         details, dir,    div,     dl,        dt,       embed,    fieldset,
        figcaption, figure,  footer, form,    frame,     frameset, h1,       h2,
        h3,         h4,      h5,     h6,      head,      header,   hgroup,   hr,
        html,       iframe,  img,    input,   keygen,    li,       link,     listing,
        main,       marquee, menu,   meta,    nav,       noembed,  noframes, noscript,
        object,     ol,      p,      param,   plaintext, pre,      script,   section,
        select,     source,  style,  summary, table,     tbody,    td,       template_element,
        textarea,   tfoot,   th,     thead,   title,     tr,       track,    ul,
        wbr,        xmp});
  give(role::scope, {applet, caption, html, table, td, th, marquee, object, template_element});
  give(role::list_scope, {ol, ul});
  give(role::button_scope, {button});
  give(role::table_scope, {html, table, template_element});
  give(role::implied_end, {dd, dt, li, option, optgroup, p, rb, rp, rt, rtc});
  give(role::heading, {h1, h2, h3, h4, h5, h6});
  give(role::block, {address, article,  aside,      blockquote, center,  details, dir,    div,
                     dl,      fieldset, figcaption, figure,     footer,  header,  hgroup, main,
                     menu,    nav,      ol,         section,    summary, ul});
  give(role::table_part, {caption, col, colgroup, tbody, td, tfoot, th, thead, tr});
  give(role::breakout,
       {b,   big,   blockquote, body,    br,     center, code, dd,   dl,    div, dt,
        em,  embed, h1,         h2,      h3,     h4,     h5,   h6,   head,  hr,  i,
        img, li,    ul,         listing, p,      menu,   meta, nobr, ol,    pre, ruby,
        s,   small, span,       var,     strong, tt,     sub,  sup,  table, u,   strike});
  return result;
}();

}  // namespace

html_tag tag_named(std::string_view name) {
  std::uint64_t beginning = 0;
  if (name.size() < 8) {
    for (std::size_t i = name.size(); i > 0; --i) {
      beginning = beginning << 8 | static_cast<unsigned char>(name[i - 1]);
    }
  } else {
    std::memcpy(&beginning, name.data(), 8);
    if constexpr (std::endian::native == std::endian::big) beginning = beginning_of(name);
  }
  beginning = lower_eight(beginning);
  std::size_t at = slot_of(beginning, name.size());
  while (slots[at].length != 0) {
    const slot& found = slots[at];
    if (found.beginning == beginning && found.length == name.size()) {
      if (name.size() <= 8) return found.tag;
      const std::string_view known = names[static_cast<std::size_t>(found.tag)];
      if (same_word(name.substr(8), known.substr(8))) return found.tag;
    }
    at = (at + 1) % slot_count;
  }
  return html_tag::unknown;
}

role::set roles_of(html_tag tag) { return roles[static_cast<std::size_t>(tag)]; }

}  // namespace weft::crawl
