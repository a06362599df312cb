// Where a page's tags lead: which become elements, of HTML, SVG or MathML, and how their content is
// read.
//
// It is the tree construction of HTML's standard without its tree. Of each rule that part is kept
// that decides what becomes of later tags: the open elements, the insertion mode, whether a
// frameset may still come. So "<td id=x>" outside a table is nothing, a link in a <select> is none,
// and <title> in SVG holds markup, here as in a browser. Where an element would be put is not
// asked.

#pragma once

#include <apps/crawl/html_text.hpp>
#include <apps/crawl/html_tokenizer.hpp>
#include <apps/crawl/open_elements.hpp>

#include <cstdint>
#include <string_view>
#include <vector>

namespace weft::crawl {

/// What became of a start tag.
struct html_placement {
  enum class fate : std::uint8_t {
    dropped,    ///< it is no element, or one in a <template>
    element,    ///< of `space`
    more_html,  ///< a second <html> gives the first what attributes that lacks
    more_body,  ///< the same for <body>
  };

  fate what = fate::dropped;
  html_space space = html_space::html;
  html_tag tag = html_tag::unknown;  ///< the tag's, but for <image>, which is <img>
  html_content content = html_content::markup;
  bool replaces_body = false;  ///< it is a <frameset>, and all that was in <body> is gone
};

class html_structure {
 public:
  html_placement start_tag(const html_token& token);
  void end_tag(const html_token& token);
  void text(const html_token& token);
  void doctype(const html_token& token);

  /// Whether the current element is not HTML's.
  bool foreign() const { return !stack_.empty() && stack_.current().space != html_space::html; }
  /// Whether there is a <body>, be it that no tag made it.
  bool has_body() const { return has_body_; }

 private:
  enum class mode : std::uint8_t {
    initial,
    before_html,
    before_head,
    in_head,
    in_head_noscript,
    after_head,
    in_body,
    in_text,
    in_table,
    in_caption,
    in_column_group,
    in_table_body,
    in_row,
    in_cell,
    in_select,
    in_select_in_table,
    in_template,
    after_body,
    in_frameset,
    after_frameset,
    after_after_body,
    after_after_frameset
  };
  /// Whether a token is done, or is to be looked at again in the mode that is set now.
  enum class step : std::uint8_t { done, again };

  bool is_start() const { return token_->what == html_token::kind::start_tag; }
  bool is_start(html_tag tag) const { return is_start() && token_->tag == tag; }
  bool is_end() const { return token_->what == html_token::kind::end_tag; }
  bool is_end(html_tag tag) const { return is_end() && token_->tag == tag; }
  bool is_text() const { return !is_start() && !is_end(); }
  bool is_space() const { return is_text() && !text_.breaks; }
  bool is_table_part() const { return (roles_of(token_->tag) & role::table_part) != 0; }
  bool in_template_now() const {
    return !template_modes_.empty() && stack_.has(html_tag::template_element);
  }

  void handle(const html_token& token);
  step handle_once();
  bool is_for_html() const;
  step in_mode();
  step go(mode next) {
    mode_ = next;
    return step::again;
  }

  step initial();
  step before_html();
  step before_head();
  step in_head();
  step in_head_noscript();
  step after_head();
  step head_start();
  step end_template();

  step in_body();
  step body_text();
  step body_start();
  step body_start_block();
  step body_start_list_item();
  step body_start_a();
  step body_start_formatting();
  step body_start_nobr();
  step body_start_form();
  step body_start_ruby();
  step body_start_raw();
  step body_start_frameset();
  step body_start_other();
  step more_html();
  step more_body();
  step body_end();
  step body_end_block();
  step body_end_form();
  step body_end_heading();
  step body_end_other();
  void close_p();
  bool body_is_second() const { return stack_.size() > 1 && stack_[1].is(html_tag::body); }

  step in_table();
  step table_start();
  step table_end();
  step in_caption();
  step in_column_group();
  step in_table_body();
  step in_row();
  step in_cell();
  step close_cell();
  bool close_table();
  step in_select();
  step in_select_in_table();
  void close_select();
  step in_template();

  step after_body();
  step in_frameset();
  step after_frameset();
  step in_foreign();
  step foreign_start();
  step foreign_end();

  void insert(html_content content = html_content::markup);
  void insert_void();
  void insert_foreign(html_space space);
  step insert_text_element(html_content content);
  void reset_mode();

  open_elements stack_;
  std::vector<mode> template_modes_;
  mode mode_ = mode::initial;
  mode mode_after_text_ = mode::initial;
  std::uint32_t form_ = 0;  // the serial of the element that <form> made; 0: none
  bool has_head_ = false;
  bool has_body_ = false;
  bool frameset_ok_ = true;
  bool quirks_ = true;

  const html_token* token_ = nullptr;
  text_traits text_;
  html_placement placement_;
};

}  // namespace weft::crawl
