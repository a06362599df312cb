// html_speed FOLDER...: how fast the pages of folders are read, beside gumbo. Not a test.

#include <apps/crawl/html_page.hpp>
#include <tests/crawl/gumbo_page.hpp>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace {

using namespace weft::crawl;

std::vector<std::string> pages_of(const char* folder) {
  std::vector<std::string> result;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".html") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    result.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
  }
  return result;
}

/// The best of some rounds, in MB/s.
template <class Read>
double speed_of(const std::vector<std::string>& pages, int rounds, Read read) {
  double best = 0;
  for (int i = 0; i < rounds; ++i) {
    std::size_t bytes = 0;
    std::size_t links = 0;
    const auto begin = std::chrono::steady_clock::now();
    for (const std::string& page : pages) {
      bytes += page.size();
      links += read(page).links.size();
    }
    const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
    if (links > 0) best = std::max(best, static_cast<double>(bytes) / 1e6 / taken.count());
  }
  return best;
}

}  // namespace

int main(int argc, char** argv) {
  for (int i = 1; i < argc; ++i) {
    const std::vector<std::string> pages = pages_of(argv[i]);
    const double ours = speed_of(pages, 10, [](const std::string& p) { return read_html(p); });
    const double gumbo =
        speed_of(pages, 1, [](const std::string& p) { return read_html_with_gumbo(p, false); });
    std::printf("%s: %zu pages, read_html %.0f MB/s, gumbo %.1f MB/s\n", argv[i], pages.size(),
                ours, gumbo);
  }
}
