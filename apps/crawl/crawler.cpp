#include <apps/crawl/crawler.hpp>

#include <sched.h>

#include <algorithm>
#include <set>
#include <string>

#include <weft/threads/to_thread.hpp>

namespace weft::crawl {

namespace {

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

/// Those that this process may use, which the standard library doesn't ask for.
int cores() {
  cpu_set_t allowed;
  return ::sched_getaffinity(0, sizeof allowed, &allowed) == 0 ? CPU_COUNT(&allowed) : 1;
}

/// A page of this size is read on the loop, a longer one by a thread. Where there is one core, a
/// thread takes the loop's time all the same, and the change of threads on top; only what would
/// hold the loop for tens of milliseconds is worth it.
std::size_t read_at_once() {
  static const std::size_t most = cores() > 1 ? 32 << 10 : 8 << 20;
  return most;
}

page_reading read_shared(const url& address, const std::shared_ptr<const fetch_result>& answer) {
  return read_page(address, *answer);
}

}  // namespace

crawler::crawler(fetcher& network, record_writer& records, const scope& where,
                 const crawl_limits& limits)
    : network_(network),
      records_(records),
      scope_(where),
      limits_(limits),
      frontier_(limits.per_host),
      site_(limits.max_redirects) {}

void crawler::add_start(const url& address) {
  const url_id id = number_of(address);
  site_.at(id).start = true;
  discover({id, 0, 0});
}

coro<> crawler::run() {
  const auto body = [this](task_group& group) { return dispatch(group); };
  co_await with_task_group(body);
  for (auto& [depth, held] : unsettled_) write(held);
  unsettled_.clear();
  records_.flush();
}

void crawler::stop() {
  stopping_ = true;
  changed_.set();
}

coro<> crawler::dispatch(task_group& group) {
  while (true) {
    changed_.clear();
    while (!stopping_ && frontier_.out() < limits_.concurrency) {
      const std::optional<url_id> id = frontier_.pop();
      if (!id) break;
      group.create_task(fetch_one(*id));
    }
    if (frontier_.out() == 0) co_return;
    co_await changed_.wait();
  }
}

coro<> crawler::fetch_one(url_id id) {
  const fetch_request request{frontier_.address(id)};
  fetch_result fetched = co_await network_.fetch(request);
  const auto answer = std::make_shared<const fetch_result>(std::move(fetched));
  page_reading reading = co_await read(request.address, answer);
  take(id, *answer, std::move(reading));
  changed_.set();
}

coro<page_reading> crawler::read(url address, std::shared_ptr<const fetch_result> answer) {
  if (answer->failure != fetch_failure::none || answer->status / 100 != 2) {
    page_reading unread;
    unread.type = type_of(*answer);
    co_return unread;
  }
  if (answer->body.size() <= read_at_once()) co_return read_page(address, *answer);
  co_return co_await to_thread(read_shared, std::move(address), std::move(answer));
}

void crawler::take(url_id id, const fetch_result& answer, page_reading reading) {
  frontier_.finish(id);
  url_facts& facts = site_.at(id);
  facts.state = url_state::done;
  facts.status = static_cast<std::uint16_t>(answer.status);
  facts.failure = answer.failure;
  facts.bytes = answer.body.size();
  facts.elapsed = answer.elapsed;
  facts.page = reading.html;
  if (reading.html && reading.cut.empty()) {
    facts.anchors = std::make_unique<const anchor_set>(std::move(reading.anchors));
  }

  page_record record;
  record.url = frontier_.address(id).text();
  record.status = answer.status;
  record.type = reading.type;
  record.bytes = facts.bytes;
  record.milliseconds = std::chrono::duration<double, std::milli>(answer.elapsed).count();
  record.links = static_cast<std::uint32_t>(reading.links.size());
  record.title = std::move(reading.title);
  if (answer.failure != fetch_failure::none) {
    facts.problem = answer.detail;
    record.error = words_for(answer.failure);
    if (!answer.detail.empty()) record.error += " (" + answer.detail + ")";
  } else if (answer.status >= 400) {
    record.error = status_text(answer.status);
  } else if (is_redirect(answer.status)) {
    take_redirect(id, answer, record);
  } else if (!reading.cut.empty()) {
    facts.problem = reading.cut;
    record.error = "not read to its end: " + reading.cut;
  }
  ++counts_.fetched;
  counts_.pages += facts.page;
  counts_.errors += answer.failure != fetch_failure::none || answer.status >= 400;
  counts_.bytes += facts.bytes;
  unsettled_[facts.depth].emplace_back(id, std::move(record));

  const std::uint32_t depth = facts.depth;
  if (facts.in_scope) take_links(id, std::move(reading));
  close(depth);
}

void crawler::take_redirect(url_id id, const fetch_result& answer, page_record& record) {
  const auto leads_nowhere = [&](const std::string& why) {
    site_.at(id).problem = why;
    record.error = why;
  };
  if (answer.location.empty()) return leads_nowhere("a redirect that does not say where to");
  const resolved_url to = resolve_url(answer.location, &frontier_.address(id));
  if (to.kind == url_kind::bad) return leads_nowhere("a redirect to what is no URL: " + to.note);
  if (to.kind == url_kind::other) {
    record.redirects.push_back(answer.location);
    return site_.add_other_scheme(to.note);
  }
  record.redirects.push_back(to.target.text());
  if (!site_.at(id).in_scope) return;
  const url_id target = number_of(to.target);
  site_.at(target).redirected_to = true;
  url_facts& facts = site_.at(id);
  facts.redirect = target;
  if (answer.location.find('#') != std::string::npos) {
    facts.redirect_fragment = std::make_unique<const std::string>(to.fragment);
  }
  discover({target, facts.depth, static_cast<std::uint16_t>(facts.hops + 1)});
}

void crawler::take_links(url_id id, page_reading reading) {
  std::vector<link_at> links;
  std::vector<fragment_link> fragments;
  links.reserve(reading.links.size());
  const std::uint32_t depth = site_.at(id).depth;
  std::vector<std::optional<url_id>> numbers(reading.targets.size());
  for (page_link& link : reading.links) {
    const resolved_url& to = reading.targets[link.target];
    switch (to.kind) {
      case url_kind::bad:
        site_.add_bad_link({id, link.line, link.column, std::move(link.text), to.note});
        break;
      case url_kind::other:
        site_.add_other_scheme(to.note);
        break;
      case url_kind::web: {
        std::optional<url_id>& number = numbers[link.target];
        if (!number) number = number_of(to.target);
        const url_id target = *number;
        links.push_back({target, link.line, link.column, link.kind});
        if (!leads_to_a_page(link.kind)) break;
        keep_fragment(std::move(link.text), links, fragments);
        discover({target, depth + 1, 0});
      }
    }
  }
  site_.at(id).links = std::move(links);
  site_.at(id).fragments = std::move(fragments);
}

/// Most links with a fragment stay on their page, and most of the others lead to what they name:
/// those are done with at once.
void crawler::keep_fragment(std::string fragment, const std::vector<link_at>& links,
                            std::vector<fragment_link>& fragments) {
  if (!limits_.anchors || fragment.empty()) return;
  const url_facts& target = site_.at(links.back().target);
  if (target.anchors && target.anchors->leads_somewhere(fragment)) return;
  fragments.push_back({static_cast<std::uint32_t>(links.size() - 1), std::move(fragment)});
}

void crawler::discover(finding first) {
  // A list instead of recursion: a way that becomes shorter may shorten a chain of any length.
  findings_.push_back(first);
  while (!findings_.empty()) {
    const finding f = findings_.back();
    findings_.pop_back();
    come_nearer(f);
  }
}

void crawler::come_nearer(const finding& f) {
  url_facts& facts = site_.at(f.id);
  if (f.depth >= facts.depth && f.hops >= facts.hops &&
      !(facts.redirected_to && facts.state == url_state::known))
    return;
  if (facts.state == url_state::waiting && f.depth < facts.depth) {
    if (--open_[facts.depth] == 0) open_.erase(facts.depth);
    ++open_[f.depth];
  }
  facts.depth = std::min(facts.depth, f.depth);
  facts.hops = std::min(facts.hops, f.hops);
  if (facts.state == url_state::done) {
    for (const link_at& link : facts.links) {
      if (leads_to_a_page(link.kind)) findings_.push_back({link.target, facts.depth + 1, 0});
    }
    if (facts.redirect)
      findings_.push_back(
          {*facts.redirect, facts.depth, static_cast<std::uint16_t>(facts.hops + 1)});
  } else if (facts.state == url_state::known && may_fetch(facts)) {
    facts.state = url_state::waiting;
    ++open_[facts.depth];
    frontier_.push(f.id, facts.depth);
  }
}

bool crawler::may_fetch(const url_facts& facts) const {
  return facts.hops <= limits_.max_redirects && (!limits_.depth || facts.depth <= *limits_.depth) &&
         (facts.in_scope || facts.redirected_to);
}

url_id crawler::number_of(const url& address) {
  const std::size_t known = frontier_.known();
  const url_id id = frontier_.number_of(address);
  if (id == known) site_.at(id).in_scope = scope_.contains(address);
  return id;
}

void crawler::close(std::uint32_t depth) {
  if (--open_[depth] == 0) open_.erase(depth);
  write_settled_records();
}

void crawler::write_settled_records() {
  const std::uint32_t nearest = open_.empty() ? UINT32_MAX : open_.begin()->first;
  while (!unsettled_.empty() && unsettled_.begin()->first + 1 < nearest) {
    write(unsettled_.begin()->second);
    unsettled_.erase(unsettled_.begin());
  }
}

void crawler::write(std::vector<std::pair<url_id, page_record>>& settled) {
  for (auto& [id, record] : settled) {
    record.depth = site_.at(id).depth;
    const std::vector<missing_anchor>& missing = site_.missing_anchors();
    std::set<std::string> told;  // each once, in the order of the text
    for (std::size_t i = site_.check_fragments(id); i < missing.size(); ++i) {
      std::string anchor = frontier_.address(missing[i].target).text() + "#" + missing[i].fragment;
      if (told.insert(anchor).second) record.missing_anchors.push_back(std::move(anchor));
    }
    records_.write(record);
  }
}

crawl_progress crawler::progress() const {
  crawl_progress result = counts_;
  result.waiting = frontier_.waiting();
  result.in_flight = frontier_.out();
  return result;
}

report crawler::make_report(duration elapsed) const {
  crawl_end end = frontier_.waiting() ? crawl_end::interrupted : crawl_end::no_start_page;
  for (url_id id = 0; id < site_.size() && end == crawl_end::no_start_page; ++id) {
    const url_facts& facts = *site_.find(id);
    if (facts.start && !site_.ending_of(id).broken) end = crawl_end::complete;
  }
  return crawl::make_report(site_, frontier_, end, records_.count(), elapsed);
}

}  // namespace weft::crawl
