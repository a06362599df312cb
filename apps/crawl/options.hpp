// The command line of weft-crawl.

#pragma once

#include <apps/crawl/scope.hpp>
#include <apps/crawl/url.hpp>
#include <weft/core/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace weft::crawl {

/// What becomes of links whose fragment names no place of its page.
enum class anchor_check : std::uint8_t { off, report, fail };

struct options {
  std::vector<url> starts;
  std::size_t concurrency = 32;
  std::size_t per_host = 16;  ///< 0: no limit but concurrency
  std::optional<std::uint32_t> depth;
  scope_kind scope = scope_kind::host;
  anchor_check anchors = anchor_check::report;
  duration timeout = std::chrono::seconds(30);
  duration connect_timeout = std::chrono::seconds(10);
  std::uint16_t max_redirects = 20;
  std::size_t max_bytes = 32 << 20;
  bool keep_alive = true;
  bool compression = true;
  bool http2 = true;
  bool insecure = false;
  std::string ca_file;
  std::string user_agent;
  std::string output = "pages.jsonl";
  std::string report_file;  ///< empty: none
  std::size_t places = 10;  ///< pages listed for each broken URL; 0: all
  bool quiet = false;       ///< no progress
};

/// What the program is to do next: crawl, or print `text` and end with `status`.
struct ready_answer {
  int status;
  std::string text;
};

/// Reads the command line. Bad usage is an answer with status 2 and one line that says what is
/// wrong.
std::variant<options, ready_answer> parse_options(int argc, const char* const* argv);

}  // namespace weft::crawl
