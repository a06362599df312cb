#include <apps/crawl/open_elements.hpp>

#include <algorithm>

namespace weft::crawl {

namespace {

using enum html_tag;

/// The roles of an element of SVG or MathML.
role::set foreign_roles(html_space space, html_tag tag) {
  if (space == html_space::svg) {
    if (tag == foreignobject || tag == desc) return role::special | role::scope;
    return tag == title ? role::scope : role::set{0};
  }
  const bool known =
      tag == mi || tag == mo || tag == mn || tag == ms || tag == mtext || tag == annotation_xml;
  return known ? role::special | role::scope : role::set{0};
}

}  // namespace

open_element& open_elements::push(html_tag tag, html_space space, std::string_view name) {
  if (stack_.size() == deepest) stack_.pop_back();
  open_element& added = stack_.emplace_back();
  added.tag = tag;
  added.space = space;
  added.serial = ++last_serial_;
  added.name = name;
  if (space == html_space::html) {
    added.roles = roles_of(tag);
    return added;
  }
  added.roles = foreign_roles(space, tag);
  added.holds_html = space == html_space::svg && (added.roles & role::scope) != 0;
  added.holds_text =
      space == html_space::mathml && (added.roles & role::scope) != 0 && tag != annotation_xml;
  return added;
}

void open_elements::pop_through(html_tag tag) {
  while (stack_.size() > 1) {
    const bool last = current().is(tag);
    pop();
    if (last) return;
  }
}

void open_elements::pop_to(role::set roles) {
  while (stack_.size() > 1 && !current().is_any(roles)) pop();
}

void open_elements::remove(std::size_t place) {
  stack_.erase(stack_.begin() + static_cast<std::ptrdiff_t>(place));
  for (formatting& f : formatting_) {
    if (f.place > place) --f.place;
  }
}

void open_elements::insert(std::size_t place, const open_element& element) {
  for (formatting& f : formatting_) {
    if (f.place >= place) ++f.place;
  }
  stack_.insert(stack_.begin() + static_cast<std::ptrdiff_t>(place), element);
}

void open_elements::close_implied(html_tag except) {
  while (current().is_any(role::implied_end) && current().tag != except) pop();
}

bool open_elements::has(html_tag tag, role::set ending) const {
  for (std::size_t i = stack_.size(); i > 0; --i) {
    const open_element& element = stack_[i - 1];
    if (element.is(tag)) return true;
    if ((element.roles & ending) != 0) return false;
  }
  return false;
}

void open_elements::add_formatting(std::string_view attributes) {
  const open_element& added = current();
  // Three alike are as good as more: "Noah's Ark".
  std::size_t alike = 0;
  std::size_t earliest = 0;
  for (std::size_t i = formatting_.size(); i > 0 && !formatting_[i - 1].marker(); --i) {
    const formatting& f = formatting_[i - 1];
    if (f.tag != added.tag || f.attributes != attributes) continue;
    ++alike;
    earliest = i - 1;
  }
  if (alike >= 3) erase_formatting(earliest);
  if (formatting_.size() == most_formatting) erase_formatting(0);
  formatting_.push_back({added.tag, added.serial, stack_.size() - 1, added.name, attributes});
}

void open_elements::add_marker() {
  if (formatting_.size() == most_formatting) erase_formatting(0);
  formatting_.emplace_back();
}

void open_elements::clear_to_marker() {
  while (!formatting_.empty()) {
    const bool last = formatting_.back().marker();
    formatting_.pop_back();
    if (last) return;
  }
}

void open_elements::reopen() {
  std::size_t i = formatting_.size() - 1;
  while (i > 0 && !formatting_[i - 1].marker() && !is_open(formatting_[i - 1])) --i;
  for (; i < formatting_.size(); ++i) {
    formatting& f = formatting_[i];
    push(f.tag, html_space::html, f.name);
    f.serial = last_serial_;
    f.place = stack_.size() - 1;
  }
}

std::size_t open_elements::find_formatting(html_tag tag) const {
  for (std::size_t i = formatting_.size(); i > 0 && !formatting_[i - 1].marker(); --i) {
    if (formatting_[i - 1].tag == tag) return i - 1;
  }
  return nowhere;
}

std::size_t open_elements::formatting_of(std::uint32_t serial) const {
  for (std::size_t i = formatting_.size(); i > 0; --i) {
    if (formatting_[i - 1].serial == serial) return i - 1;
  }
  return nowhere;
}

void open_elements::erase_formatting(std::size_t i) {
  formatting_.erase(formatting_.begin() + static_cast<std::ptrdiff_t>(i));
}

void open_elements::forget_formatting(html_tag tag) {
  const std::size_t i = find_formatting(tag);
  if (i == nowhere) return;
  const formatting found = formatting_[i];
  erase_formatting(i);
  if (is_open(found)) remove(found.place);
}

void open_elements::adopt(html_tag tag) {
  if (current().is(tag) && formatting_of(current().serial) == nowhere) {
    pop();
    return;
  }
  for (int i = 0; i < 8 && adopt_once(tag); ++i) {
  }
}

/// A round of the adoption agency; whether there is more to do.
bool open_elements::adopt_once(html_tag tag) {
  const std::size_t i = find_formatting(tag);
  if (i == nowhere) return false;
  const formatting subject = formatting_[i];
  if (!is_open(subject)) {
    erase_formatting(i);
    return false;
  }
  if (!has_in_scope(tag)) return false;
  const auto block =
      std::find_if(stack_.begin() + static_cast<std::ptrdiff_t>(subject.place), stack_.end(),
                   [](const open_element& e) { return (e.roles & role::special) != 0; });
  if (block == stack_.end()) {
    pop_from(subject.place);
    erase_formatting(i);
    return false;
  }
  // The block leaves the element, which is opened again within it.
  std::size_t bookmark = i + 1;
  const std::size_t place =
      shed(subject.place, static_cast<std::size_t>(block - stack_.begin()), bookmark);
  open_element inner = stack_[subject.place];
  inner.serial = ++last_serial_;
  const std::size_t old = formatting_of(subject.serial);
  erase_formatting(old);
  if (old < bookmark) --bookmark;
  remove(subject.place);
  insert(place, inner);
  formatting again = subject;
  again.serial = inner.serial;
  again.place = place;
  formatting_.insert(formatting_.begin() + static_cast<std::ptrdiff_t>(bookmark), again);
  return true;
}

/// What lies between a formatting element and a block in it: formatting elements are replaced by
/// copies, others are taken out. Gives the block's place, and moves the bookmark to the place in
/// formatting_ where the outer element will be listed anew.
std::size_t open_elements::shed(std::size_t outer, std::size_t block, std::size_t& bookmark) {
  bool copied = false;
  std::size_t at = block;
  for (int count = 1; at > outer + 1; ++count) {
    --at;
    std::size_t listed = formatting_of(stack_[at].serial);
    if (listed != nowhere && count > 3) {
      erase_formatting(listed);
      if (listed < bookmark) --bookmark;
      listed = nowhere;
    }
    if (listed == nowhere) {
      remove(at);
      --block;
      continue;
    }
    formatting_[listed].serial = stack_[at].serial = ++last_serial_;
    if (!copied) bookmark = listed + 1;
    copied = true;
  }
  return block;
}

}  // namespace weft::crawl
