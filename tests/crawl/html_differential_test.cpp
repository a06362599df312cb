// read_html against gumbo: the pages of the demo's sites, and documents put together at random of
// fragments that parsers trip over.

#include <tests/crawl/gumbo_page.hpp>
#include <tests/crawl/html_generator.hpp>
#include <tests/crawl/odd_documents.hpp>
#include <tests/crawl/page_difference.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

namespace weft::crawl {
namespace {

bool agree(std::string_view text, const std::string& what) {
  html_limits limits;
  limits.parts = true;
  const std::string ours = described(read_html(text, limits));
  const std::string theirs = described(read_html_with_gumbo(text, true));
  EXPECT_EQ(ours, theirs) << what;
  return ours == theirs;
}

void agree_on_site(const std::filesystem::path& folder, std::size_t least) {
  std::size_t pages = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().extension() != ".html") continue;
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    ++pages;
    if (!agree(text, entry.path())) break;
  }
  EXPECT_GE(pages, least);
}

TEST(html_differential, agrees_on_pythons_documentation) {
  agree_on_site("/usr/share/doc/python3.11/html", 500);
}

#ifdef WEFT_CPPREFERENCE
TEST(html_differential, agrees_on_cppreference) { agree_on_site(WEFT_CPPREFERENCE, 4000); }
#endif

TEST(html_differential, agrees_on_odd_documents) {
  for (const std::string_view text : odd_documents) {
    EXPECT_TRUE(agree(text, std::string(text)));
  }
}

TEST(html_differential, agrees_on_documents_of_odd_fragments) {
  // In these the end tag of an element of an unknown name ends another one, and a <select> in SVG
  // counts as one of HTML, as the standard does not have it.
  const std::set<unsigned> gumbo_errs = {5964, 19513};
  for (unsigned seed = 0; seed < 20'000; ++seed) {
    if (gumbo_errs.count(seed) != 0) continue;
    const std::string text = html_generator(seed).document();
    if (!agree(text, "seed " + std::to_string(seed) + ":\n" + text)) break;
  }
}

}  // namespace
}  // namespace weft::crawl
