#include <apps/crawl/html_tokenizer.hpp>

#include <gtest/gtest.h>

namespace weft::crawl {
namespace {

using list = std::vector<std::string>;

std::string described(const html_token& token) {
  switch (token.what) {
    case html_token::kind::end:
      return "end";
    case html_token::kind::text:
      return std::string(token.text);
    case html_token::kind::cdata:
      return "cdata " + std::string(token.text);
    case html_token::kind::comment:
      return "comment";
    case html_token::kind::doctype:
      return "doctype" + std::string(token.text);
    case html_token::kind::end_tag:
      return "</" + std::string(token.name) + ">";
    case html_token::kind::start_tag:
      break;
  }
  std::string result = "<" + std::string(token.name);
  for (const html_attribute& a : token.attributes) {
    result += "|" + std::string(a.name) + "=" + std::string(a.value);
  }
  return result + (token.self_closing ? "/>" : ">");
}

/// The tokens of a text whose first tag, if any, begins content of that kind.
list tokens_of(std::string_view text, html_content content = html_content::markup,
               bool foreign = false) {
  html_tokenizer tokenizer(text);
  list result;
  while (true) {
    const html_token& token = tokenizer.next(foreign);
    if (token.what == html_token::kind::end) return result;
    result.push_back(described(token));
    if (token.what == html_token::kind::start_tag) {
      tokenizer.read_content_as(content);
      content = html_content::markup;
    }
  }
}

TEST(html_tokenizer, cuts_text_and_tags) {
  EXPECT_EQ(tokens_of("a<b>c</b >d"), (list{"a", "<b>", "c", "</b>", "d"}));
  EXPECT_EQ(tokens_of(""), list{});
  EXPECT_EQ(tokens_of("a < b"), (list{"a ", "< b"}));
  EXPECT_EQ(tokens_of("<"), list{"<"});
  EXPECT_EQ(tokens_of("</"), list{"</"});
  EXPECT_EQ(tokens_of("<<b>"), (list{"<", "<b>"}));
  EXPECT_EQ(tokens_of("a</>b"), (list{"a", "b"}));
  EXPECT_EQ(tokens_of("<a<b>"), list{"<a<b>"});
}

TEST(html_tokenizer, reads_attributes) {
  EXPECT_EQ(tokens_of("<a b=c d='e f' g=\"h'\" i j = k>"), list{"<a|b=c|d=e f|g=h'|i=|j=k>"});
  EXPECT_EQ(tokens_of("<a b=c/ d/e f/>"), list{"<a|b=c/|d=|e=|f=/>"});
  EXPECT_EQ(tokens_of("<a/b>"), list{"<a|b=>"});
  EXPECT_EQ(tokens_of("<a / >"), list{"<a>"});
  EXPECT_EQ(tokens_of("<a b='c'd>"), list{"<a|b=c|d=>"});
  EXPECT_EQ(tokens_of("<a =b=c \"d>"), list{"<a|=b=c|\"d=>"});
  EXPECT_EQ(tokens_of("<a b=>c"), (list{"<a|b=>", "c"}));
  EXPECT_EQ(tokens_of("<a b='>'>"), list{"<a|b=>>"});
  EXPECT_EQ(tokens_of("</a b='>'>c"), (list{"</a>", "c"}));
  EXPECT_EQ(tokens_of("<a\r\nb\f=\tc>"), list{"<a|b=c>"});
}

TEST(html_tokenizer, drops_a_tag_that_the_end_cuts_off) {
  for (const char* text : {"x<a", "x<a ", "x<a b", "x<a b ", "x<a b=", "x<a b='", "x<a b='c",
                           "x<a b=c", "x<a b='c'", "x<a/", "x</a", "x</a b='c>"}) {
    EXPECT_EQ(tokens_of(text), list{"x"}) << text;
  }
}

TEST(html_tokenizer, finds_the_first_attribute_of_a_name_in_whatever_case) {
  html_tokenizer tokenizer("<a HREF=1 href=2>");
  const html_token& token = tokenizer.next(false);
  ASSERT_NE(token.attribute("href"), nullptr);
  EXPECT_EQ(token.attribute("href")->value, "1");
  EXPECT_EQ(token.attribute("hre"), nullptr);
}

TEST(html_tokenizer, ends_comments_where_browsers_do) {
  for (const char* text : {"<!-->x", "<!--->x", "<!---->x", "<!----->x", "<!--a-->x", "<!--a--!>x",
                           "<!----!>x", "<!-- <!-- -->x", "<!--a--b>-->x", "<!--a->-->x", "<!>x",
                           "<!a>x", "<?a>x", "</ a>x", "<!-a-->x", "<!--\n>--\n>-->x"}) {
    EXPECT_EQ(tokens_of(text), (list{"comment", "x"})) << text;
  }
  EXPECT_EQ(tokens_of("<!--a--"), list{"comment"});
  EXPECT_EQ(tokens_of("<!DocType html 'x>y"), (list{"doctype html 'x", "y"}));
}

TEST(html_tokenizer, knows_cdata_in_foreign_elements_alone) {
  EXPECT_EQ(tokens_of("<![CDATA[<a>]]>x", html_content::markup, true), (list{"cdata <a>", "x"}));
  EXPECT_EQ(tokens_of("<![CDATA[<a>]]>x"), (list{"comment", "]]>x"}));
  EXPECT_EQ(tokens_of("<![CDATA[a", html_content::markup, true), list{"cdata a"});
}

TEST(html_tokenizer, reads_text_content_to_its_end_tag) {
  constexpr auto raw = html_content::raw_text;
  EXPECT_EQ(tokens_of("<style><a></style>x", raw), (list{"<style>", "<a>", "</style>", "x"}));
  EXPECT_EQ(tokens_of("<style></styles></STYLE\n>", raw),
            (list{"<style>", "</styles>", "</STYLE>"}));
  EXPECT_EQ(tokens_of("<style></style", raw), (list{"<style>", "</style"}));
  EXPECT_EQ(tokens_of("<style>", raw), list{"<style>"});
  EXPECT_EQ(tokens_of("<style></style>", raw), (list{"<style>", "</style>"}));
  EXPECT_EQ(tokens_of("<plaintext></plaintext>", html_content::plaintext),
            (list{"<plaintext>", "</plaintext>"}));
}

TEST(html_tokenizer, reads_a_script_by_its_hidden_parts) {
  const auto rest = [](std::string_view script) {
    const list tokens = tokens_of("<script>" + std::string(script) + "<x>", html_content::script);
    return tokens.back();
  };
  for (const char* closed :
       {"</script>", "<!--</script>", "<!--<script></script></script>", "<!--<script>--></script>",
        "<!--<scripts></script>", "<!--<script/</script></script>", "<!--><script></script>",
        "<!---><script></script>", "<!-<script></script>", "<!--<script></script></script>",
        "<!--<script ></script ></script>", "<!--<b1></script>"}) {
    EXPECT_EQ(rest(closed), "<x>") << closed;
  }
  for (const char* open : {"", "</scripts>", "<!--<script></script>", "<!--<script>->-- ></script>",
                           "<!--<script/</script>", "<!-- <script </script>"}) {
    EXPECT_EQ(rest(open), std::string(open) + "<x>") << open;
  }
}

}  // namespace
}  // namespace weft::crawl
