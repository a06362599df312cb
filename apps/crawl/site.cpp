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

std::string status_text(int status) {
  std::string text = std::to_string(status);
  const std::string_view reason = http::reason_phrase(status);
  if (!reason.empty()) text.append(" ").append(reason);
  return text;
}

}  // namespace weft::crawl
