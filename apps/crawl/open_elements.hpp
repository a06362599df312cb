// The elements that are open at a place in a page, outermost first: HTML's stack of open elements,
// and beside it its list of active formatting elements (<b>, <a> ... which are opened again where
// something closed them that should not have). This is all that is left of the tree here: an
// element that is closed is gone.
//
// As in browsers an element nests at most 512 deep; what lies deeper becomes its sibling, and of
// the formatting elements the last 256 are known. So each step takes bounded time, whatever a page
// does.

#pragma once

#include <apps/crawl/html_tag.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace weft::crawl {

/// An element's name space.
enum class html_space : std::uint8_t { html, svg, mathml };

struct open_element {
  html_tag tag = html_tag::unknown;
  html_space space = html_space::html;
  role::set roles = 0;
  bool holds_html = false;     ///< SVG's or MathML's, but a tag in it is HTML's
  bool holds_text = false;     ///< MathML's, the same but for <mglyph> and <malignmark>
  std::uint32_t serial = 0;    ///< its own, among all
  std::string_view name = {};  ///< as it stands in the text; empty where no tag made the element

  bool is(html_tag wanted) const { return space == html_space::html && tag == wanted; }
  bool is_any(role::set wanted) const { return space == html_space::html && (roles & wanted) != 0; }
};

class open_elements {
 public:
  static constexpr std::size_t deepest = 512;
  static constexpr std::size_t most_formatting = 256;

  std::size_t size() const { return stack_.size(); }
  bool empty() const { return stack_.empty(); }
  const open_element& operator[](std::size_t i) const { return stack_[i]; }
  const open_element& current() const { return stack_.back(); }

  /// Opens an element, and gives it until the next step. Its roles are those of its tag.
  open_element& push(html_tag tag, html_space space = html_space::html, std::string_view name = {});
  /// Closes the current element; <html> stays.
  void pop() {
    if (stack_.size() > 1) stack_.pop_back();
  }
  /// Closes all from the one at `place` on.
  void pop_from(std::size_t place) { stack_.resize(place == 0 ? 1 : place); }
  /// Closes all up to and with the nearest HTML element of that tag.
  void pop_through(html_tag tag);
  /// Closes all up to the nearest HTML element of one of these roles.
  void pop_to(role::set roles);
  /// Takes out one element and leaves those in it.
  void remove(std::size_t place);
  /// Closes elements whose end tags may be left out, but none of the tag `except`.
  void close_implied(html_tag except = html_tag::unknown);

  /// Whether an HTML element of that tag is open, with none of these scopes nearer.
  bool has(html_tag tag, role::set ending = 0) const;
  bool has_in_scope(html_tag tag) const { return has(tag, role::scope); }
  bool has_in_table(html_tag tag) const { return has(tag, role::table_scope); }
  bool has_p() const { return has(html_tag::p, role::scope | role::button_scope); }

  /// Adds the current element to the formatting ones. `attributes`: as they stand in the text.
  void add_formatting(std::string_view attributes);
  /// Begins a part (a cell, an object) in which formatting elements from outside are not known.
  void add_marker();
  /// Forgets the formatting elements of the innermost such part.
  void clear_to_marker();
  /// Opens the formatting elements again that are not open.
  void reconstruct() {
    if (!formatting_.empty() && !formatting_.back().marker() && !is_open(formatting_.back())) {
      reopen();
    }
  }
  bool has_formatting(html_tag tag) const { return find_formatting(tag) != nowhere; }
  /// Forgets the last formatting element of that tag, and closes it alone.
  void forget_formatting(html_tag tag);
  /// Closes a formatting element although others may be open in it: HTML's adoption agency.
  void adopt(html_tag tag);

 private:
  struct formatting {
    html_tag tag = html_tag::unknown;
    std::uint32_t serial = 0;
    std::size_t place = 0;  // in the stack, if it is open
    std::string_view name = {};
    std::string_view attributes = {};
    bool marker() const { return serial == 0; }
  };
  static constexpr std::size_t nowhere = static_cast<std::size_t>(-1);

  bool is_open(const formatting& f) const {
    return f.place < stack_.size() && stack_[f.place].serial == f.serial;
  }
  void insert(std::size_t place, const open_element& element);
  void reopen();
  std::size_t find_formatting(html_tag tag) const;
  std::size_t formatting_of(std::uint32_t serial) const;
  void erase_formatting(std::size_t i);
  bool adopt_once(html_tag tag);
  std::size_t shed(std::size_t outer, std::size_t block, std::size_t& bookmark);

  std::vector<open_element> stack_;
  std::vector<formatting> formatting_;
  std::uint32_t last_serial_ = 0;
};

}  // namespace weft::crawl
