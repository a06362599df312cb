// The anchors of a page, and HTML's rule for which of them a link's fragment names.
//
// Packed: a site has hundreds of thousands, and they are kept until the pages that link to them are
// known.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace weft::crawl {

class anchor_set {
 public:
  anchor_set() = default;
  /// `names`: ids, and names of <a>.
  explicit anchor_set(const std::vector<std::string>& names);

  /// Whether the page has the place that a link with this fragment (as written, without its '#')
  /// leads to: an anchor, compared as written and percent-decoded, or the page's top, which is what
  /// an empty fragment and "top" name. A text directive (":~:text=...") is no part of it.
  bool leads_somewhere(std::string_view fragment) const;

 private:
  bool contains(std::string_view name) const;
  std::string_view name_at(std::uint32_t begin) const { return names_.c_str() + begin; }

  std::string names_;                  // each with a NUL behind it
  std::vector<std::uint32_t> begins_;  // of each name in names_, in the names' order
};

}  // namespace weft::crawl
