#include <apps/crawl/report.hpp>

#include <algorithm>
#include <set>
#include <unordered_map>

namespace weft::crawl {

namespace {

constexpr std::size_t slowest_count = 5;

/// Adds a link to a list of places. Pages come one after the other, each link in the order of the
/// text: the first place of a page is met first.
void add_to(std::vector<broken_place>& places, const std::string& page, std::uint32_t line,
            std::uint32_t column) {
  if (!places.empty() && places.back().page == page) {
    ++places.back().links;
  } else {
    places.push_back({page, line, column, 1});
  }
}

/// What hurts most pages first; the places of each by page.
template <class Row>
void sort_by_harm(std::vector<Row>& rows) {
  for (Row& row : rows) {
    std::sort(row.places.begin(), row.places.end(),
              [](const auto& a, const auto& b) { return a.page < b.page; });
  }
  std::sort(rows.begin(), rows.end(), [](const auto& a, const auto& b) {
    return std::make_tuple(b.places.size(), b.links, std::cref(a.url)) <
           std::make_tuple(a.places.size(), a.links, std::cref(b.url));
  });
}

std::vector<missing_place> gather_missing_anchors(const site& found, const frontier& urls) {
  std::map<std::string, missing_place> rows;
  for (const missing_anchor& missing : found.missing_anchors()) {
    const std::string text = urls.address(missing.target).text() + "#" + missing.fragment;
    missing_place& row = rows[text];
    row.url = text;
    ++row.links;
    add_to(row.places, urls.address(missing.page).text(), missing.line, missing.column);
  }
  std::vector<missing_place> result;
  for (auto& [text, row] : rows) result.push_back(std::move(row));
  sort_by_harm(result);
  return result;
}

/// Gathers what is broken: first which URLs, then on which pages they stand.
class broken_links {
 public:
  broken_links(const site& found, const frontier& urls) : found_(found), urls_(urls) {}

  void gather(report& into) {
    for (url_id page = 0; page < found_.size(); ++page) {
      const url_facts& facts = *found_.find(page);
      into.links += static_cast<std::uint64_t>(std::count_if(
          facts.links.begin(), facts.links.end(),
          [&](const link_at& link) { return found_.find(link.target)->state == url_state::done; }));
      for (const link_at& link : facts.links) add_link(page, link);
    }
    add_start_pages();
    for (const bad_link& bad : found_.bad_links()) add_bad(bad);
    into.pages_hurt = hurt_.size();
    for (auto& [key, url] : broken_) into.broken.push_back(std::move(url));
    sort_by_harm(into.broken);
    for (const broken_url& url : into.broken) {
      cause_row& row = into.causes[url.cause];
      ++row.urls;
      row.links += url.links;
    }
  }

 private:
  /// The broken URL behind a number, made at the first call; null where it is not broken.
  broken_url* broken(url_id id) {
    const auto [place, is_new] = judged_.try_emplace(id, nullptr);
    if (!is_new) return place->second;
    const ending end = found_.ending_of(id);
    if (!end.broken) return nullptr;
    broken_url& made = broken_[urls_.address(id).text()];
    made.url = urls_.address(id).text();
    made.cause = end.cause;
    for (url_id hop : end.by_way_of) made.by_way_of.push_back(urls_.address(hop).text());
    const url_id last = end.by_way_of.empty() ? id : end.by_way_of.back();
    if (const url_facts* facts = found_.find(last);
        facts && facts->failure != fetch_failure::none) {
      made.detail = facts->problem;
    }
    place->second = &made;
    return place->second;
  }

  void add_link(url_id page, const link_at& link) {
    if (broken_url* url = broken(link.target)) add_place(*url, page, link.line, link.column);
  }

  void add_place(broken_url& url, url_id page, std::uint32_t line, std::uint32_t column) {
    ++url.links;
    hurt_.insert(page);
    add_to(url.places, urls_.address(page).text(), line, column);
  }

  void add_start_pages() {
    for (url_id id = 0; id < found_.size(); ++id) {
      if (found_.find(id)->start) broken(id);
    }
  }

  void add_bad(const bad_link& bad) {
    broken_url& url = broken_["\n" + bad.text];  // No URL begins so: what is none stays apart.
    url.url = bad.text;
    url.cause = "not a URL: " + bad.reason;
    add_place(url, bad.page, bad.line, bad.column);
  }

  const site& found_;
  const frontier& urls_;
  std::map<std::string, broken_url> broken_;
  std::unordered_map<url_id, broken_url*> judged_;
  std::set<url_id> hurt_;
};

std::string status_row(const url_facts& facts) {
  return facts.failure == fetch_failure::none ? status_text(facts.status)
                                              : std::string(words_for(facts.failure));
}

}  // namespace

report make_report(const site& found, const frontier& urls, crawl_end end, std::uint64_t records,
                   duration elapsed) {
  report result;
  result.end = end;
  result.records = records;
  result.elapsed = elapsed;
  result.other_schemes = found.other_schemes();
  for (url_id id = 0; id < found.size(); ++id) {
    const url_facts& facts = *found.find(id);
    const url& address = urls.address(id);
    if (facts.state == url_state::known && facts.hops <= found.max_redirects()) {
      ++(facts.in_scope ? result.too_deep : result.outside);
    }
    if (facts.state == url_state::waiting) ++result.waiting;
    if (facts.state != url_state::done) continue;
    result.pages += facts.page;
    result.bytes += facts.bytes;
    ++result.by_status[status_row(facts)];
    host_row& host = result.by_host[std::string(address.authority())];
    ++host.urls;
    host.errors += facts.failure != fetch_failure::none || facts.status >= 400;
    host.bytes += facts.bytes;
    host.time += facts.elapsed;
    result.slowest.push_back({address.text(), facts.elapsed, facts.bytes});
    if (facts.page && !facts.problem.empty())
      result.cut_pages.emplace_back(address.text(), facts.problem);
  }
  const auto by_time = [](const slow_row& a, const slow_row& b) { return a.time > b.time; };
  const auto shown = static_cast<std::ptrdiff_t>(std::min(slowest_count, result.slowest.size()));
  std::partial_sort(result.slowest.begin(), result.slowest.begin() + shown, result.slowest.end(),
                    by_time);
  result.slowest.resize(static_cast<std::size_t>(shown));
  std::sort(result.cut_pages.begin(), result.cut_pages.end());
  broken_links(found, urls).gather(result);
  result.missing_anchors = gather_missing_anchors(found, urls);
  return result;
}

int exit_status(const report& what) {
  if (what.end != crawl_end::complete) return 3;
  if (what.anchors_fail && !what.missing_anchors.empty()) return 1;
  return what.broken.empty() ? 0 : 1;
}

}  // namespace weft::crawl
