// From an answer's bytes to a page's links: which type, which encoding, which base, and where each
// link leads.

#pragma once

#include <apps/crawl/anchor_set.hpp>
#include <apps/crawl/fetcher.hpp>
#include <apps/crawl/html_page.hpp>
#include <apps/crawl/url.hpp>

#include <cstdint>
#include <string>
#include <vector>

namespace weft::crawl {

/// A link with the URL that it names.
struct page_link {
  link_kind kind;
  std::uint32_t line;
  std::uint32_t column;
  std::uint32_t target;  ///< which of page_reading::targets
  std::string text;      ///< its fragment as it was written; all of it where it is no URL
};

struct page_reading {
  std::string type;  ///< the Content-Type's, or what the body looks like where there is none
  bool html = false;
  std::string title;
  std::string cut;  ///< why the page was not read to its end; empty where it was
  /// Where the links lead to, without fragments. Most links of a page lead where another does.
  std::vector<resolved_url> targets;
  std::vector<page_link> links;
  anchor_set anchors;
};

/// The type of an answer: its header's, or what its body looks like where the header names none.
std::string type_of(const fetch_result& answer);

/// Reads the answer to a GET of `address`. Pure, so that any thread may do it; blocks as long as
/// read_html does.
page_reading read_page(const url& address, const fetch_result& answer);

}  // namespace weft::crawl
