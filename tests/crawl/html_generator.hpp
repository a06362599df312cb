// Documents put together at random of fragments that parsers of HTML trip over.

#pragma once

#include <array>
#include <cctype>
#include <cstddef>
#include <random>
#include <string>
#include <string_view>

namespace weft::crawl {

inline constexpr auto generated_tags =
    std::to_array<std::string_view>({"a",        "a",
                                     "b",        "i",
                                     "nobr",     "font",
                                     "div",      "p",
                                     "span",     "li",
                                     "ul",       "dd",
                                     "h1",       "h2",
                                     "table",    "table",
                                     "caption",  "colgroup",
                                     "col",      "tbody",
                                     "thead",    "tr",
                                     "td",       "th",
                                     "select",   "option",
                                     "optgroup", "textarea",
                                     "title",    "style",
                                     "script",   "iframe",
                                     "noframes", "noscript",
                                     "xmp",      "template",
                                     "svg",      "math",
                                     "desc",     "foreignObject",
                                     "mi",       "annotation-xml",
                                     "mglyph",   "frameset",
                                     "frame",    "html",
                                     "head",     "body",
                                     "form",     "input",
                                     "button",   "object",
                                     "marquee",  "ruby",
                                     "rt",       "rp",
                                     "img",      "image",
                                     "area",     "br",
                                     "hr",       "base",
                                     "meta",     "link",
                                     "pre",      "listing",
                                     "source",   "embed",
                                     "video",    "unknown",
                                     "noembed",  "applet"});

/// Documents of fragments; each seed makes one.
class html_generator {
 public:
  explicit html_generator(unsigned seed) : random_(seed) {}

  std::string document() {
    std::string result;
    if (one_of(3)) result += "<!doctype html>";
    if (one_of(4)) result += "<html><head><title>t</title></head><body>";
    if (one_of(4)) {
      soup(result);
      // Gumbo takes the place of a "</>" for that of the tag behind it.
      for (std::size_t at; (at = result.find("</>")) != std::string::npos;) result.erase(at, 2);
      return result;
    }
    const unsigned pieces = 4 + number(one_of(16) ? 250 : 28);
    for (unsigned i = 0; i < pieces; ++i) piece(result);
    return result;
  }

 private:
  unsigned number(unsigned below) { return static_cast<unsigned>(random_() % below); }
  bool one_of(unsigned n) { return number(n) == 0; }
  template <std::size_t N>
  std::string_view any(const std::string_view (&choices)[N]) {
    return choices[number(N)];
  }

  /// Signs without sense.
  void soup(std::string& to) {
    const unsigned pieces = 10 + number(60);
    for (unsigned i = 0; i < pieces; ++i) {
      to += any({"<",       "<",
                 "<",       "</",
                 "</",      ">",
                 ">",       "/",
                 "!",       "-",
                 "--",      "=",
                 "\"",      "'",
                 " ",       "\n",
                 "&",       ";",
                 "#",       "a",
                 "a",       "href",
                 "id",      "script",
                 "script",  "title",
                 "svg",     "<svg>",
                 "x",       "?",
                 "[CDATA[", "]]>",
                 "<!--",    "-->",
                 "doctype", "<script>",
                 "<title>", "<a id=i href=h>",
                 "<style>"});
    }
  }

  void piece(std::string& to) {
    switch (number(12)) {
      case 0:
        to +=
            any({"text", " ", "\n", "\r\n", "\r", "&amp;", "&nbsp;", "&#32;", "&lt;a>", "<", "< a>",
                 "\xC3\xA9", "\xFF", "\xE2\x82", "--", "]]>", "x<y", std::string_view("\0", 1)});
        break;
      case 1:
        to += any({"<!-->", "<!--->", "<!-- x -->", "<!--x--!>", "<!-- <!-- --->", "<!x>", "<?x>",
                   "</ x>", "<!>", "<!--<a href=no>-->", "<![CDATA[<a href=c>]]>", "<!doctype x>",
                   "<!---- >-->"});
        break;
      case 2:
      case 3:
      case 4:
        to += "</";
        to += generated_tags[number(generated_tags.size())];
        to += ">";  // In SVG gumbo knows an end tag by no other.
        break;
      case 5:
        to += any({"<script><!-- <script> </script> --></script>", "<script><!--<script></script>",
                   "<script></SCRIPT >", "<title>a &amp; b</title>", "<textarea></textarea>",
                   "<style></style x='y'>", "<svg><title><a id=s href=s></svg>", "<td id=d>",
                   "<select><a href=in id=in></select>", "<table><a href=t id=t></table>",
                   "<math><annotation-xml encoding='text/html'><p>", "<svg><a xlink:href=xl>",
                   "<template><td><a href=tp></template>", "<a href=1><b><p></a><i></b>"});
        break;
      default:
        start_tag(to);
    }
  }

  void start_tag(std::string& to) {
    to += '<';
    std::string name(generated_tags[number(generated_tags.size())]);
    if (one_of(5)) name[0] = static_cast<char>(std::toupper(name[0]));
    to += name;
    const unsigned attributes = number(4);
    for (unsigned i = 0; i < attributes; ++i) attribute(to);
    to += any({">", ">", ">", ">", "/>", " >", " / >", "//>"});
  }

  void attribute(std::string& to) {
    to += any({" ", " ", "\n", "\t", "/", " /", "\r\n"});
    to += any({"id", "ID", "name", "href", "Href", "src", "data", "rel", "http-equiv", "content",
               "xlink:href", "type", "color", "encoding", "x", "=", "'", "\"x"});
    switch (number(5)) {
      case 0:
        return;
      case 1:
        to += "=\"" + value() + "\"";
        return;
      case 2:
        to += " = '" + value() + "'";
        return;
      default:
        to += "=";
        to += any({"v", "u&amp;w", "hidden", "stylesheet", "refresh", "a/b", "#", "text/html"});
        to += std::to_string(number(10));
    }
  }

  std::string value() {
    std::string result;
    const unsigned pieces = number(4);
    for (unsigned i = 0; i < pieces; ++i) {
      result += any({"v",
                     "&amp;",
                     "&copy",
                     "&copy=1",
                     "&copyx",
                     "&notin;",
                     "&notit;",
                     "&#38;",
                     "&#x26",
                     "&#0;",
                     "&#128;",
                     "&#xD800;",
                     "&#x110000;",
                     "&#;",
                     "&;",
                     "&",
                     "&nosuch;",
                     "\r\n",
                     "\r",
                     "\xC3\xA9",
                     "\xC3",
                     "\xF0\x9F\x98\x80",
                     "\xED\xA0\x80",
                     "hidden",
                     "stylesheet",
                     "refresh",
                     "5;url=r",
                     "text/html",
                     "<",
                     ">",
                     "/",
                     " ",
                     "&NotEqualTilde;",
                     "&ngE;",
                     "&AMP",
                     "&ampx",
                     std::string_view("\0", 1)});
    }
    return result;
  }

  std::mt19937 random_;
};

}  // namespace weft::crawl
