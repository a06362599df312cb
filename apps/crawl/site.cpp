#include <apps/crawl/site.hpp>

#include <algorithm>
#include <array>
#include <utility>

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
  constexpr std::array<std::pair<int, const char*>, 41> names = {
      {{200, "OK"},
       {201, "Created"},
       {202, "Accepted"},
       {203, "Non-Authoritative Information"},
       {204, "No Content"},
       {206, "Partial Content"},
       {300, "Multiple Choices"},
       {301, "Moved Permanently"},
       {302, "Found"},
       {303, "See Other"},
       {304, "Not Modified"},
       {307, "Temporary Redirect"},
       {308, "Permanent Redirect"},
       {400, "Bad Request"},
       {401, "Unauthorized"},
       {402, "Payment Required"},
       {403, "Forbidden"},
       {404, "Not Found"},
       {405, "Method Not Allowed"},
       {406, "Not Acceptable"},
       {407, "Proxy Authentication Required"},
       {408, "Request Timeout"},
       {409, "Conflict"},
       {410, "Gone"},
       {411, "Length Required"},
       {412, "Precondition Failed"},
       {413, "Content Too Large"},
       {414, "URI Too Long"},
       {415, "Unsupported Media Type"},
       {416, "Range Not Satisfiable"},
       {418, "I'm a teapot"},
       {421, "Misdirected Request"},
       {425, "Too Early"},
       {429, "Too Many Requests"},
       {431, "Request Header Fields Too Large"},
       {451, "Unavailable For Legal Reasons"},
       {500, "Internal Server Error"},
       {501, "Not Implemented"},
       {502, "Bad Gateway"},
       {503, "Service Unavailable"},
       {504, "Gateway Timeout"}}};
  const auto* found =
      std::find_if(names.begin(), names.end(), [&](const auto& n) { return n.first == status; });
  return std::to_string(status) + (found == names.end() ? "" : " " + std::string(found->second));
}

}  // namespace weft::crawl
