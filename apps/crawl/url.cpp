// The parser follows the standard's states, but as a walk from left to right over parts that are
// cut off one by one: fragment, scheme, authority, path, query.

#include <apps/crawl/encoding.hpp>
#include <apps/crawl/url.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

namespace weft::crawl {

namespace {

constexpr std::string_view query_set = " \"#<>'";
constexpr std::string_view path_set = " \"#<>?^`{}";
constexpr std::string_view userinfo_set = " \"#<>?^`{}/:;=@[\\]|";

bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_slash(char c) { return c == '/' || c == '\\'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

std::string lower_copy(std::string_view text) {
  std::string result(text);
  std::transform(result.begin(), result.end(), result.begin(), lower);
  return result;
}

/// Takes spaces and control characters off both ends, and tabs and newlines from everywhere.
std::string cleaned(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  std::string result;
  result.reserve(text.size());
  for (char c : text) {
    if (c != '\t' && c != '\n' && c != '\r') result += c;
  }
  return result;
}

/// The scheme that a text begins with, in lower case; nothing where it begins with none.
std::optional<std::string> leading_scheme(std::string_view text) {
  if (text.empty() || !is_alpha(text.front())) return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == ':') return lower_copy(text.substr(0, i));
    if (!is_alpha(text[i]) && !is_digit(text[i]) &&
        std::string_view("+-.").find(text[i]) == std::string_view::npos) {
      return std::nullopt;
    }
  }
  return std::nullopt;
}

/// A path's segment with "%2e" written as the dot that it stands for, where the whole segment is
/// made of dots.
std::string_view dots_of(std::string_view segment) {
  std::size_t dots = 0;
  for (std::size_t i = 0; i < segment.size() && dots < 3; ++dots) {
    if (segment[i] == '.') {
      ++i;
    } else if (segment.size() - i >= 3 && segment[i] == '%' && segment[i + 1] == '2' &&
               lower(segment[i + 2]) == 'e') {
      i += 3;
    } else {
      return {};
    }
  }
  if (dots == 1) return ".";
  if (dots == 2) return "..";
  return {};
}

/// Appends the segments of `text` to `path`, which holds whole segments ("/a/b") without a slash at
/// its end.
void append_segments(std::string& path, std::string_view text) {
  while (true) {
    const auto slash = std::find_if(text.begin(), text.end(), is_slash);
    const bool last = slash == text.end();
    const std::string_view segment = text.substr(0, static_cast<std::size_t>(slash - text.begin()));
    const std::string_view dots = dots_of(segment);
    if (dots == "..") {
      path.resize(path.rfind('/') == std::string::npos ? 0 : path.rfind('/'));
    }
    if (dots.empty()) {
      path += '/';
      append_percent_encoded(path, segment, path_set);
    } else if (last) {
      path += '/';
    }
    if (last) return;
    text.remove_prefix(segment.size() + 1);
  }
}

}  // namespace

/// Puts a url together from its parts, in order.
class url_builder {
 public:
  void scheme(std::string_view scheme) {
    result_.text_ = scheme;
    result_.scheme_end_ = size();
    result_.text_ += "://";
  }

  /// "user:password@host:port"; gives the reason where it is bad.
  const char* authority(std::string_view text) {
    const bool secure = result_.scheme() == "https";
    if (const auto at = text.rfind('@'); at != std::string_view::npos) {
      userinfo(text.substr(0, at));
      text.remove_prefix(at + 1);
    }
    std::string_view port;
    const auto bracket = text.rfind(']');
    const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    if (colon != std::string_view::npos) {
      port = text.substr(colon + 1);
      text = text.substr(0, colon);
    }
    const parsed_host host = parse_host(text);
    if (host.reason) return host.reason;
    result_.host_begin_ = size();
    result_.text_ += host.host;
    result_.host_end_ = size();

    std::uint32_t number = secure ? 443 : 80;
    const std::uint32_t default_port = number;
    if (!port.empty()) {
      const auto [end, error] = std::from_chars(port.data(), port.data() + port.size(), number);
      if (!std::all_of(port.begin(), port.end(), is_digit) || end != port.data() + port.size()) {
        return "the port is not a number";
      }
      if (error != std::errc() || number > 65535) return "the port is above 65535";
    }
    result_.port_ = static_cast<std::uint16_t>(number);
    if (number != default_port) result_.text_ += ":" + std::to_string(number);
    return nullptr;
  }

  /// The authority of a base of the same scheme.
  void authority_of(const url& base) {
    result_.text_ += base.part(base.scheme_end_ + 3, base.path_begin_);
    result_.host_begin_ = base.host_begin_;
    result_.host_end_ = base.host_end_;
    result_.port_ = base.port_;
  }

  void path(std::string_view kept, std::string_view text) {
    result_.path_begin_ = size();
    std::string path(kept);
    append_segments(path, text);
    result_.text_ += path;
    result_.query_begin_ = size();
  }

  void whole_path(std::string_view path) {
    result_.path_begin_ = size();
    result_.text_ += path;
    result_.query_begin_ = size();
  }

  void query(std::string_view text, std::string_view encoding) {
    result_.text_ += '?';
    append_percent_encoded(result_.text_, encode_query(text, encoding), query_set);
  }

  void whole_query(std::string_view query) { result_.text_ += query; }

  url take() { return std::move(result_); }

 private:
  std::uint32_t size() const { return static_cast<std::uint32_t>(result_.text_.size()); }

  void userinfo(std::string_view text) {
    const auto colon = text.find(':');
    const std::string_view user = text.substr(0, colon);
    const std::string_view password =
        colon == std::string_view::npos ? std::string_view() : text.substr(colon + 1);
    if (user.empty() && password.empty()) return;
    append_percent_encoded(result_.text_, user, userinfo_set);
    if (!password.empty()) {
      result_.text_ += ':';
      append_percent_encoded(result_.text_, password, userinfo_set);
    }
    result_.text_ += '@';
  }

  url result_;
};

namespace {

/// What is left of a link's text when fragment and scheme are off, cut into its parts.
struct url_parts {
  bool has_authority = false;
  std::string_view authority;
  std::string_view path;
  bool has_query = false;
  std::string_view query;
};

url_parts split(std::string_view rest, bool absolute) {
  url_parts parts;
  if (const auto mark = rest.find('?'); mark != std::string_view::npos) {
    parts.has_query = true;
    parts.query = rest.substr(mark + 1);
    rest = rest.substr(0, mark);
  }
  if (absolute || (rest.size() >= 2 && is_slash(rest[0]) && is_slash(rest[1]))) {
    while (!rest.empty() && is_slash(rest.front())) rest.remove_prefix(1);
    parts.has_authority = true;
    const auto slash = std::find_if(rest.begin(), rest.end(), is_slash);
    parts.authority = rest.substr(0, static_cast<std::size_t>(slash - rest.begin()));
    rest.remove_prefix(parts.authority.size());
  }
  parts.path = rest;
  return parts;
}

resolved_url bad(std::string fragment, const char* reason) {
  return {url_kind::bad, {}, std::move(fragment), reason};
}

}  // namespace

resolved_url resolve_url(std::string_view raw, const url* base, std::string_view encoding) {
  const std::string text = cleaned(raw);
  std::string_view rest = text;
  std::string fragment;
  if (const auto hash = rest.find('#'); hash != std::string_view::npos) {
    fragment = rest.substr(hash + 1);
    rest = rest.substr(0, hash);
  }
  const std::optional<std::string> scheme = leading_scheme(rest);
  if (scheme && *scheme != "http" && *scheme != "https") {
    return {url_kind::other, {}, std::move(fragment), *scheme};
  }
  if (scheme) rest.remove_prefix(scheme->size() + 1);
  // "http:page.html" without slashes is relative to a base of the same scheme: an old spelling that
  // browsers still read.
  const bool relative = !scheme || (base && base->scheme() == *scheme && rest.substr(0, 2) != "//");
  if (relative && (!base || base->empty()))
    return bad(std::move(fragment), "a relative link, and nothing that it is relative to");

  const url_parts parts = split(rest, !relative);
  url_builder builder;
  builder.scheme(scheme ? std::string_view(*scheme) : base->scheme());
  if (parts.has_authority) {
    if (const char* reason = builder.authority(parts.authority))
      return bad(std::move(fragment), reason);
  } else {
    builder.authority_of(*base);
  }
  if (parts.has_authority || (!parts.path.empty() && is_slash(parts.path.front()))) {
    builder.path({}, parts.path.empty() ? parts.path : parts.path.substr(1));
  } else if (!parts.path.empty()) {
    builder.path(base->path().substr(0, base->path().rfind('/')), parts.path);
  } else {
    builder.whole_path(base->path());
    if (!parts.has_query) builder.whole_query(base->query());
  }
  if (parts.has_query) builder.query(parts.query, encoding);
  return {url_kind::web, builder.take(), std::move(fragment), {}};
}

std::string_view url::userinfo() const {
  const std::string_view info = part(scheme_end_ + 3, host_begin_);
  return info.empty() ? info : info.substr(0, info.size() - 1);
}

void append_percent_encoded(std::string& to, std::string_view text, std::string_view must_encode) {
  constexpr char digits[] = "0123456789ABCDEF";
  // No set holds letters, digits and what else names are made of.
  const auto is_of_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_';
  };
  const auto other = std::find_if_not(text.begin(), text.end(), is_of_name);
  to.append(text.begin(), other);
  text.remove_prefix(static_cast<std::size_t>(other - text.begin()));
  for (char c : text) {
    if (is_of_name(c)) {
      to += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x1f || byte >= 0x7f || must_encode.find(c) != std::string_view::npos) {
      to += '%';
      to += digits[byte >> 4];
      to += digits[byte & 15];
    } else {
      to += c;
    }
  }
}

}  // namespace weft::crawl
