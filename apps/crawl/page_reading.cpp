#include <apps/crawl/content_type.hpp>
#include <apps/crawl/encoding.hpp>
#include <apps/crawl/page_reading.hpp>

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
  for (html_link& link : html.links) {
    resolved_url to = resolve_url(link.text, &base.address, encoding);
    if (!base.other_scheme.empty() && to.kind == url_kind::web &&
        resolve_url(link.text, nullptr, encoding).kind == url_kind::bad) {
      to = {url_kind::other, {}, std::move(to.fragment), base.other_scheme};
    }
    if (to.kind != url_kind::bad) link.text.clear();
    result.links.push_back(
        {link.kind, link.line, link.column, std::move(link.text), std::move(to)});
  }
  return result;
}

}  // namespace weft::crawl
