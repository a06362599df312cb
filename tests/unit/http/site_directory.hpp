// A directory of files for a test, removed with it.
#pragma once

#include <filesystem>
#include <fstream>
#include <random>
#include <string>

namespace weft::http::testing {

class site_directory {
 public:
  site_directory()
      : outer_(std::filesystem::temp_directory_path() /
               ("weft-site-" + std::to_string(std::random_device{}()))) {
    std::filesystem::create_directories(root());
    put("index.html", "<p>home");
    put("a.txt", "0123456789");
    put("dir/index.html", "<p>dir");
    put("dir/page.html", "<p>page");
    put("empty/x", "");
    put("we ird%41.html", "odd");
    put(".secret", "s");
    put("dir/.git/config", "s");
    write(outer_ / "outside.txt", "outside");
    std::filesystem::create_directory(outer_ / "root-twin");
    write(outer_ / "root-twin/t.txt", "twin");
  }
  site_directory(const site_directory&) = delete;
  site_directory& operator=(const site_directory&) = delete;
  ~site_directory() {
    std::error_code ignored;
    std::filesystem::remove_all(outer_, ignored);
  }

  std::filesystem::path root() const { return outer_ / "root"; }
  std::filesystem::path outer() const { return outer_; }
  void put(const std::string& name, const std::string& content) const {
    write(root() / name, content);
  }
  void link(const std::string& target, const std::string& name) const {
    std::filesystem::create_symlink(target, root() / name);
  }

 private:
  static void write(const std::filesystem::path& path, const std::string& content) {
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << content;
  }
  std::filesystem::path outer_;
};

}  // namespace weft::http::testing
