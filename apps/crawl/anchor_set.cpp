#include <apps/crawl/anchor_set.hpp>
#include <apps/crawl/url.hpp>

#include <algorithm>

namespace weft::crawl {

namespace {

bool is_of_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_';
}

bool is_top(std::string_view text) {
  constexpr std::string_view top = "top";
  return std::equal(text.begin(), text.end(), top.begin(), top.end(),
                    [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
}

}  // namespace

anchor_set::anchor_set(const std::vector<std::string>& names) {
  begins_.reserve(names.size());
  for (const std::string& name : names) {
    begins_.push_back(static_cast<std::uint32_t>(names_.size()));
    names_.append(name).push_back('\0');
  }
  names_.shrink_to_fit();
  std::sort(begins_.begin(), begins_.end(),
            [this](std::uint32_t a, std::uint32_t b) { return name_at(a) < name_at(b); });
}

bool anchor_set::contains(std::string_view name) const {
  const auto found = std::lower_bound(
      begins_.begin(), begins_.end(), name,
      [this](std::uint32_t begin, std::string_view n) { return name_at(begin) < n; });
  return found != begins_.end() && name_at(*found) == name;
}

bool anchor_set::leads_somewhere(std::string_view fragment) const {
  fragment = fragment.substr(0, fragment.find(":~:"));
  if (fragment.empty()) return true;
  // Nearly all are plain names, which are the same encoded and decoded.
  if (std::all_of(fragment.begin(), fragment.end(), is_of_name)) {
    return contains(fragment) || is_top(fragment);
  }
  std::string in_url;
  append_percent_encoded(in_url, fragment, " \"<>`");
  if (contains(in_url)) return true;
  const std::string decoded = percent_decoded(in_url);
  return contains(decoded) || is_top(decoded);
}

}  // namespace weft::crawl
