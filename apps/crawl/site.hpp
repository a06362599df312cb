// What a crawl learns about a site: what came of each URL, and which page links to which and where.
// The report is made of it, and the crawler asks it where to go on.

#pragma once

#include <apps/crawl/anchor_set.hpp>
#include <apps/crawl/fetcher.hpp>
#include <apps/crawl/frontier.hpp>
#include <apps/crawl/html_page.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace weft::crawl {

/// A link whose fragment is to be looked up when its page is known.
struct fragment_link {
  std::uint32_t link;  ///< its place in the page's links
  std::string fragment;
};

/// A link to a place that its page does not have.
struct missing_anchor {
  url_id page;
  url_id target;
  std::uint32_t line;
  std::uint32_t column;
  std::string fragment;
};

/// A link that stands on a page.
struct link_at {
  url_id target;
  std::uint32_t line;
  std::uint32_t column;
  link_kind kind;
};

/// A link whose text is no URL.
struct bad_link {
  url_id page;
  std::uint32_t line;
  std::uint32_t column;
  std::string text;
  std::string reason;
};

enum class url_state : std::uint8_t {
  known,  ///< met, and not to be fetched as far as is known: too deep, outside the scope, too many
          ///< redirects
  waiting,  ///< to be fetched, or being fetched
  done,     ///< fetched; has a record
};

/// What is known about one URL.
struct url_facts {
  url_state state = url_state::known;
  bool start = false;
  bool in_scope = false;
  bool redirected_to = false;  ///< a page of the scope sends to it
  bool page = false;           ///< HTML that came with a 2xx
  fetch_failure failure = fetch_failure::none;
  std::uint16_t hops = UINT16_MAX;  ///< the fewest redirects behind a link to it
  std::uint16_t status = 0;
  std::uint32_t depth = UINT32_MAX;  ///< the fewest links from a start page
  std::uint64_t bytes = 0;
  duration elapsed{};
  std::optional<url_id> redirect;  ///< where it sends to
  std::string
      problem;  ///< more about its failure, its useless redirect, or why it was not read to its end
  std::vector<link_at> links;
  std::vector<fragment_link> fragments;       ///< until they are checked
  std::unique_ptr<const anchor_set> anchors;  ///< of a page that was read to its end
  /// Where the redirect names a fragment of its own; a pointer, since few URLs have one.
  std::unique_ptr<const std::string> redirect_fragment;
};

/// What a reader meets behind a link.
struct ending {
  bool broken = false;
  std::string cause;              ///< "404 Not Found", "connection refused", "redirect loop" ...
  std::vector<url_id> by_way_of;  ///< the redirects' targets, in order
};

class site {
 public:
  explicit site(std::uint16_t max_redirects = 20) : max_redirects_(max_redirects) {}

  /// The facts of a URL; made at the first call.
  url_facts& at(url_id id);
  const url_facts* find(url_id id) const { return id < facts_.size() ? &facts_[id] : nullptr; }
  std::size_t size() const { return facts_.size(); }

  void add_bad_link(bad_link link) { bad_links_.push_back(std::move(link)); }
  const std::vector<bad_link>& bad_links() const { return bad_links_; }

  /// Counts a link of a scheme that is not followed.
  void add_other_scheme(const std::string& scheme) { ++other_schemes_[scheme]; }
  const std::map<std::string, std::uint64_t>& other_schemes() const { return other_schemes_; }

  /// Looks up the fragments of a page's links, as far as their pages were fetched, and forgets
  /// them; what is missing is kept, and given: from the number returned to the end of
  /// missing_anchors().
  std::size_t check_fragments(url_id page);
  const std::vector<missing_anchor>& missing_anchors() const { return missing_anchors_; }

  std::uint16_t max_redirects() const { return max_redirects_; }

  /// Where a link to `id` ends: redirects are gone to their end. A URL that was not fetched is not
  /// broken.
  ending ending_of(url_id id) const;

 private:
  bool has_place(url_id id, std::string_view fragment) const;

  std::uint16_t max_redirects_;
  std::deque<url_facts> facts_;  // a deque: references to facts last
  std::vector<bad_link> bad_links_;
  std::vector<missing_anchor> missing_anchors_;
  std::map<std::string, std::uint64_t> other_schemes_;
};

/// "404 Not Found"; a status without a usual name is only its number.
std::string status_text(int status);

}  // namespace weft::crawl
