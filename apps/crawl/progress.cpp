#include <apps/crawl/progress.hpp>
#include <weft/core/errors.hpp>
#include <weft/flow/sleep.hpp>

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>

namespace weft::crawl {

namespace {

constexpr auto redraw_interval = std::chrono::milliseconds(200);
constexpr auto plain_interval = std::chrono::seconds(5);
constexpr std::size_t rate_samples = 10;

void write_to_stderr(const std::string& text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

/// Pages a second over the last few intervals, so that the rate follows the crawl and yet holds
/// still.
class page_rate {
 public:
  double after(std::uint64_t pages, std::chrono::steady_clock::time_point now) {
    samples_.emplace_back(now, pages);
    if (samples_.size() > rate_samples) samples_.pop_front();
    const std::chrono::duration<double> span = now - samples_.front().first;
    return span.count() > 0 ? static_cast<double>(pages - samples_.front().second) / span.count()
                            : 0;
  }

 private:
  std::deque<std::pair<std::chrono::steady_clock::time_point, std::uint64_t>> samples_;
};

}  // namespace

std::string progress_line(const crawl_progress& now, double rate) {
  return fmt::format("{} {}, {:.0f} pages/s, {} waiting, {} in flight, {} {}, {:.1f} MB", now.pages,
                     now.pages == 1 ? "page" : "pages", rate, now.waiting, now.in_flight,
                     now.errors, now.errors == 1 ? "error" : "errors",
                     static_cast<double>(now.bytes) / 1e6);
}

coro<> show_progress(const crawler& what) {
  const bool live = isatty(STDERR_FILENO) != 0;
  page_rate rate;
  rate.after(0, std::chrono::steady_clock::now());
  try {
    while (true) {
      co_await sleep(live ? std::chrono::duration_cast<duration>(redraw_interval)
                          : std::chrono::duration_cast<duration>(plain_interval));
      const crawl_progress now = what.progress();
      std::string line =
          progress_line(now, rate.after(now.pages, std::chrono::steady_clock::now()));
      if (what.stopped()) line += ", ending";
      // The cursor goes to the line's begin, and what stood there before is wiped.
      write_to_stderr(live ? "\r\x1b[K" + line : line + "\n");
    }
  } catch (const cancelled_error&) {
    if (live) write_to_stderr("\r\x1b[K");
    throw;
  }
}

}  // namespace weft::crawl
