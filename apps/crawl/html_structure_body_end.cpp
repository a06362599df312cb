// Tree construction, continued: end tags in a page's body.

#include <apps/crawl/html_structure.hpp>

namespace weft::crawl {

namespace {

using enum html_tag;

}  // namespace

html_structure::step html_structure::body_end() {
  const html_tag tag = token_->tag;
  const role::set roles = roles_of(tag);
  switch (tag) {
    case a:
    case b:
    case big:
    case code:
    case em:
    case font:
    case i:
    case nobr:
    case s:
    case small:
    case strike:
    case strong:
    case tt:
    case u:
      stack_.adopt(tag);
      return step::done;
    case template_element:
      return end_template();
    case body:
    case html:
      if (!stack_.has_in_scope(body)) return step::done;
      mode_ = mode::after_body;
      return tag == html ? step::again : step::done;
    case button:
    case listing:
    case pre:
      return body_end_block();
    case form:
      return body_end_form();
    case p:
      if (!stack_.has_p()) return step::done;
      stack_.pop_through(p);
      return step::done;
    case li:
      if (stack_.has(li, role::scope | role::list_scope)) stack_.pop_through(li);
      return step::done;
    case dd:
    case dt:
      return body_end_block();
    case applet:
    case marquee:
    case object:
      if (!stack_.has_in_table(tag)) return step::done;
      stack_.pop_through(tag);
      stack_.clear_to_marker();
      return step::done;
    case br:
      stack_.reconstruct();
      return step::done;
    default:
      if ((roles & role::heading) != 0) return body_end_heading();
      return (roles & role::block) != 0 ? body_end_block() : body_end_other();
  }
}

html_structure::step html_structure::body_end_block() {
  if (stack_.has_in_scope(token_->tag)) stack_.pop_through(token_->tag);
  return step::done;
}

html_structure::step html_structure::body_end_form() {
  if (in_template_now()) {
    if (!stack_.has_in_scope(form)) return step::done;
    stack_.close_implied();
    if (stack_.current().is(form)) stack_.pop();
    return step::done;
  }
  const std::uint32_t serial = form_;
  form_ = 0;
  if (serial == 0) return step::done;
  for (std::size_t above = stack_.size(); above > 1; --above) {
    if (stack_[above - 1].serial == serial) {
      stack_.close_implied();
      stack_.remove(above - 1);
      return step::done;
    }
    if ((stack_[above - 1].roles & role::scope) != 0) break;
  }
  return step::done;
}

html_structure::step html_structure::body_end_heading() {
  for (std::size_t above = stack_.size(); above > 1; --above) {
    if (stack_[above - 1].is_any(role::heading)) {
      stack_.pop_from(above - 1);
      return step::done;
    }
    if ((stack_[above - 1].roles & role::scope) != 0) break;
  }
  return step::done;
}

html_structure::step html_structure::body_end_other() {
  for (std::size_t above = stack_.size(); above > 1; --above) {
    const open_element& element = stack_[above - 1];
    const bool same = token_->tag == unknown
                          ? element.is(unknown) && same_name(element.name, token_->name)
                          : element.is(token_->tag);
    if (same) {
      stack_.pop_from(above - 1);
      return step::done;
    }
    if ((element.roles & role::special) != 0) break;
  }
  return step::done;
}

}  // namespace weft::crawl
