// conditions: whether a request for a file is answered with the file, a part of it, or with the
// word that nothing changed. RFC 9110, sections 13 and 14; functions of the headers alone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <weft/http/date.hpp>
#include <weft/http/headers.hpp>

namespace weft::http::detail {

/// What a file is known by: its strong entity tag (with quotes) and the time of its last change.
struct validators {
  std::string_view tag;
  date modified;
};

/// 200 to go on, 304, or 412.
int evaluate_conditions(const headers& h, const validators& file, bool get_or_head);

/// From `first`, `size` bytes.
struct byte_range {
  std::uint64_t first;
  std::uint64_t size;
};

/// What a Range header asks for: nothing where it is absent, malformed, meant for another state of
/// the file (If-Range), or asks for more parts or bytes than the whole has; an empty list where
/// none of it lies in the file (416).
std::optional<std::vector<byte_range>> wanted_ranges(const headers& h, const validators& file,
                                                     std::uint64_t size);

}  // namespace weft::http::detail
