// weft-crawl: crawls web sites and reports every broken link. Puts the parts together, shows the
// progress, and ends in order when Ctrl-C asks for it.

#include <apps/crawl/crawler.hpp>
#include <apps/crawl/http_fetcher.hpp>
#include <apps/crawl/options.hpp>
#include <apps/crawl/progress.hpp>
#include <apps/crawl/report.hpp>
#include <weft/core/as_outcome.hpp>
#include <weft/core/task.hpp>
#include <weft/run/run.hpp>
#include <weft/sync/event.hpp>

#include <fmt/format.h>
#include <malloc.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

namespace {

using weft::coro;
using namespace weft::crawl;

constexpr int not_complete = 3;

void write_file(const std::string& path, const std::string& text) {
  std::FILE* file = std::fopen(path.c_str(), "we");
  const bool written = file && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  int error = errno;
  if (file && std::fclose(file) != 0 && written)
    error = errno;
  else if (written)
    return;
  throw std::system_error(error, std::generic_category(), path);
}

void print_report(const report& what, const options& how) {
  // Where the records go to standard output, the tables must not stand among them.
  std::FILE* to = how.output == "-" ? stderr : stdout;
  const std::string text = to_text(what, how.places);
  std::fwrite(text.data(), 1, text.size(), to);
  std::fflush(to);
  if (!how.report_file.empty()) write_file(how.report_file, to_json(what));
}

coro<> crawl_and_tell(crawler& what, weft::event& ended) {
  const weft::outcome<void> result = co_await weft::as_outcome(what.run());
  ended.set();
  if (!result.has_value()) result.value();
}

coro<> wait_for(weft::event& what) { co_await what.wait(); }

coro<int> crawl(options how) {
  const auto begin = std::chrono::steady_clock::now();
  http_fetcher network(how);
  record_writer records(how.output);
  scope where(how.scope);
  crawl_limits limits;
  limits.concurrency = how.concurrency;
  limits.per_host = how.per_host;
  limits.depth = how.depth;
  limits.max_redirects = how.max_redirects;
  limits.anchors = how.anchors != anchor_check::off;
  for (const url& start : how.starts) where.add_start(start);
  crawler what(network, records, where, limits);
  for (const url& start : how.starts) what.add_start(start);

  weft::event ended;
  weft::task<void> crawling = weft::create_task(crawl_and_tell(what, ended));
  weft::task<void> showing;
  if (!how.quiet) showing = weft::create_task(show_progress(what));
  // Waits for the event, not for the task: so Ctrl-C, which cancels this wait, does not cancel the
  // crawl.
  const weft::outcome<void> waited = co_await weft::as_outcome(wait_for(ended));
  if (waited.cancelled()) {
    weft::current_task().uncancel();
    what.stop();
    fmt::print(stderr, "\nEnding: what is being fetched is finished. Ctrl-C again ends at once.\n");
  }
  const weft::outcome<void> crawled = co_await weft::as_outcome(crawling);
  if (showing) {
    showing.cancel();
    const weft::outcome<void> shown = co_await weft::as_outcome(showing);
    if (!shown.cancelled()) shown.value();
  }
  report found = what.make_report(std::chrono::steady_clock::now() - begin);
  found.anchors_fail = how.anchors == anchor_check::fail;
  print_report(found, how);
  crawled.value();
  co_return exit_status(found);
}

/// The innermost text of what a task group threw.
std::string words_of(const std::exception& error) {
  const auto* group = dynamic_cast<const weft::exception_group*>(&error);
  if (!group || group->exceptions().empty()) return error.what();
  try {
    std::rethrow_exception(group->exceptions().front());
  } catch (const std::exception& inner) {
    return words_of(inner);
  }
}

/// Tells malloc how a crawl uses memory: page after page, each let go of soon.
void use_memory_again() {
  // Pages are read by threads and kept by the loop: with an arena a thread, each keeps the room of
  // the largest page that it has met.
  ::mallopt(M_ARENA_MAX, 1);
  // What a page took is given to the next, not back to the kernel, which would have to clear it.
  constexpr int larger_than_pages = 32 << 20;
  ::mallopt(M_MMAP_THRESHOLD, larger_than_pages);
  ::mallopt(M_TRIM_THRESHOLD, larger_than_pages);
}

}  // namespace

int main(int argc, char** argv) {
  std::variant<options, ready_answer> parsed = parse_options(argc, argv);
  if (const auto* answer = std::get_if<ready_answer>(&parsed)) {
    std::fputs(answer->text.c_str(), answer->status == 0 ? stdout : stderr);
    return answer->status;
  }
  use_memory_again();
  try {
    return weft::run(crawl, std::get<options>(std::move(parsed)));
  } catch (const std::exception& error) {
    fmt::print(stderr, "weft-crawl: {}\n", words_of(error));
    return not_complete;
  }
}
