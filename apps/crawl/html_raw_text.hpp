// Where text ends whose end is not the next tag: comments, and the content of elements in which
// tags are none.

#pragma once

#include <apps/crawl/html_tokenizer.hpp>

#include <cstddef>
#include <string_view>

namespace weft::crawl {

/// The beginning of `rest` that is the content of an element of that name: all up to its end tag,
/// or all.
std::string_view raw_text(std::string_view rest, html_content content, std::string_view name);

/// How much of `rest`, which begins with a comment's "--", is the comment.
std::size_t comment_length(std::string_view rest);

}  // namespace weft::crawl
