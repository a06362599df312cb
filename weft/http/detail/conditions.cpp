#include <weft/http/detail/conditions.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <limits>

namespace weft::http::detail {
namespace {

constexpr std::size_t most_ranges = 16;

/// True if the list of entity tags holds this one, or is "*". A weak tag in the list counts where
/// told so. A list that is malformed holds nothing from there on.
bool holds_tag(const headers& h, std::string_view name, std::string_view tag, bool weak_counts) {
  for (std::string_view list : h.all(name)) {
    if (trim(list) == "*") return true;
    while (true) {
      list.remove_prefix(std::min(list.find_first_not_of(" \t,"), list.size()));
      const bool weak = list.substr(0, 2) == "W/";
      if (weak) list.remove_prefix(2);
      if (list.empty() || list[0] != '"') break;
      const std::size_t end = list.find('"', 1);
      if (end == std::string_view::npos) break;
      if (list.substr(0, end + 1) == tag && (weak_counts || !weak)) return true;
      list.remove_prefix(end + 1);
    }
  }
  return false;
}

/// Digits only; nothing if there is none. What is too large is as large as can be.
std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto read = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || read.ptr != text.data() + text.size()) return {};
  if (read.ec == std::errc::result_out_of_range) return std::numeric_limits<std::uint64_t>::max();
  return value;
}

/// One "a-b", "a-" or "-n". False if it is malformed; adds nothing if it lies beyond the file.
bool add_range(std::string_view spec, std::uint64_t size, std::vector<byte_range>& ranges) {
  const std::size_t dash = spec.find('-');
  if (dash == std::string_view::npos) return false;
  const std::string_view from = spec.substr(0, dash);
  const std::string_view to = spec.substr(dash + 1);
  const auto first = number(from);
  const auto last = number(to);
  if (from.empty()) {
    if (!last) return false;
    const std::uint64_t count = std::min(*last, size);
    if (count > 0) ranges.push_back(byte_range{size - count, count});
    return true;
  }
  if (!first || (!to.empty() && !last) || (last && *last < *first)) return false;
  if (*first >= size) return true;
  const std::uint64_t end = last ? std::min(*last, size - 1) : size - 1;
  ranges.push_back(byte_range{*first, end - *first + 1});
  return true;
}

bool range_is_for_this(const headers& h, const validators& file) {
  const std::string* condition = h.find("If-Range");
  if (!condition) return true;
  if (const auto when = parse_date(*condition)) return *when == file.modified;
  return *condition == file.tag;
}

}  // namespace

int evaluate_conditions(const headers& h, const validators& file, bool get_or_head) {
  if (h.contains("If-Match")) {
    if (!holds_tag(h, "If-Match", file.tag, false)) return 412;
  } else if (const auto when = parse_date(h.get("If-Unmodified-Since"))) {
    if (file.modified > *when) return 412;
  }
  if (h.contains("If-None-Match")) {
    if (holds_tag(h, "If-None-Match", file.tag, true)) return get_or_head ? 304 : 412;
  } else if (const auto since = parse_date(h.get("If-Modified-Since")); since && get_or_head) {
    if (file.modified <= *since) return 304;
  }
  return 200;
}

std::optional<std::vector<byte_range>> wanted_ranges(const headers& h, const validators& file,
                                                     std::uint64_t size) {
  const auto fields = h.all("Range");
  if (fields.size() != 1 || !range_is_for_this(h, file)) return {};
  std::string_view rest = fields[0];
  const std::size_t equals = rest.find('=');
  if (equals == std::string_view::npos ||
      !equal_ignoring_case(trim(rest.substr(0, equals)), "bytes")) {
    return {};
  }
  rest.remove_prefix(equals + 1);
  std::vector<byte_range> ranges;
  std::size_t asked = 0;
  while (true) {
    const std::size_t comma = rest.find(',');
    const std::string_view spec = trim(rest.substr(0, comma));
    if (!spec.empty()) {
      if (++asked > most_ranges || !add_range(spec, size, ranges)) return {};
    }
    if (comma == std::string_view::npos) break;
    rest.remove_prefix(comma + 1);
  }
  if (asked == 0) return {};
  // Parts that overlap can ask for a file many times over.
  std::uint64_t total = 0;
  for (const byte_range& one : ranges) total += one.size;
  if (ranges.size() > 1 && total > size) return {};
  return ranges;
}

}  // namespace weft::http::detail
