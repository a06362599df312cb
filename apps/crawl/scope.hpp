// Which URLs belong to a crawl.

#pragma once

#include <apps/crawl/url.hpp>

#include <string>
#include <vector>

namespace weft::crawl {

/// How far a crawl goes from its start pages.
enum class scope_kind {
  host,    ///< the same host and the same port (and either of http and https where the port is the
           ///< scheme's own)
  prefix,  ///< that, and the path begins with the start page's folder
};

class scope {
 public:
  explicit scope(scope_kind kind) : kind_(kind) {}

  /// Adds a start page, around which the scope is drawn.
  void add_start(const url& start);
  bool contains(const url& address) const;

 private:
  struct area {
    std::string authority;
    std::string folder;
  };
  scope_kind kind_;
  std::vector<area> areas_;
};

}  // namespace weft::crawl
