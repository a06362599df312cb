// Says on standard error how a crawl goes: one line that is redrawn where a person watches, a plain
// line every few seconds where none does (a log, a pipe).

#pragma once

#include <apps/crawl/crawler.hpp>
#include <weft/core/coro.hpp>

#include <string>

namespace weft::crawl {

/// "120 pages, 60 pages/s, 400 waiting, 16 in flight, 1 error, 12.3 MB"; `rate` is in pages a
/// second.
std::string progress_line(const crawl_progress& now, double rate);

/// Shows the crawl until it is cancelled; at the end the line is wiped away. Suspends. `what` has
/// to live as long.
coro<> show_progress(const crawler& what);

}  // namespace weft::crawl
