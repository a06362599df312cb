#include <apps/crawl/options.hpp>
#include <weft/run/new_event_loop.hpp>

#include <CLI/CLI.hpp>

#include <cmath>
#include <exception>
#include <map>
#include <sstream>

namespace weft::crawl {

namespace {

/// With the kernel interface that a loop gets here: the first thing that one asks about a machine.
std::string version() {
  std::string text = "weft-crawl 0.1.0\n";
  try {
    text += "kernel interface: " + new_event_loop()->backend_report();
  } catch (const std::exception& error) {
    text += error.what();
  }
  return text;
}

/// The options as CLI11 fills them, before they are checked.
struct raw_options {
  std::vector<std::string> starts;
  double timeout = 30;
  double connect_timeout = 10;
  std::uint32_t depth = 0;
  bool no_keep_alive = false;
  bool no_compression = false;
  bool no_http2 = false;
};

/// CLI11's range check without its text in the help, where the option's own words say more.
template <class T>
CLI::Validator within(T least, T most) {
  return CLI::Range(least, most).description("");
}

void declare_limits(CLI::App& app, raw_options& raw, options& o) {
  app.add_option("--concurrency", o.concurrency, "Requests at a time, in all")
      ->check(within(1, 10'000))
      ->type_name("N")
      ->group("Limits")
      ->capture_default_str();
  app.add_option("--per-host", o.per_host, "Requests at a time to one host; 0: no limit of its own")
      ->check(within(0, 10'000))
      ->type_name("N")
      ->group("Limits")
      ->capture_default_str();
  app.add_option("--depth", raw.depth, "Go no further than this many links from a start page")
      ->check(within(0, 1'000'000))
      ->type_name("N")
      ->group("Limits");
  app.add_option("--scope", o.scope,
                 "Stay on the start page's host and port, or in its folder (prefix)")
      ->transform(
          CLI::CheckedTransformer(std::map<std::string, scope_kind>{{"host", scope_kind::host},
                                                                    {"prefix", scope_kind::prefix}})
              .description(""))
      ->type_name("host|prefix")
      ->default_str("host")
      ->group("Limits");
  app.add_option("--timeout", raw.timeout, "Seconds for a whole answer")
      ->check(within(0.001, 1e6))
      ->type_name("SECONDS")
      ->group("Limits")
      ->capture_default_str();
  app.add_option("--connect-timeout", raw.connect_timeout, "Seconds for a connection")
      ->check(within(0.001, 1e6))
      ->type_name("SECONDS")
      ->group("Limits")
      ->capture_default_str();
  app.add_option("--max-redirects", o.max_redirects, "Redirects that one link may lead through")
      ->check(within(0, 1'000))
      ->type_name("N")
      ->group("Limits")
      ->capture_default_str();
  app.add_option("--max-bytes", o.max_bytes, "Bytes of one body, decompressed (10MB, 512KiB ...)")
      ->transform(CLI::AsSizeValue(false).description(""))
      ->check(within(1.0, 1e15))
      ->type_name("SIZE")
      ->group("Limits")
      ->default_str("32MiB");
}

void declare_http(CLI::App& app, raw_options& raw, options& o) {
  app.add_flag("--no-keep-alive", raw.no_keep_alive, "A new connection for each request")
      ->group("HTTP");
  app.add_flag("--no-compression", raw.no_compression, "Ask for bodies as they are")->group("HTTP");
  app.add_flag("--no-http2", raw.no_http2, "HTTP/1.1 only")->group("HTTP");
  app.add_flag("--insecure", o.insecure, "Trust any TLS certificate")->group("HTTP");
  app.add_option("--cacert", o.ca_file, "Trust the certificates in this file")
      ->check(CLI::Validator(CLI::ExistingFile).description(""))
      ->type_name("FILE")
      ->group("HTTP");
  app.add_option("--user-agent", o.user_agent, "What the crawler calls itself")
      ->type_name("NAME")
      ->group("HTTP")
      ->capture_default_str();
}

void declare_output(CLI::App& app, options& o) {
  app.add_option("-o,--output", o.output,
                 "One JSON record a line for each URL; - is standard output")
      ->type_name("FILE")
      ->group("Output")
      ->capture_default_str();
  app.add_option("--report", o.report_file, "Also write the report as JSON to this file")
      ->type_name("FILE")
      ->group("Output");
  app.add_option("--places", o.places, "Pages listed for each broken URL; 0: all")
      ->type_name("N")
      ->group("Output")
      ->capture_default_str();
  app.add_option("--anchors", o.anchors,
                 "Links to places that a page does not have: don't look, report them, or count "
                 "them as broken too")
      ->transform(CLI::CheckedTransformer(
                      std::map<std::string, anchor_check>{{"off", anchor_check::off},
                                                          {"report", anchor_check::report},
                                                          {"fail", anchor_check::fail}})
                      .description(""))
      ->type_name("off|report|fail")
      ->default_str("report")
      ->group("Output");
  app.add_flag("-q,--quiet", o.quiet, "No progress")->group("Output");
}

void declare(CLI::App& app, raw_options& raw, options& o) {
  app.add_option("URL", raw.starts, "Where to start; http:// is assumed where no scheme is named")
      ->required()
      ->type_name("");
  app.set_version_flag("--version", version);
  declare_limits(app, raw, o);
  declare_http(app, raw, o);
  declare_output(app, o);
  app.footer(
      "Ctrl-C once ends the crawl in order: what is being fetched is finished and the report is "
      "written.\n"
      "Exit status: 0 nothing broken, 1 broken links found, 2 bad usage, 3 the crawl is not "
      "complete.");
}

duration from_seconds(double seconds) {
  return std::chrono::ceil<duration>(std::chrono::duration<double>(seconds));
}

ready_answer bad_usage(const std::string& what) {
  std::string line = what.substr(0, what.find('\n'));
  return {2, "weft-crawl: " + line + " (weft-crawl --help shows the options)\n"};
}

/// Adds the start pages; gives what is wrong with one, or nothing.
std::string add_starts(const std::vector<std::string>& texts, options& o) {
  for (const std::string& text : texts) {
    resolved_url start = resolve_url(text, nullptr);
    // "localhost:8080/x" reads as a URL of the scheme "localhost"; its author means a host.
    const auto colon = text.find(':');
    const bool port_follows = colon != std::string::npos && colon + 1 < text.size() &&
                              text[colon + 1] >= '0' && text[colon + 1] <= '9';
    if (text.find("://") == std::string::npos && (start.kind == url_kind::bad || port_follows)) {
      start = resolve_url("http://" + text, nullptr);
    }
    if (start.kind == url_kind::other) return "'" + text + "' is no http or https URL";
    if (start.kind == url_kind::bad) return "'" + text + "' is no URL: " + start.note;
    o.starts.push_back(std::move(start.target));
  }
  return {};
}

}  // namespace

std::variant<options, ready_answer> parse_options(int argc, const char* const* argv) {
  options o;
  o.user_agent = "weft-crawl/0.1";
  raw_options raw;
  CLI::App app("Crawls web sites and reports every broken link with the pages that hold it.",
               "weft-crawl");
  declare(app, raw, o);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& e) {
    if (e.get_exit_code() != 0) return bad_usage(e.what());
    std::ostringstream text;
    app.exit(e, text, text);
    return ready_answer{0, text.str()};
  }
  if (const std::string wrong = add_starts(raw.starts, o); !wrong.empty()) return bad_usage(wrong);
  if (app.count("--depth")) o.depth = raw.depth;
  o.timeout = from_seconds(raw.timeout);
  o.connect_timeout = from_seconds(raw.connect_timeout);
  o.keep_alive = !raw.no_keep_alive;
  o.compression = !raw.no_compression;
  o.http2 = !raw.no_http2;
  return o;
}

}  // namespace weft::crawl
