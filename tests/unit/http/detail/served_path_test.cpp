#include <weft/http/detail/served_path.hpp>

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

using weft::http::detail::resolve_served_path;
using weft::http::detail::served_path;

namespace {

struct path_case {
  std::string_view path;
  const char* relative;
  bool directory;
};

const std::vector<path_case> served = {
    {"/", "", true},
    {"/a", "a", false},
    {"/a/", "a", true},
    {"/a/b.html", "a/b.html", false},
    {"//a///b", "a/b", false},
    {"/a/./b", "a/b", false},
    {"/a/.", "a", true},
    {"/a/../b", "b", false},
    {"/a/b/..", "a", true},
    {"/a/..", "", true},
    {"/a/%2e%2e/b", "b", false},
    {"/a%20b", "a b", false},
    {"/%41", "A", false},
    {"/%2541", "%41", false},
    {"/%252e%252e/x", "%2e%2e/x", false},
    {"/%c3%a9", "\xc3\xa9", false},
    {"/...", "...", false},
    {"/a\\..\\b", "a\\..\\b", false},
    {"/..a", "..a", false},
    {"/~x+y;z=1,2", "~x+y;z=1,2", false},
};

const std::vector<std::string_view> refused = {"",
                                               "a",
                                               "*",
                                               "/..",
                                               "/../a",
                                               "/../../etc/passwd",
                                               "/a/../../b",
                                               "/%2e%2e/a",
                                               "/.%2E/a",
                                               "/%2E./a",
                                               "/a%2fb",
                                               "/a%2Fb",
                                               "/%2f",
                                               "/..%2fa",
                                               "/%00",
                                               "/a%00.html",
                                               "/%",
                                               "/%4",
                                               "/%4g",
                                               "/%zz",
                                               "/a%",
                                               "/a/%2e%2e/%2e%2e/b",
                                               "/./../a",
                                               "//../a",
                                               "/a/./../../b"};

TEST(served_path, is_decoded_once_and_stays_beneath_the_root) {
  for (const path_case& c : served) {
    const served_path p = resolve_served_path(c.path);
    EXPECT_EQ(p.refusal, 0) << c.path;
    EXPECT_EQ(p.relative, c.relative) << c.path;
    EXPECT_EQ(p.directory, c.directory) << c.path;
  }
  for (const std::string_view path : refused) {
    EXPECT_EQ(resolve_served_path(path).refusal, 400) << path;
  }
}

TEST(served_path, knows_hidden_names) {
  EXPECT_TRUE(resolve_served_path("/.git/config").hidden);
  EXPECT_TRUE(resolve_served_path("/a/.b").hidden);
  EXPECT_TRUE(resolve_served_path("/%2ehtaccess").hidden);
  EXPECT_TRUE(resolve_served_path("/...").hidden);
  EXPECT_FALSE(resolve_served_path("/a.b").hidden);
  EXPECT_FALSE(resolve_served_path("/.x/../a").hidden);
}

}  // namespace
