// HTML's tokenizer: cuts a page into tags, text and the rest, in one pass, without a copy and
// without an allocation a tag.
//
// The standard describes it as eighty states that take a character each. Here a state is a place in
// the code and takes a run of characters at once: text is skipped to the next '<', a quoted value
// to its quote. What a tag changes in how its content is read (a script, a title) is the tree's
// decision and so the caller's: it says so before it asks for the next token.

#pragma once

#include <apps/crawl/html_tag.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weft::crawl {

/// An attribute as it stands in the text: name in any case, value not decoded.
struct html_attribute {
  std::string_view name;
  std::string_view value;
};

/// How an element's content is read.
enum class html_content : std::uint8_t {
  markup,
  escapable_text,  ///< <title>, <textarea>: text to its end tag, with character references
  raw_text,        ///< <style>, <iframe> ...: text to its end tag
  script,          ///< the same, by the rules that hide end tags in "<!-- <script>"
  plaintext,       ///< text to the page's end
};

/// What the tokenizer reads next. Views point into the page's text, and hold until the next token.
struct html_token {
  enum class kind : std::uint8_t { end, text, cdata, start_tag, end_tag, comment, doctype };

  kind what = kind::end;
  html_tag tag = html_tag::unknown;
  bool self_closing = false;
  std::size_t begin = 0;                   ///< of its first character in the page's text
  std::string_view text;                   ///< of text and of a doctype, not decoded
  std::string_view name;                   ///< of a tag
  std::string_view attribute_text;         ///< all that stands behind a start tag's name
  std::vector<html_attribute> attributes;  ///< of a start tag, in their order

  /// The first attribute of that name (in lower case), or null.
  const html_attribute* attribute(std::string_view lower_name) const {
    for (const html_attribute& a : attributes) {
      if (same_word(a.name, lower_name)) return &a;
    }
    return nullptr;
  }
};

class html_tokenizer {
 public:
  /// `text` has to live as long as the tokenizer.
  explicit html_tokenizer(std::string_view text)
      : begin_(text.data()), next_(text.data()), end_(text.data() + text.size()) {}

  /// The next token, valid until the next call. `foreign`: the current element is SVG's or
  /// MathML's, where CDATA sections are. A tag that the text's end cuts off is none.
  const html_token& next(bool foreign);

  /// How the content of the start tag that was just read is to be read.
  void read_content_as(html_content content) { content_ = content; }

 private:
  bool read_markup(bool foreign);
  bool read_text();
  void read_content();
  void read_declaration(bool foreign);
  bool read_tag(html_token::kind what);
  bool read_attributes(bool keep);
  bool read_attribute(bool keep);
  const char* read_value(std::string_view& value);

  const char* begin_;
  const char* next_;
  const char* end_;
  html_content content_ = html_content::markup;
  html_token token_;
};

}  // namespace weft::crawl
