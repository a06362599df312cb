// The report's two faces: tables for people, JSON for programs.

#include <apps/crawl/report.hpp>

#include <fmt/core.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>

namespace weft::crawl {

namespace {

double milliseconds(duration d) { return std::chrono::duration<double, std::milli>(d).count(); }
double seconds(duration d) { return std::chrono::duration<double>(d).count(); }

/// 1449 as "1,449".
std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t at = digits.size(); at > 3;) digits.insert(at -= 3, 1, ',');
  return digits;
}

std::string counted(std::uint64_t number, const char* one, const char* many) {
  return fmt::format("{} {}", grouped(number), number == 1 ? one : many);
}

std::string size_text(std::uint64_t bytes) {
  if (bytes < 1000) return fmt::format("{} B", bytes);
  if (bytes < 1'000'000) return fmt::format("{:.1f} kB", static_cast<double>(bytes) / 1e3);
  return fmt::format("{:.1f} MB", static_cast<double>(bytes) / 1e6);
}

/// What a server sent must not steer the reader's terminal.
std::string printable(const std::string& text) {
  std::string result;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      result += fmt::format("\\x{:02x}", byte);
    } else {
      result += c;
    }
  }
  return result;
}

using text_buffer = fmt::memory_buffer;
template <class... Args>
void line(text_buffer& out, fmt::format_string<Args...> form, Args&&... args) {
  fmt::format_to(std::back_inserter(out), form, std::forward<Args>(args)...);
  out.push_back('\n');
}

void headline(text_buffer& out, const report& what) {
  const double s = seconds(what.elapsed);
  const char* end = what.end == crawl_end::complete      ? "The crawl is complete"
                    : what.end == crawl_end::interrupted ? "The crawl was interrupted"
                                                         : "No start page could be fetched";
  line(out, "{}: {} and {} fetched in {:.2f} s ({:.0f} pages/s), {}, {} checked.", end,
       counted(what.pages, "page", "pages"),
       counted(what.records - what.pages, "other URL", "other URLs"), s,
       s > 0 ? static_cast<double>(what.pages) / s : 0.0, size_text(what.bytes),
       counted(what.links, "link", "links"));
  if (what.waiting)
    line(out, "{} known but not fetched.", counted(what.waiting, "URL was", "URLs were"));
}

void tables(text_buffer& out, const report& what) {
  line(out, "\nStatus");
  for (const auto& [status, count] : what.by_status)
    line(out, "  {:>9}  {}", grouped(count), status);
  line(out, "\nHosts\n  {:>9} {:>9} {:>11} {:>11}", "URLs", "errors", "bytes", "mean ms");
  for (const auto& [host, row] : what.by_host) {
    line(out, "  {:>9} {:>9} {:>11} {:>11.1f}  {}", grouped(row.urls), grouped(row.errors),
         size_text(row.bytes), milliseconds(row.time) / static_cast<double>(row.urls), host);
  }
  line(out, "\nSlowest");
  for (const slow_row& row : what.slowest) {
    line(out, "  {:>8.1f} ms {:>10}  {}", milliseconds(row.time), size_text(row.bytes), row.url);
  }
}

void places_of(text_buffer& out, const std::vector<broken_place>& places, std::uint64_t links,
               std::size_t max_places) {
  line(out, "    on {}, in {}", counted(places.size(), "page", "pages"),
       counted(links, "link", "links"));
  for (std::size_t i = 0; i < std::min(max_places, places.size()); ++i) {
    const broken_place& place = places[i];
    line(out, "      {}:{}:{}{}", place.page, place.line, place.column,
         place.links > 1 ? fmt::format(" and {} more there", grouped(place.links - 1)) : "");
  }
  if (places.size() > max_places) {
    line(out, "      and {} (--places 0 shows all)",
         counted(places.size() - max_places, "more page", "more pages"));
  }
}

void missing_anchors(text_buffer& out, const report& what, std::size_t max_places) {
  if (what.missing_anchors.empty()) return;
  std::uint64_t links = 0;
  for (const missing_place& anchor : what.missing_anchors) links += anchor.links;
  line(out, "\nMissing anchors: {}, {}", grouped(what.missing_anchors.size()),
       counted(links, "link", "links"));
  for (const missing_place& anchor : what.missing_anchors) {
    line(out, "\n  {}", printable(anchor.url));
    places_of(out, anchor.places, anchor.links, max_places);
  }
}

void broken(text_buffer& out, const report& what, std::size_t max_places) {
  if (what.broken.empty()) {
    line(out, "\nNo broken links.");
    return;
  }
  std::uint64_t links = 0;
  for (const broken_url& url : what.broken) links += url.links;
  line(out, "\nBroken links: {}, {}, {}", counted(what.broken.size(), "URL", "URLs"),
       counted(what.pages_hurt, "page", "pages"), counted(links, "link", "links"));
  for (const broken_url& url : what.broken) {
    line(out, "\n  {}\n    {}{}", printable(url.url), url.cause,
         url.detail.empty() ? "" : " (" + printable(url.detail) + ")");
    // A loop's members are many and say little; the first and the last tell the way.
    for (std::size_t i = 0; i < url.by_way_of.size() && i < 3; ++i)
      line(out, "    redirects to {}", url.by_way_of[i]);
    if (url.by_way_of.size() > 3) line(out, "    and through {} more", url.by_way_of.size() - 3);
    if (url.places.empty()) {
      line(out, "    a start page");
      continue;
    }
    places_of(out, url.places, url.links, max_places);
  }
  line(out, "\nCauses");
  for (const auto& [cause, row] : what.causes) {
    line(out, "  {:>9} {:>13}  {}", counted(row.urls, "URL", "URLs"),
         counted(row.links, "link", "links"), cause);
  }
}

void remarks(text_buffer& out, const report& what) {
  if (!what.cut_pages.empty()) line(out, "\nNot read to the end");
  for (const auto& [page, why] : what.cut_pages) line(out, "  {}: {}", page, why);
  if (!what.outside && !what.too_deep && what.other_schemes.empty()) return;
  line(out, "\nNot followed");
  if (what.outside) line(out, "  {:>9}  outside the scope", counted(what.outside, "URL", "URLs"));
  if (what.too_deep)
    line(out, "  {:>9}  deeper than --depth", counted(what.too_deep, "URL", "URLs"));
  for (const auto& [scheme, count] : what.other_schemes) {
    line(out, "  {:>9}  {}:", counted(count, "link", "links"), printable(scheme));
  }
}

nlohmann::ordered_json to_json(const std::vector<broken_place>& places) {
  nlohmann::ordered_json pages = nlohmann::ordered_json::array();
  for (const broken_place& p : places) {
    pages.push_back({{"page", p.page}, {"line", p.line}, {"column", p.column}, {"links", p.links}});
  }
  return pages;
}

}  // namespace

std::string to_text(const report& what, std::size_t max_places) {
  text_buffer out;
  headline(out, what);
  tables(out, what);
  if (max_places == 0) max_places = SIZE_MAX;
  broken(out, what, max_places);
  missing_anchors(out, what, max_places);
  remarks(out, what);
  return fmt::to_string(out);
}

std::string to_json(const report& what) {
  using json = nlohmann::ordered_json;
  json result;
  result["end"] = what.end == crawl_end::complete      ? "complete"
                  : what.end == crawl_end::interrupted ? "interrupted"
                                                       : "no start page";
  result["records"] = what.records;
  result["pages"] = what.pages;
  result["links"] = what.links;
  result["bytes"] = what.bytes;
  result["seconds"] = seconds(what.elapsed);
  result["waiting"] = what.waiting;
  result["outside"] = what.outside;
  result["too_deep"] = what.too_deep;
  result["other_schemes"] = what.other_schemes;
  result["status"] = what.by_status;
  json& hosts = result["hosts"] = json::object();
  for (const auto& [host, row] : what.by_host) {
    hosts[host] = {{"urls", row.urls},
                   {"errors", row.errors},
                   {"bytes", row.bytes},
                   {"milliseconds", milliseconds(row.time)}};
  }
  json& slowest = result["slowest"] = json::array();
  for (const slow_row& row : what.slowest) {
    slowest.push_back(
        {{"url", row.url}, {"milliseconds", milliseconds(row.time)}, {"bytes", row.bytes}});
  }
  json& all = result["broken"] = json::array();
  for (const broken_url& url : what.broken) {
    all.push_back({{"url", url.url},
                   {"cause", url.cause},
                   {"detail", url.detail},
                   {"by_way_of", url.by_way_of},
                   {"links", url.links},
                   {"pages", to_json(url.places)}});
  }
  json& anchors = result["missing_anchors"] = json::array();
  for (const missing_place& anchor : what.missing_anchors) {
    anchors.push_back(
        {{"url", anchor.url}, {"links", anchor.links}, {"pages", to_json(anchor.places)}});
  }
  json& cut = result["cut_pages"] = json::object();
  for (const auto& [page, why] : what.cut_pages) cut[page] = why;
  return result.dump(2, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace weft::crawl
