#include <gtest/gtest.h>
#include <apps/crawl/options.hpp>

#include <algorithm>

namespace weft::crawl {
namespace {

std::variant<options, ready_answer> parsed(std::vector<const char*> arguments) {
  arguments.insert(arguments.begin(), "weft-crawl");
  return parse_options(static_cast<int>(arguments.size()), arguments.data());
}

options good(std::vector<const char*> arguments) {
  std::variant<options, ready_answer> result = parsed(std::move(arguments));
  if (const auto* answer = std::get_if<ready_answer>(&result)) {
    ADD_FAILURE() << answer->text;
    return {};
  }
  return std::get<options>(result);
}

std::string bad(std::vector<const char*> arguments) {
  std::variant<options, ready_answer> result = parsed(std::move(arguments));
  const auto* answer = std::get_if<ready_answer>(&result);
  if (!answer) return "accepted";
  EXPECT_EQ(answer->status, 2);
  EXPECT_EQ(answer->text.find('\n'), answer->text.size() - 1) << "one line: " << answer->text;
  return answer->text;
}

TEST(options, have_sensible_defaults) {
  const options o = good({"http://h/"});
  ASSERT_EQ(o.starts.size(), 1u);
  EXPECT_EQ(o.starts[0].text(), "http://h/");
  EXPECT_FALSE(o.depth.has_value());
  EXPECT_TRUE(o.keep_alive);
  EXPECT_TRUE(o.compression);
  EXPECT_EQ(o.output, "pages.jsonl");
}

TEST(options, read_everything_that_they_name) {
  const options o = good({"--concurrency",
                          "7",
                          "--per-host=3",
                          "--depth",
                          "0",
                          "--anchors",
                          "fail",
                          "--scope",
                          "prefix",
                          "--timeout",
                          "0.5",
                          "--connect-timeout=2",
                          "--max-redirects",
                          "5",
                          "--max-bytes",
                          "10KB",
                          "--no-keep-alive",
                          "--no-compression",
                          "--no-http2",
                          "--insecure",
                          "-o",
                          "x",
                          "--report",
                          "r.json",
                          "--user-agent",
                          "me",
                          "--places",
                          "0",
                          "-q",
                          "http://a/",
                          "http://b/"});
  EXPECT_EQ(o.starts.size(), 2u);
  EXPECT_EQ(o.concurrency, 7u);
  EXPECT_EQ(o.per_host, 3u);
  EXPECT_EQ(o.depth, 0u);
  EXPECT_EQ(o.scope, scope_kind::prefix);
  EXPECT_EQ(o.anchors, anchor_check::fail);
  EXPECT_EQ(o.timeout, std::chrono::milliseconds(500));
  EXPECT_EQ(o.connect_timeout, std::chrono::seconds(2));
  EXPECT_EQ(o.max_redirects, 5u);
  EXPECT_EQ(o.max_bytes, 10'240u);
  EXPECT_FALSE(o.keep_alive || o.compression || o.http2);
  EXPECT_TRUE(o.insecure && o.quiet);
  EXPECT_EQ(o.output, "x");
  EXPECT_EQ(o.report_file, "r.json");
  EXPECT_EQ(o.user_agent, "me");
  EXPECT_EQ(o.places, 0u);
}

TEST(options, take_a_host_for_an_http_url) {
  EXPECT_EQ(good({"example.org/x"}).starts[0].text(), "http://example.org/x");
  EXPECT_EQ(good({"localhost:8080"}).starts[0].text(), "http://localhost:8080/");
  EXPECT_EQ(good({"127.0.0.1:8080/a:b"}).starts[0].text(), "http://127.0.0.1:8080/a:b");
}

TEST(options, answer_bad_usage_with_one_line) {
  EXPECT_NE(bad({}).find("URL"), std::string::npos);
  EXPECT_NE(bad({"--nonsense", "http://h/"}).find("--nonsense"), std::string::npos);
  EXPECT_NE(bad({"--concurrency", "0", "http://h/"}).find("--concurrency"), std::string::npos);
  EXPECT_NE(bad({"--scope", "galaxy", "http://h/"}).find("--scope"), std::string::npos);
  EXPECT_NE(bad({"--timeout", "soon", "http://h/"}).find("--timeout"), std::string::npos);
  EXPECT_NE(bad({"--max-bytes", "-1", "http://h/"}).find("--max-bytes"), std::string::npos);
  EXPECT_NE(bad({"ftp://h/"}).find("no http or https URL"), std::string::npos);
  EXPECT_NE(bad({"mailto:me"}).find("no http or https URL"), std::string::npos);
  EXPECT_NE(bad({"http://h:x/"}).find("the port is not a number"), std::string::npos);
}

TEST(options, print_help_and_version_and_end_well) {
  for (const char* flag : {"--help", "--version"}) {
    const std::variant<options, ready_answer> result = parsed({flag});
    ASSERT_TRUE(std::holds_alternative<ready_answer>(result));
    EXPECT_EQ(std::get<ready_answer>(result).status, 0);
    EXPECT_NE(std::get<ready_answer>(result).text, "");
  }
}

TEST(options, name_the_kernel_interface_beside_the_version) {
  const std::variant<options, ready_answer> result = parsed({"--version"});
  const std::string& text = std::get<ready_answer>(result).text;
  EXPECT_EQ(text.find("weft-crawl 0."), 0u);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 2);
  EXPECT_TRUE(text.find("\nkernel interface: io_uring") != std::string::npos ||
              text.find("\nkernel interface: epoll") != std::string::npos)
      << text;
}

}  // namespace
}  // namespace weft::crawl
