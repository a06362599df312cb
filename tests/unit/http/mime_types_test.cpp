#include <gtest/gtest.h>

#include <weft/http/mime_types.hpp>

namespace {

using weft::http::mime_types;

TEST(mime_types, go_by_the_last_extension_without_regard_to_case) {
  const mime_types types = mime_types::built_in();
  EXPECT_EQ(types.type_of("index.html"), "text/html");
  EXPECT_EQ(types.type_of("/a.b/c.d.HTM"), "text/html");
  EXPECT_EQ(types.type_of("x.tar.gz"), "application/gzip");
  EXPECT_EQ(types.type_of("style.css"), "text/css");
  EXPECT_EQ(types.type_of("a.js"), "text/javascript");
}

TEST(mime_types, know_nothing_of_other_names) {
  const mime_types types = mime_types::built_in();
  EXPECT_EQ(types.type_of("README"), "application/octet-stream");
  EXPECT_EQ(types.type_of("a.html/b"), "application/octet-stream");
  EXPECT_EQ(types.type_of("a."), "application/octet-stream");
  EXPECT_EQ(types.type_of("a.unheard-of"), "application/octet-stream");
  EXPECT_EQ(types.type_of(""), "application/octet-stream");
}

TEST(mime_types, are_read_from_lines) {
  mime_types types = mime_types::built_in();
  types.add_lines("# comment a b\nx/y\tfoo  bar # baz\nnonsense foo\n\nx/z\nx/q qux");
  EXPECT_EQ(types.type_of("a.foo"), "x/y");
  EXPECT_EQ(types.type_of("a.bar"), "x/y");
  EXPECT_EQ(types.type_of("a.baz"), "application/octet-stream");
  EXPECT_EQ(types.type_of("a.qux"), "x/q");
}

TEST(mime_types, do_without_the_systems_file) {
  EXPECT_EQ(mime_types::load("/nowhere").type_of("a.html"), "text/html");
}

}  // namespace
