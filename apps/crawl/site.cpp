#include <apps/crawl/site.hpp>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <weft/http/status.hpp>

namespace weft::crawl {

url_facts& site::at(url_id id) {
  if (id >= facts_.size()) facts_.resize(id + std::size_t{1});
  return facts_[id];
}

ending site::ending_of(url_id id) const {
  ending result;
  const auto broken = [&](std::string cause) {
    result.broken = true;
    result.cause = std::move(cause);
    return result;
  };
  url_id now = id;
  while (true) {
    const url_facts* facts = find(now);
    if (!facts || facts->state != url_state::done) return result;
    if (facts->failure == fetch_failure::interrupted) return result;
    if (facts->failure != fetch_failure::none)
      return broken(std::string(words_for(facts->failure)));
    if (facts->status >= 400) return broken(status_text(facts->status));
    if (!facts->redirect) {
      // A 3xx whose Location is missing or bad; what was wrong stands with it.
      if (facts->status >= 300 && !facts->problem.empty()) return broken(facts->problem);
      return result;
    }
    now = *facts->redirect;
    if (now == id || std::find(result.by_way_of.begin(), result.by_way_of.end(), now) !=
                         result.by_way_of.end()) {
      result.by_way_of.push_back(now);
      return broken("redirect loop");
    }
    result.by_way_of.push_back(now);
    if (result.by_way_of.size() > max_redirects_) {
      return broken("more than " + std::to_string(max_redirects_) + " redirects");
    }
  }
}

/// Redirects are gone to their end; a fragment of a redirect's own takes the place of the link's.
/// True where nothing is known that says otherwise.
bool site::has_place(url_id id, std::string_view fragment) const {
  for (int hops = 0; hops <= max_redirects_; ++hops) {
    const url_facts* facts = find(id);
    if (!facts) return true;
    if (!facts->redirect) return !facts->anchors || facts->anchors->leads_somewhere(fragment);
    if (facts->redirect_fragment) fragment = *facts->redirect_fragment;
    id = *facts->redirect;
  }
  return true;
}

std::size_t site::check_fragments(url_id page) {
  const std::size_t first = missing_anchors_.size();
  url_facts& facts = at(page);
  for (fragment_link& found : facts.fragments) {
    const link_at& link = facts.links[found.link];
    if (has_place(link.target, found.fragment)) continue;
    missing_anchors_.push_back(
        {page, link.target, link.line, link.column, std::move(found.fragment)});
  }
  facts.fragments = {};
  return first;
}

std::string status_text(int status) {
  std::string text = std::to_string(status);
  const std::string_view reason = http::reason_phrase(status);
  if (!reason.empty()) text.append(" ").append(reason);
  return text;
}

}  // namespace weft::crawl
