// In which encoding a page is written, and its text in UTF-8. The order of belief is HTML's: a byte
// order mark, then the Content-Type header, then <meta> within the first 1,024 bytes, then
// windows-1252. Conversion is iconv's.

#pragma once

#include <string>
#include <string_view>

namespace weft::crawl {

/// The encoding that a label names ("latin1" is "windows-1252", as in browsers); empty for a label
/// that names none.
std::string_view encoding_of_label(std::string_view label);

/// The encoding of a page, as a name that encoding_of_label gives. `charset` is the Content-Type
/// header's, or empty.
std::string_view page_encoding(std::string_view body, std::string_view charset);

/// The encoding that a <meta> in the first 1,024 bytes names; empty where none does.
std::string_view meta_encoding(std::string_view body);

/// The body's text in UTF-8, without its byte order mark; what can't be read becomes U+FFFD. Where
/// nothing has to be converted the result is a part of `body`, otherwise of `storage`, which has to
/// live as long.
std::string_view to_utf8(std::string_view body, std::string_view encoding, std::string& storage);

/// UTF-8 text in a document's encoding, as a URL's query is sent. A character that the encoding
/// lacks becomes
/// "&#number;", percent-encoded.
std::string encode_query(std::string_view utf8, std::string_view encoding);

}  // namespace weft::crawl
