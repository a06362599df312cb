// The record of one fetched URL: a line of pages.jsonl.

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace weft::crawl {

/// Every URL that was asked for has exactly one record, whatever came of it.
struct page_record {
  std::string url;
  int status = 0;           ///< 0: no answer's head came
  std::string type;         ///< "text/html"; empty where none was named
  std::uint64_t bytes = 0;  ///< of the body, decompressed
  double milliseconds = 0;  ///< from the request to the body's last byte
  std::uint32_t depth = 0;  ///< the fewest links from a start page
  std::uint32_t links = 0;  ///< found on it
  std::string title;
  std::vector<std::string> redirects;        ///< where it sends to
  std::vector<std::string> missing_anchors;  ///< it links to, with their pages: "http://h/a#b"
  std::string error;                         ///< what went wrong, in words; empty where nothing did
};

}  // namespace weft::crawl
