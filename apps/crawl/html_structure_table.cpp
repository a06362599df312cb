// Tree construction, continued: tables, <select> and templates, in which most tags are out of
// place.

#include <apps/crawl/html_structure.hpp>

namespace weft::crawl {

namespace {

using enum html_tag;

bool is_section(html_tag tag) { return tag == tbody || tag == thead || tag == tfoot; }
bool is_section(const open_element& element) {
  return element.space == html_space::html && is_section(element.tag);
}
bool is_cell(html_tag tag) { return tag == td || tag == th; }

}  // namespace

html_structure::step html_structure::in_table() {
  if (is_text()) {
    if (text_.visible) stack_.reconstruct();
    return step::done;
  }
  return is_start() ? table_start() : table_end();
}

html_structure::step html_structure::table_start() {
  const html_tag tag = token_->tag;
  if (is_table_part()) stack_.pop_to(role::table_scope);
  switch (tag) {
    case caption:
      stack_.add_marker();
      insert();
      mode_ = mode::in_caption;
      return step::done;
    case colgroup:
      insert();
      mode_ = mode::in_column_group;
      return step::done;
    case col:
      stack_.push(colgroup);
      return go(mode::in_column_group);
    case tbody:
    case tfoot:
    case thead:
      insert();
      mode_ = mode::in_table_body;
      return step::done;
    case td:
    case th:
    case tr:
      stack_.push(tbody);
      return go(mode::in_table_body);
    case table:
      return close_table() ? step::again : step::done;
    case style:
    case script:
    case template_element:
      return head_start();
    case input: {
      const html_attribute* const type = token_->attribute("type");
      if (!type || !same_word(type->value, "hidden")) return in_body();
      insert_void();
      return step::done;
    }
    case form:
      if (form_ != 0 || in_template_now()) return step::done;
      insert();
      form_ = stack_.current().serial;
      stack_.pop();
      return step::done;
    default:
      return in_body();
  }
}

html_structure::step html_structure::table_end() {
  if (token_->tag == table) {
    close_table();
    return step::done;
  }
  if (token_->tag == body || token_->tag == html || is_table_part()) return step::done;
  return in_body();
}

bool html_structure::close_table() {
  if (!stack_.has_in_table(table)) return false;
  stack_.pop_through(table);
  reset_mode();
  return true;
}

html_structure::step html_structure::in_caption() {
  const bool ends_itself = is_end(caption);
  if (ends_itself || (is_start() && is_table_part()) || is_end(table)) {
    if (!stack_.has_in_table(caption)) return step::done;
    stack_.pop_through(caption);
    stack_.clear_to_marker();
    mode_ = mode::in_table;
    return ends_itself ? step::done : step::again;
  }
  if (is_end() && (token_->tag == body || token_->tag == html || is_table_part()))
    return step::done;
  return in_body();
}

html_structure::step html_structure::in_column_group() {
  if (is_space()) return step::done;
  if (is_start(html)) return more_html();
  if (is_start(col)) {
    insert_void();
    return step::done;
  }
  if (is_start(template_element)) return head_start();
  if (is_end(template_element)) return end_template();
  if (is_end(col) || !stack_.current().is(colgroup)) return step::done;
  stack_.pop();
  mode_ = mode::in_table;
  return is_end(colgroup) ? step::done : step::again;
}

html_structure::step html_structure::in_table_body() {
  if (is_text()) return in_table();
  const html_tag tag = token_->tag;
  const auto to_section = [&] {
    while (stack_.size() > 1 && !is_section(stack_.current()) &&
           !stack_.current().is(template_element)) {
      stack_.pop();
    }
  };
  if (is_start() && tag == tr) {
    to_section();
    insert();
    mode_ = mode::in_row;
    return step::done;
  }
  if (is_start() && is_cell(tag)) {
    to_section();
    stack_.push(tr);
    return go(mode::in_row);
  }
  if (is_end() && is_section(tag)) {
    if (!stack_.has_in_table(tag)) return step::done;
    to_section();
    stack_.pop();
    mode_ = mode::in_table;
    return step::done;
  }
  if ((is_start() && is_table_part()) || is_end(table)) {
    if (!stack_.has_in_table(tbody) && !stack_.has_in_table(thead) && !stack_.has_in_table(tfoot)) {
      return step::done;
    }
    to_section();
    stack_.pop();
    return go(mode::in_table);
  }
  if (is_end() && (tag == body || tag == html || is_table_part())) return step::done;
  return in_table();
}

html_structure::step html_structure::in_row() {
  if (is_text()) return in_table();
  const html_tag tag = token_->tag;
  const auto to_row = [&] {
    while (stack_.size() > 1 && !stack_.current().is(tr) &&
           !stack_.current().is(template_element)) {
      stack_.pop();
    }
  };
  if (is_start() && is_cell(tag)) {
    to_row();
    insert();
    stack_.add_marker();
    mode_ = mode::in_cell;
    return step::done;
  }
  const bool ends_itself = is_end(tr);
  const bool ends_section = is_end() && is_section(tag);
  if (ends_itself || ends_section || (is_start() && is_table_part()) || is_end(table)) {
    if (ends_section && !stack_.has_in_table(tag)) return step::done;
    if (!stack_.has_in_table(tr)) return step::done;
    to_row();
    stack_.pop();
    mode_ = mode::in_table_body;
    return ends_itself ? step::done : step::again;
  }
  if (is_end() && (tag == body || tag == html || is_table_part())) return step::done;
  return in_table();
}

html_structure::step html_structure::in_cell() {
  if (is_text()) return in_body();
  const html_tag tag = token_->tag;
  if (is_end() && is_cell(tag)) {
    if (!stack_.has_in_table(tag)) return step::done;
    stack_.pop_through(tag);
    stack_.clear_to_marker();
    mode_ = mode::in_row;
    return step::done;
  }
  if (is_start() && is_table_part()) {
    return stack_.has_in_table(td) || stack_.has_in_table(th) ? close_cell() : step::done;
  }
  if (is_end() && (tag == table || tag == tr || is_section(tag))) {
    return stack_.has_in_table(tag) ? close_cell() : step::done;
  }
  if (is_end() && (tag == body || tag == html || is_table_part())) return step::done;
  return in_body();
}

html_structure::step html_structure::close_cell() {
  stack_.pop_through(stack_.has_in_table(td) ? td : th);
  stack_.clear_to_marker();
  return go(mode::in_row);
}

html_structure::step html_structure::in_select() {
  if (is_text()) return step::done;
  const html_tag tag = token_->tag;
  // Only options and their groups may stand between.
  const auto in_select_scope = [&] {
    std::size_t place = stack_.size() - 1;
    while (place > 0 && (stack_[place].is(option) || stack_[place].is(optgroup))) --place;
    return stack_[place].is(select);
  };
  if (is_start()) {
    switch (tag) {
      case html:
        return more_html();
      case option:
      case optgroup:
        if (stack_.current().is(option)) stack_.pop();
        if (tag == optgroup && stack_.current().is(optgroup)) stack_.pop();
        insert();
        return step::done;
      case select:
        if (in_select_scope()) close_select();
        return step::done;
      case input:
      case keygen:
      case textarea:
        if (!in_select_scope()) return step::done;
        close_select();
        return step::again;
      case script:
      case template_element:
        return head_start();
      default:
        return step::done;
    }
  }
  if (tag == template_element) return end_template();
  if (tag == select && in_select_scope()) close_select();
  if (tag == optgroup && stack_.size() > 1 && stack_.current().is(option) &&
      stack_[stack_.size() - 2].is(optgroup)) {
    stack_.pop();
  }
  if ((tag == option || tag == optgroup) && stack_.current().is(tag)) stack_.pop();
  return step::done;
}

html_structure::step html_structure::in_select_in_table() {
  if (is_text()) return step::done;
  const html_tag tag = token_->tag;
  const bool out_of_place =
      tag == caption || tag == table || is_section(tag) || tag == tr || is_cell(tag);
  if (!out_of_place) return in_select();
  if (is_end() && !stack_.has_in_table(tag)) return step::done;
  close_select();
  return step::again;
}

void html_structure::close_select() {
  stack_.pop_through(select);
  reset_mode();
}

html_structure::step html_structure::in_template() {
  if (is_text()) return in_body();
  if (is_end()) return is_end(template_element) ? end_template() : step::done;
  mode next = mode::in_body;
  switch (token_->tag) {
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
    case caption:
    case colgroup:
    case tbody:
    case tfoot:
    case thead:
      next = mode::in_table;
      break;
    case col:
      next = mode::in_column_group;
      break;
    case tr:
      next = mode::in_table_body;
      break;
    case td:
    case th:
      next = mode::in_row;
      break;
    default:
      break;
  }
  if (!template_modes_.empty()) template_modes_.back() = next;
  return go(next);
}

}  // namespace weft::crawl
