#include <apps/crawl/html_structure.hpp>

namespace weft::crawl {

namespace {

using enum html_tag;

}  // namespace

html_placement html_structure::start_tag(const html_token& token) {
  placement_ = {};
  placement_.tag = token.tag;
  handle(token);
  return placement_;
}

void html_structure::end_tag(const html_token& token) { handle(token); }

void html_structure::text(const html_token& token) {
  // In a body that can't become a frameset any more, text only opens formatting elements again.
  if (mode_ == mode::in_text) return;
  if (mode_ == mode::in_body && !frameset_ok_ && !foreign()) {
    stack_.reconstruct();
    return;
  }
  text_ = traits_of(token.text);
  handle(token);
}

void html_structure::doctype(const html_token& token) {
  if (mode_ != mode::initial) return;
  std::string_view name = token.text;
  while (!name.empty() && is_html_space(name.front())) name.remove_prefix(1);
  std::size_t length = 0;
  while (length < name.size() && !is_html_space(name[length])) ++length;
  quirks_ = !same_word(name.substr(0, length), "html");
  mode_ = mode::before_html;
}

void html_structure::handle(const html_token& token) {
  token_ = &token;
  // Each round leaves a mode or closes an element. No page needs as many rounds as this.
  for (int round = 0; round < 1000 && handle_once() == step::again; ++round) {
  }
}

html_structure::step html_structure::handle_once() {
  return is_for_html() ? in_mode() : in_foreign();
}

/// Whether a token is HTML's, or SVG's or MathML's.
bool html_structure::is_for_html() const {
  if (!foreign()) return true;
  if (token_->what == html_token::kind::cdata || is_end()) return false;
  const open_element& current = stack_.current();
  if (current.holds_html) return true;
  if (current.holds_text) return !is_start(mglyph) && !is_start(malignmark);
  return current.space == html_space::mathml && current.tag == annotation_xml && is_start(svg);
}

html_structure::step html_structure::in_mode() {
  switch (mode_) {
    case mode::initial:
      return initial();
    case mode::before_html:
      return before_html();
    case mode::before_head:
      return before_head();
    case mode::in_head:
      return in_head();
    case mode::in_head_noscript:
      return in_head_noscript();
    case mode::after_head:
      return after_head();
    case mode::in_body:
      return in_body();
    case mode::in_text:
      stack_.pop();
      mode_ = mode_after_text_;
      return step::done;
    case mode::in_table:
      return in_table();
    case mode::in_caption:
      return in_caption();
    case mode::in_column_group:
      return in_column_group();
    case mode::in_table_body:
      return in_table_body();
    case mode::in_row:
      return in_row();
    case mode::in_cell:
      return in_cell();
    case mode::in_select:
      return in_select();
    case mode::in_select_in_table:
      return in_select_in_table();
    case mode::in_template:
      return in_template();
    case mode::after_body:
    case mode::after_after_body:
      return after_body();
    case mode::in_frameset:
      return in_frameset();
    case mode::after_frameset:
    case mode::after_after_frameset:
      return after_frameset();
  }
  return step::done;
}

/// Makes the start tag an element of HTML, and opens it.
void html_structure::insert(html_content content) {
  if (!in_template_now()) placement_.what = html_placement::fate::element;
  placement_.content = content;
  stack_.push(placement_.tag, html_space::html, token_->name);
}

void html_structure::insert_void() {
  if (!in_template_now()) placement_.what = html_placement::fate::element;
}

void html_structure::insert_foreign(html_space space) {
  if (!in_template_now()) placement_.what = html_placement::fate::element;
  placement_.space = space;
  if (token_->self_closing) return;
  open_element& added = stack_.push(token_->tag, space, token_->name);
  if (space == html_space::mathml && token_->tag == annotation_xml) {
    const html_attribute* const encoding = token_->attribute("encoding");
    added.holds_html = encoding && (same_word(encoding->value, "text/html") ||
                                    same_word(encoding->value, "application/xhtml+xml"));
  }
}

html_structure::step html_structure::insert_text_element(html_content content) {
  insert(content);
  mode_after_text_ = mode_;
  mode_ = mode::in_text;
  return step::done;
}

void html_structure::reset_mode() {
  for (std::size_t above = stack_.size(); above > 1; --above) {
    const open_element& element = stack_[above - 1];
    if (element.space != html_space::html) continue;
    switch (element.tag) {
      case select:
        mode_ = mode::in_select;
        for (std::size_t outer = above - 1; outer > 1 && !stack_[outer - 1].is(template_element);
             --outer) {
          if (stack_[outer - 1].is(table)) mode_ = mode::in_select_in_table;
        }
        return;
      case td:
      case th:
        mode_ = mode::in_cell;
        return;
      case tr:
        mode_ = mode::in_row;
        return;
      case tbody:
      case thead:
      case tfoot:
        mode_ = mode::in_table_body;
        return;
      case caption:
        mode_ = mode::in_caption;
        return;
      case colgroup:
        mode_ = mode::in_column_group;
        return;
      case table:
        mode_ = mode::in_table;
        return;
      case template_element:
        mode_ = template_modes_.empty() ? mode::in_body : template_modes_.back();
        return;
      case head:
        mode_ = mode::in_head;
        return;
      case body:
        mode_ = mode::in_body;
        return;
      case frameset:
        mode_ = mode::in_frameset;
        return;
      default:
        break;
    }
  }
  mode_ = has_head_ ? mode::after_head : mode::before_head;
}

html_structure::step html_structure::in_foreign() {
  if (is_start()) return foreign_start();
  if (is_end()) return foreign_end();
  if (text_.visible) frameset_ok_ = false;
  return step::done;
}

html_structure::step html_structure::foreign_start() {
  const bool styled =
      token_->tag == font &&
      (token_->attribute("color") || token_->attribute("face") || token_->attribute("size"));
  if (styled || (roles_of(token_->tag) & role::breakout) != 0) {
    do {
      stack_.pop();
    } while (foreign() && !stack_.current().holds_html && !stack_.current().holds_text);
    return step::again;
  }
  insert_foreign(stack_.current().space);
  return step::done;
}

html_structure::step html_structure::foreign_end() {
  for (std::size_t place = stack_.size() - 1; place > 0; --place) {
    if (stack_[place].space == html_space::html) break;
    if (same_name(stack_[place].name, token_->name)) {
      stack_.pop_from(place);
      return step::done;
    }
  }
  return in_mode();
}

}  // namespace weft::crawl
