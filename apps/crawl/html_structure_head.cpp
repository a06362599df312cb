// Tree construction, continued: what stands before a page's body, and what behind it, framesets
// among it.

#include <apps/crawl/html_structure.hpp>

namespace weft::crawl {

namespace {

using enum html_tag;

/// End tags that imply what else others would have to stand behind.
bool ends_head(html_tag tag) { return tag == body || tag == html || tag == br; }

}  // namespace

html_structure::step html_structure::initial() {
  return is_space() ? step::done : go(mode::before_html);
}

html_structure::step html_structure::before_html() {
  if (is_space()) return step::done;
  if (is_end() && !ends_head(token_->tag) && token_->tag != head) return step::done;
  mode_ = mode::before_head;
  if (is_start(html)) {
    insert();
    return step::done;
  }
  stack_.push(html);
  return step::again;
}

html_structure::step html_structure::before_head() {
  if (is_space()) return step::done;
  if (is_end() && !ends_head(token_->tag) && token_->tag != head) return step::done;
  if (is_start(html)) return more_html();
  has_head_ = true;
  mode_ = mode::in_head;
  if (is_start(head)) {
    insert();
    return step::done;
  }
  stack_.push(head);
  return step::again;
}

html_structure::step html_structure::in_head() {
  if (is_space()) return step::done;
  if (is_start()) {
    switch (token_->tag) {
      case html:
        return more_html();
      case head:
        return step::done;
      case noscript:
        insert();
        mode_ = mode::in_head_noscript;
        return step::done;
      case base:
      case basefont:
      case bgsound:
      case link:
      case meta:
      case title:
      case noframes:
      case style:
      case script:
      case template_element:
        return head_start();
      default:
        break;
    }
  }
  if (is_end(template_element)) return end_template();
  if (is_end() && !ends_head(token_->tag) && token_->tag != head) return step::done;
  stack_.pop();
  mode_ = mode::after_head;
  return is_end(head) ? step::done : step::again;
}

/// The start tags that mean in a body what they mean in a head.
html_structure::step html_structure::head_start() {
  switch (token_->tag) {
    case title:
      return insert_text_element(html_content::escapable_text);
    case noframes:
    case style:
      return insert_text_element(html_content::raw_text);
    case script:
      return insert_text_element(html_content::script);
    case template_element:
      template_modes_.push_back(mode::in_template);
      insert();
      placement_.what = html_placement::fate::dropped;
      stack_.add_marker();
      frameset_ok_ = false;
      mode_ = mode::in_template;
      return step::done;
    default:
      insert_void();
      return step::done;
  }
}

html_structure::step html_structure::end_template() {
  if (!stack_.has(template_element)) return step::done;
  stack_.pop_through(template_element);
  stack_.clear_to_marker();
  if (!template_modes_.empty()) template_modes_.pop_back();
  reset_mode();
  return step::done;
}

html_structure::step html_structure::in_head_noscript() {
  if (is_start(html)) return more_html();
  if (is_end(noscript)) {
    stack_.pop();
    mode_ = mode::in_head;
    return step::done;
  }
  if (is_space()) return step::done;
  if (is_start()) {
    switch (token_->tag) {
      case basefont:
      case bgsound:
      case link:
      case meta:
      case noframes:
      case style:
        return head_start();
      case head:
      case noscript:
        return step::done;
      default:
        break;
    }
  }
  if (is_end() && token_->tag != br) return step::done;
  stack_.pop();
  return go(mode::in_head);
}

html_structure::step html_structure::after_head() {
  if (is_space()) return step::done;
  if (is_start()) {
    switch (token_->tag) {
      case html:
        return more_html();
      case body:
        insert();
        has_body_ = true;
        frameset_ok_ = false;
        mode_ = mode::in_body;
        return step::done;
      case frameset:
        insert();
        mode_ = mode::in_frameset;
        return step::done;
      case base:
      case basefont:
      case bgsound:
      case link:
      case meta:
      case title:
      case noframes:
      case style:
      case script:
      case template_element:
        return head_start();
      case head:
        return step::done;
      default:
        break;
    }
  }
  if (is_end(template_element)) return end_template();
  if (is_end() && !ends_head(token_->tag)) return step::done;
  stack_.push(body);
  has_body_ = true;
  return go(mode::in_body);
}

html_structure::step html_structure::after_body() {
  if (is_space() || is_start(html)) return in_body();
  if (mode_ == mode::after_body && is_end(html)) {
    mode_ = mode::after_after_body;
    return step::done;
  }
  return go(mode::in_body);
}

html_structure::step html_structure::in_frameset() {
  if (is_start(html)) return more_html();
  if (is_start(frameset)) {
    insert();
  } else if (is_start(frame)) {
    insert_void();
  } else if (is_start(noframes)) {
    return head_start();
  } else if (is_end(frameset) && stack_.size() > 1) {
    stack_.pop();
    if (!stack_.current().is(frameset)) mode_ = mode::after_frameset;
  }
  return step::done;
}

html_structure::step html_structure::after_frameset() {
  if (is_start(html)) return more_html();
  if (is_start(noframes)) return head_start();
  if (mode_ == mode::after_frameset && is_end(html)) mode_ = mode::after_after_frameset;
  return step::done;
}

}  // namespace weft::crawl
