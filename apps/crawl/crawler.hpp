// The crawl itself: takes URLs from the frontier, fetches as many at a time as it may, reads what
// comes, and puts what it finds back. One URL is one request and one record; a redirect is a record
// that names its target, which is then a URL like any other. So nothing is fetched twice however
// many links and redirects lead there.
//
// Depth is exact, not a matter of which answer came first: when a shorter way to a URL turns up, it
// and what lies behind it come nearer, and a record is written when no page that is still to come
// could shorten the way to it, and when the pages that its links name places of have come.

#pragma once

#include <apps/crawl/fetcher.hpp>
#include <apps/crawl/frontier.hpp>
#include <apps/crawl/page.hpp>
#include <apps/crawl/page_reading.hpp>
#include <apps/crawl/record_writer.hpp>
#include <apps/crawl/report.hpp>
#include <apps/crawl/scope.hpp>
#include <apps/crawl/site.hpp>
#include <weft/core/coro.hpp>
#include <weft/flow/task_group.hpp>
#include <weft/sync/event.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace weft::crawl {

/// What bounds a crawl.
struct crawl_limits {
  std::size_t concurrency = 32;
  std::size_t per_host = 0;  ///< 0: concurrency alone
  std::optional<std::uint32_t> depth;
  std::uint16_t max_redirects = 20;
  bool anchors = true;  ///< also look whether pages have the places that fragments name
};

/// Where a crawl stands, for its progress line.
struct crawl_progress {
  std::uint64_t pages = 0;
  std::uint64_t fetched = 0;
  std::uint64_t errors = 0;
  std::uint64_t bytes = 0;
  std::size_t waiting = 0;
  std::size_t in_flight = 0;
};

class crawler {
 public:
  /// All three have to outlive the crawler.
  crawler(fetcher& network, record_writer& records, const scope& where, const crawl_limits& limits);

  /// Adds a start page; before run.
  void add_start(const url& address);

  /// Crawls until nothing waits, or until what was being fetched at stop() is done. Suspends; a
  /// cancel cancels the fetches and leaves what is known so far. Throws what the record writer
  /// throws.
  coro<> run();

  /// No new fetch begins from now on.
  void stop();
  bool stopped() const { return stopping_; }

  crawl_progress progress() const;
  /// The report of what is known; complete after run.
  report make_report(duration elapsed) const;

 private:
  struct finding {
    url_id id;
    std::uint32_t depth;
    std::uint16_t hops;
  };

  coro<> dispatch(task_group& group);
  coro<> fetch_one(url_id id);
  coro<page_reading> read(url address, std::shared_ptr<const fetch_result> answer);

  void take(url_id id, const fetch_result& answer, page_reading reading);
  void take_redirect(url_id id, const fetch_result& answer, page_record& record);
  void take_links(url_id id, page_reading reading);
  void keep_fragment(std::string fragment, const std::vector<link_at>& links,
                     std::vector<fragment_link>& fragments);
  void discover(finding first);
  void come_nearer(const finding& f);
  bool may_fetch(const url_facts& facts) const;
  url_id number_of(const url& address);
  void close(std::uint32_t depth);
  void write_settled_records();
  void write(std::vector<std::pair<url_id, page_record>>& settled);

  fetcher& network_;
  record_writer& records_;
  const scope& scope_;
  crawl_limits limits_;
  frontier frontier_;
  site site_;
  event changed_;
  bool stopping_ = false;
  crawl_progress counts_;
  std::map<std::uint32_t, std::size_t> open_;  // URLs that are waiting or out, by depth
  std::map<std::uint32_t, std::vector<std::pair<url_id, page_record>>> unsettled_;
  std::vector<finding> findings_;
};

}  // namespace weft::crawl
