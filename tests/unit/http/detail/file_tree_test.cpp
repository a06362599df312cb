#include <weft/http/detail/file_tree.hpp>

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <system_error>

#include <tests/unit/http/site_directory.hpp>

using weft::http::detail::file_tree;
using weft::http::detail::open_file;
using weft::http::testing::site_directory;

namespace {

/// What lies there: its content, "directory", "other", or the errno's name.
std::string found(const file_tree& tree, const std::string& path) {
  int error = 0;
  const auto file = tree.open(path, error);
  if (!file) return error == EACCES ? "EACCES" : error == ENOENT ? "ENOENT" : "?";
  if (file->type() == open_file::kind::directory) return "directory";
  if (file->type() == open_file::kind::other) return "other";
  return file->read(0, 1000);
}

TEST(file_tree, opens_what_lies_beneath_its_root) {
  const site_directory site;
  const file_tree tree(site.root().string());
  EXPECT_EQ(found(tree, "a.txt"), "0123456789");
  EXPECT_EQ(found(tree, "dir/page.html"), "<p>page");
  EXPECT_EQ(found(tree, "dir"), "directory");
  EXPECT_EQ(found(tree, ""), "directory");
  EXPECT_EQ(found(tree, "nothing"), "ENOENT");
  EXPECT_EQ(found(tree, "a.txt/b"), "ENOENT");
  EXPECT_EQ(found(tree, std::string(5000, 'x')), "ENOENT");
  EXPECT_THROW(file_tree("/nowhere/at/all"), std::system_error);
  EXPECT_THROW(file_tree((site.root() / "a.txt").string()), std::system_error);
}

TEST(file_tree, follows_links_only_as_long_as_they_stay_beneath_it) {
  const site_directory site;
  site.link("a.txt", "inside");
  site.link("../a.txt", "dir/up");
  site.link("dir", "to-dir");
  site.link("../outside.txt", "out");
  site.link("/etc/passwd", "absolute");
  site.link(site.root().string() + "/a.txt", "absolute-inside");
  site.link("../root-twin", "twin");
  site.link("../root/a.txt", "out-and-in");
  site.link("circle", "circle");
  site.link("/proc/self/root", "magic");
  file_tree tree(site.root().string());
  if (tree.how() == file_tree::way::beneath) {
    EXPECT_EQ(found(tree, "inside"), "0123456789");
    EXPECT_EQ(found(tree, "dir/up"), "0123456789");
    EXPECT_EQ(found(tree, "to-dir/page.html"), "<p>page");
  }
  for (const auto way : {tree.how(), file_tree::way::without_links}) {
    tree.set_way(way);
    for (const char* path :
         {"out", "absolute", "absolute-inside", "twin/t.txt", "out-and-in", "circle",
          "magic/etc/passwd", "../outside.txt", "dir/../../outside.txt", "/etc/passwd"}) {
      if (way == file_tree::way::without_links && path[0] == '/')
        continue;  // never given a name so
      if (way == file_tree::way::without_links && std::strstr(path, "..")) continue;
      EXPECT_EQ(found(tree, path), "ENOENT") << path;
    }
  }
}

TEST(file_tree, follows_no_link_where_the_kernel_cannot_hold_it_beneath) {
  const site_directory site;
  site.link("a.txt", "inside");
  site.link("dir", "to-dir");
  file_tree tree(site.root().string());
  tree.set_way(file_tree::way::without_links);
  EXPECT_EQ(found(tree, "a.txt"), "0123456789");
  EXPECT_EQ(found(tree, "dir/page.html"), "<p>page");
  EXPECT_EQ(found(tree, "dir"), "directory");
  EXPECT_EQ(found(tree, "."), "directory");
  EXPECT_EQ(found(tree, "inside"), "ENOENT");
  EXPECT_EQ(found(tree, "to-dir/page.html"), "ENOENT");
}

TEST(file_tree, does_not_wait_for_pipes_and_sockets) {
  const site_directory site;
  const std::string pipe = (site.root() / "pipe").string();
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  const int socket_fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un name{};
  name.sun_family = AF_UNIX;
  std::strncpy(name.sun_path, (site.root() / "socket").c_str(), sizeof name.sun_path - 1);
  ASSERT_EQ(bind(socket_fd, reinterpret_cast<const sockaddr*>(&name), sizeof name), 0);
  const file_tree tree(site.root().string());
  EXPECT_EQ(found(tree, "pipe"), "other");
  EXPECT_EQ(found(tree, "socket"), "ENOENT");
  close(socket_fd);
}

TEST(file_tree, tags_a_file_by_its_size_and_time) {
  const site_directory site;
  const file_tree tree(site.root().string());
  int error = 0;
  const std::string before = tree.open("a.txt", error)->tag();
  EXPECT_EQ(tree.open("a.txt", error)->tag(), before);
  site.put("a.txt", "01234567890");
  EXPECT_NE(tree.open("a.txt", error)->tag(), before);
}

}  // namespace
