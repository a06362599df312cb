// What differs between two readings of one page.

#pragma once

#include <apps/crawl/html_page.hpp>

#include <algorithm>
#include <string>

namespace weft::crawl {

inline std::string described(const html_page& page) {
  std::string result = "title '" + page.title + "'\n";
  if (page.base) result += "base '" + *page.base + "'\n";
  for (const html_link& link : page.links) {
    result += std::to_string(link.line) + ":" + std::to_string(link.column) + " " +
              std::string(name_of(link.kind)) + " '" + link.text + "'\n";
  }
  // A second <html> gives its id to the first: gumbo has it there, read_html where it stands.
  std::vector<std::string> anchors = page.anchors;
  std::sort(anchors.begin(), anchors.end());
  for (const std::string& anchor : anchors) result += "anchor '" + anchor + "'\n";
  return result;
}

}  // namespace weft::crawl
