// URLs as browsers read them (WHATWG's URL standard), as far as a crawler of http and https needs
// it.
//
// What is not http or https is only named by its scheme. A url never holds its fragment: 140,000
// links of one real site differ by nothing else, so the fragment goes before anything else is done
// and is handed back beside the URL.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace weft::crawl {

/// An absolute http or https URL in its normal form, without fragment. A value; empty when
/// default-constructed.
class url {
 public:
  url() = default;

  /// The whole URL, as it is requested and reported.
  const std::string& text() const { return text_; }
  /// "http" or "https".
  std::string_view scheme() const { return part(0, scheme_end_); }
  /// "user:password", or empty.
  std::string_view userinfo() const;
  /// The host in lower case, an IPv6 address in its brackets.
  std::string_view host() const { return part(host_begin_, host_end_); }
  /// Host and port, the port left out where it is the scheme's own: what tells one server from
  /// another.
  std::string_view authority() const { return part(host_begin_, path_begin_); }
  /// The port to connect to.
  std::uint16_t port() const { return port_; }
  /// The path; at least "/".
  std::string_view path() const { return part(path_begin_, query_begin_); }
  /// The query with its '?', or empty.
  std::string_view query() const { return std::string_view(text_).substr(query_begin_); }

  bool empty() const { return text_.empty(); }
  friend bool operator==(const url& a, const url& b) { return a.text_ == b.text_; }

 private:
  friend class url_builder;
  std::string_view part(std::uint32_t begin, std::uint32_t end) const {
    return std::string_view(text_).substr(begin, end - begin);
  }

  std::string text_;
  std::uint32_t scheme_end_ = 0;
  std::uint32_t host_begin_ = 0;
  std::uint32_t host_end_ = 0;
  std::uint32_t path_begin_ = 0;
  std::uint32_t query_begin_ = 0;
  std::uint16_t port_ = 0;
};

/// What became of a link's text.
enum class url_kind {
  web,    ///< http or https: `target` holds it
  other,  ///< another scheme, which `note` names: "mailto", "javascript", "file" ...
  bad,    ///< no URL; `note` says why
};

/// A link's text, resolved.
struct resolved_url {
  url_kind kind = url_kind::bad;
  url target;
  std::string fragment;  ///< what stood behind the first '#', as it was written
  std::string note;
};

/// Resolves a link's text (UTF-8) as it stands in a document whose base is `base` (null: only
/// absolute URLs are good). `encoding` is the document's: non-ASCII characters of a query, and only
/// they, are sent in it. Never throws for any text.
resolved_url resolve_url(std::string_view text, const url* base,
                         std::string_view encoding = "utf-8");

/// The host of a URL in its normal form: lower case, IDNA, IPv4 in all its spellings, IPv6 in
/// brackets. Where it is bad, `host` stays empty and `reason` says why.
struct parsed_host {
  std::string host;
  const char* reason = nullptr;
};
parsed_host parse_host(std::string_view text);

/// Appends `text` with each byte that is not plain ASCII, or that `must_encode` names, as %XX.
void append_percent_encoded(std::string& to, std::string_view text, std::string_view must_encode);
/// `text` with each %XX as the byte that it stands for; a % without two digits stays.
std::string percent_decoded(std::string_view text);

}  // namespace weft::crawl
