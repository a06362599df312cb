// What a crawl found, for people (tables) and for programs (JSON). Everything is sorted, so that
// two crawls of the same site give the same report but for the times.

#pragma once

#include <apps/crawl/site.hpp>

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace weft::crawl {

/// The first place on a page that holds a broken link, and how many more the page has.
struct broken_place {
  std::string page;
  std::uint32_t line;
  std::uint32_t column;
  std::uint32_t links;  ///< on this page, to this URL
};

struct broken_url {
  std::string url;
  std::string cause;
  std::string detail;                  ///< the network's own words, where they say more
  std::vector<std::string> by_way_of;  ///< redirects, in order
  std::vector<broken_place> places;    ///< by page; empty for a start page
  std::uint64_t links = 0;
};

/// A place that pages link to and that its page does not have.
struct missing_place {
  std::string url;  ///< with the fragment
  std::vector<broken_place> places;
  std::uint64_t links = 0;
};

struct host_row {
  std::uint64_t urls = 0;
  std::uint64_t errors = 0;
  std::uint64_t bytes = 0;
  duration time{};
};

struct slow_row {
  std::string url;
  duration time;
  std::uint64_t bytes;
};

struct cause_row {
  std::uint64_t urls = 0;
  std::uint64_t links = 0;
};

/// How the crawl ended.
enum class crawl_end {
  complete,
  interrupted,   ///< by a signal: what was waiting was not fetched
  no_start_page  ///< no start page could be fetched
};

struct report {
  crawl_end end = crawl_end::complete;
  std::uint64_t records = 0;
  std::uint64_t pages = 0;
  std::uint64_t links = 0;  ///< whose target was fetched
  std::uint64_t bytes = 0;
  std::uint64_t waiting = 0;  ///< never fetched, since the crawl was interrupted
  duration elapsed{};
  std::map<std::string, std::uint64_t> by_status;
  std::map<std::string, host_row> by_host;
  std::vector<slow_row> slowest;
  std::vector<broken_url> broken;  ///< those that hurt most pages first
  std::map<std::string, cause_row> causes;
  std::vector<missing_place> missing_anchors;  ///< those that most pages link to first
  std::vector<std::pair<std::string, std::string>>
      cut_pages;               ///< pages that were not read to their end, and why
  std::uint64_t outside = 0;   ///< URLs outside the scope, not fetched
  std::uint64_t too_deep = 0;  ///< URLs deeper than --depth, not fetched
  std::map<std::string, std::uint64_t> other_schemes;

  /// Missing anchors count as broken links for the exit status.
  bool anchors_fail = false;
  /// Pages that hold a broken link.
  std::uint64_t pages_hurt = 0;
};

/// Makes the report of what is known. `elapsed`, `end` and `records` are the crawl's.
report make_report(const site& found, const frontier& urls, crawl_end end, std::uint64_t records,
                   duration elapsed);

/// The tables. Of each broken URL at most `max_places` pages are listed, and how many more there
/// are.
std::string to_text(const report& what, std::size_t max_places);

/// All of it, with every page of every broken URL.
std::string to_json(const report& what);

/// The program's exit status: 0 complete and nothing broken, 1 broken links (or missing anchors,
/// where they fail), 3 not complete.
int exit_status(const report& what);

}  // namespace weft::crawl
