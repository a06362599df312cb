// status: the reason phrases of HTTP's status codes. A status itself is an int, as it comes over
// the wire, since any number from 100 to 999 may.
#pragma once

#include <string_view>

namespace weft::http {

/// "OK", "Not Found" ...; an empty text for one that has no name.
std::string_view reason_phrase(int status) noexcept;

/// True where a response of that status never has a body: 1xx, 204, 304.
bool has_no_body(int status) noexcept;

}  // namespace weft::http
