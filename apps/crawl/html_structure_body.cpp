// Tree construction, continued: start tags and text in a page's body, the largest set of rules.

#include <apps/crawl/html_structure.hpp>

namespace weft::crawl {

namespace {

using enum html_tag;

bool is_hidden_input(const html_token& token) {
  const html_attribute* const type = token.attribute("type");
  return type && same_word(type->value, "hidden");
}

}  // namespace

html_structure::step html_structure::in_body() {
  if (is_start()) return body_start();
  return is_end() ? body_end() : body_text();
}

html_structure::step html_structure::body_text() {
  if (text_.visible || !text_.breaks) stack_.reconstruct();
  if (text_.visible) frameset_ok_ = false;
  return step::done;
}

/// Ends a <p>, as the begin of a block does.
void html_structure::close_p() {
  if (stack_.has_p()) stack_.pop_through(p);
}

html_structure::step html_structure::body_start() {
  switch (token_->tag) {
    case a:
      return body_start_a();
    case b:
    case big:
    case code:
    case em:
    case font:
    case i:
    case s:
    case small:
    case strike:
    case strong:
    case tt:
    case u:
      return body_start_formatting();
    case nobr:
      return body_start_nobr();
    case li:
    case dd:
    case dt:
      return body_start_list_item();
    case base:
    case basefont:
    case bgsound:
    case link:
    case meta:
    case noframes:
    case script:
    case style:
    case template_element:
    case title:
      return head_start();
    case html:
      return more_html();
    case body:
      return more_body();
    case frameset:
      return body_start_frameset();
    case caption:
    case col:
    case colgroup:
    case frame:
    case head:
    case tbody:
    case td:
    case tfoot:
    case th:
    case thead:
    case tr:
      return step::done;
    case form:
      return body_start_form();
    case rb:
    case rp:
    case rt:
    case rtc:
      return body_start_ruby();
    case textarea:
    case xmp:
    case iframe:
    case noembed:
    case plaintext:
      return body_start_raw();
    default:
      return body_start_block();
  }
}

html_structure::step html_structure::body_start_block() {
  const role::set roles = roles_of(token_->tag);
  if (token_->tag == p || (roles & role::block) != 0) {
    close_p();
    insert();
    return step::done;
  }
  if ((roles & role::heading) != 0) {
    close_p();
    if (stack_.current().is_any(role::heading)) stack_.pop();
    insert();
    return step::done;
  }
  switch (token_->tag) {
    case pre:
    case listing:
      close_p();
      insert();
      frameset_ok_ = false;
      return step::done;
    case table:
      if (!quirks_) close_p();
      insert();
      frameset_ok_ = false;
      mode_ = mode::in_table;
      return step::done;
    case hr:
      close_p();
      insert_void();
      frameset_ok_ = false;
      return step::done;
    default:
      return body_start_other();
  }
}

html_structure::step html_structure::body_start_list_item() {
  frameset_ok_ = false;
  const bool is_li = token_->tag == li;
  for (std::size_t above = stack_.size(); above > 0; --above) {
    const open_element& element = stack_[above - 1];
    if (is_li ? element.is(li) : element.is(dd) || element.is(dt)) {
      stack_.pop_through(element.tag);
      break;
    }
    const bool passable = element.is(address) || element.is(div) || element.is(p);
    if ((element.roles & role::special) != 0 && !passable) break;
  }
  close_p();
  insert();
  return step::done;
}

html_structure::step html_structure::body_start_a() {
  if (stack_.has_formatting(a)) {
    stack_.adopt(a);
    stack_.forget_formatting(a);
  }
  return body_start_formatting();
}

html_structure::step html_structure::body_start_formatting() {
  stack_.reconstruct();
  insert();
  stack_.add_formatting(token_->attribute_text);
  return step::done;
}

html_structure::step html_structure::body_start_nobr() {
  stack_.reconstruct();
  if (stack_.has_in_scope(nobr)) stack_.adopt(nobr);
  return body_start_formatting();
}

html_structure::step html_structure::body_start_form() {
  if (form_ != 0 && !in_template_now()) return step::done;
  close_p();
  insert();
  if (!in_template_now()) form_ = stack_.current().serial;
  return step::done;
}

html_structure::step html_structure::body_start_ruby() {
  if (stack_.has_in_scope(ruby)) {
    const bool stays = token_->tag == rt || token_->tag == rp;
    stack_.close_implied(stays ? rtc : unknown);
  }
  insert();
  return step::done;
}

/// Elements whose content is text, whatever stands there.
html_structure::step html_structure::body_start_raw() {
  switch (token_->tag) {
    case textarea:
      frameset_ok_ = false;
      return insert_text_element(html_content::escapable_text);
    case plaintext:
      close_p();
      insert(html_content::plaintext);
      return step::done;
    case xmp:
      close_p();
      stack_.reconstruct();
      frameset_ok_ = false;
      break;
    case iframe:
      frameset_ok_ = false;
      break;
    default:
      break;
  }
  return insert_text_element(html_content::raw_text);
}

html_structure::step html_structure::body_start_frameset() {
  if (!body_is_second() || !frameset_ok_) return step::done;
  stack_.pop_from(1);
  stack_.clear_to_marker();
  insert();
  placement_.replaces_body = true;
  mode_ = mode::in_frameset;
  return step::done;
}

html_structure::step html_structure::body_start_other() {
  const html_tag tag = token_->tag;
  if (tag == button && stack_.has_in_scope(button)) {
    stack_.pop_through(button);
    return step::again;
  }
  if (tag == param || tag == source || tag == track) {
    insert_void();
    return step::done;
  }
  if ((tag == option || tag == optgroup) && stack_.current().is(option)) stack_.pop();
  stack_.reconstruct();
  switch (tag) {
    case image:
      placement_.tag = img;
      [[fallthrough]];
    case area:
    case br:
    case embed:
    case img:
    case keygen:
    case wbr:
      insert_void();
      frameset_ok_ = false;
      break;
    case input:
      insert_void();
      if (!is_hidden_input(*token_)) frameset_ok_ = false;
      break;
    case math:
      insert_foreign(html_space::mathml);
      break;
    case svg:
      insert_foreign(html_space::svg);
      break;
    case applet:
    case marquee:
    case object:
      insert();
      stack_.add_marker();
      frameset_ok_ = false;
      break;
    case button:
      insert();
      frameset_ok_ = false;
      break;
    case select:
      insert();
      frameset_ok_ = false;
      mode_ = mode_ == mode::in_table || mode_ == mode::in_caption ||
                      mode_ == mode::in_table_body || mode_ == mode::in_row ||
                      mode_ == mode::in_cell
                  ? mode::in_select_in_table
                  : mode::in_select;
      break;
    default:
      insert();
  }
  return step::done;
}

html_structure::step html_structure::more_html() {
  if (!in_template_now()) placement_.what = html_placement::fate::more_html;
  return step::done;
}

html_structure::step html_structure::more_body() {
  if (!body_is_second() || in_template_now()) return step::done;
  frameset_ok_ = false;
  placement_.what = html_placement::fate::more_body;
  return step::done;
}

}  // namespace weft::crawl
