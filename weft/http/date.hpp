// date: HTTP's way to write a point in time, to the second: "Sun, 06 Nov 1994 08:49:37 GMT".
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace weft::http {

/// A date as HTTP knows it: whole seconds of the system's clock.
using date = std::chrono::sys_seconds;

std::string format_date(date when);
/// Reads the three forms that RFC 9110 knows (the two obsolete ones too); nothing if it is none.
std::optional<date> parse_date(std::string_view text) noexcept;

}  // namespace weft::http
