#include <apps/crawl/content_type.hpp>
#include <apps/crawl/encoding.hpp>
#include <apps/crawl/page_reading.hpp>

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace weft::crawl {

namespace {

/// What a page's relative links are relative to: its first <base href>, or its own URL where that
/// is none or is of a scheme that cannot be a base.
struct document_base {
  url address;
  std::string
      other_scheme;  ///< the base names a scheme that is not followed, so relative links do too
};

document_base base_of(const url& page, const html_page& html, std::string_view encoding) {
  if (!html.base) return {page, {}};
  resolved_url base = resolve_url(*html.base, &page, encoding);
  if (base.kind == url_kind::web) return {std::move(base.target), {}};
  const bool useless =
      base.kind == url_kind::bad || base.note == "data" || base.note == "javascript";
  return {page, useless ? std::string() : base.note};
}

/// Resolves the links of a page. Those that differ in their fragments only are resolved once: of
/// the links of a manual, nine of ten.
class link_resolver {
 public:
  link_resolver(const document_base& base, std::string_view encoding, page_reading& to)
      : base_(base), encoding_(encoding), to_(to) {}

  /// `link` has to live as long as this.
  void add(const html_link& link) {
    const std::string_view text = link.text;
    const std::size_t hash = text.find('#');
    const bool plain = std::all_of(text.begin(), text.end(), [](char c) { return c > ' '; });
    // Spaces at its ends and line breaks in it don't count, so that such a text is not its parts.
    if (!plain) return append(link, resolve(text));
    const std::string_view key = hash == std::string_view::npos ? text : text.substr(0, hash + 1);
    const auto [known, is_new] =
        known_.try_emplace(key, static_cast<std::uint32_t>(to_.targets.size()));
    if (is_new) return append(link, resolve(text));
    const bool bad = to_.targets[known->second].kind == url_kind::bad;
    to_.links.push_back({link.kind, link.line, link.column, known->second,
                         std::string(bad ? text : text.substr(key.size()))});
  }

 private:
  resolved_url resolve(std::string_view text) const {
    resolved_url to = resolve_url(text, &base_.address, encoding_);
    if (!base_.other_scheme.empty() && to.kind == url_kind::web &&
        resolve_url(text, nullptr, encoding_).kind == url_kind::bad) {
      to = {url_kind::other, {}, std::move(to.fragment), base_.other_scheme};
    }
    return to;
  }

  void append(const html_link& link, resolved_url to) {
    std::string text = to.kind == url_kind::bad ? link.text : std::move(to.fragment);
    to.fragment.clear();
    to_.links.push_back({link.kind, link.line, link.column,
                         static_cast<std::uint32_t>(to_.targets.size()), std::move(text)});
    to_.targets.push_back(std::move(to));
  }

  const document_base& base_;
  std::string_view encoding_;
  page_reading& to_;
  std::unordered_map<std::string_view, std::uint32_t> known_;
};

}  // namespace

std::string type_of(const fetch_result& answer) {
  const content_type named = parse_content_type(answer.content_type);
  return named.type.empty() ? std::string(sniffed_type(answer.body)) : named.type;
}

page_reading read_page(const url& address, const fetch_result& answer) {
  page_reading result;
  content_type type = parse_content_type(answer.content_type);
  if (type.type.empty()) type.type = sniffed_type(answer.body);
  result.type = type.type;
  result.html = type.is_html();
  if (!result.html) return result;

  const std::string_view encoding = page_encoding(answer.body, type.charset);
  std::string storage;
  html_page html = read_html(to_utf8(answer.body, encoding, storage));
  result.title = std::move(html.title);
  result.cut = std::move(html.cut);
  result.anchors = anchor_set(html.anchors);
  const document_base base = base_of(address, html, encoding);
  result.links.reserve(html.links.size());
  link_resolver resolver(base, encoding, result);
  for (const html_link& link : html.links) resolver.add(link);
  return result;
}

}  // namespace weft::crawl
