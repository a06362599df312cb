#include <apps/crawl/html_page.hpp>
#include <apps/crawl/parser_arena.hpp>

#include <gumbo.h>

#include <algorithm>
#include <array>

namespace weft::crawl {

namespace {

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool same_word(std::string_view a, std::string_view lower_word) {
  return std::equal(a.begin(), a.end(), lower_word.begin(), lower_word.end(),
                    [](char x, char y) { return lower(x) == y; });
}

extern "C" void* allocate_in_arena(void* arena, std::size_t size) {
  return static_cast<parser_arena*>(arena)->allocate(size);
}
extern "C" void leave_to_arena(void*, void*) {}

/// The tree, or null where the arena's limits ended the run. No object here has a destructor:
/// longjmp passes by.
GumboOutput* parse(const GumboOptions& options, std::string_view text, parser_arena& arena) {
  if (setjmp(arena.give_up) != 0) return nullptr;
  return gumbo_parse_with_options(&options, text.data(), text.size());
}

/// Walks a tree in the order of its text, without recursion: pages nest as deep as they like.
class tree_reader {
 public:
  tree_reader(html_page& page, bool parts) : page_(page), parts_(parts) {}

  void read(const GumboNode* root) {
    std::vector<const GumboNode*> waiting = {root};
    while (!waiting.empty()) {
      const GumboNode* node = waiting.back();
      waiting.pop_back();
      // What a template holds is no part of the page: a GUMBO_NODE_TEMPLATE is not gone into.
      if (node->type != GUMBO_NODE_ELEMENT) continue;
      if (!(node->parse_flags & copied)) read_element(node);
      const GumboVector& children = node->v.element.children;
      for (unsigned i = children.length; i > 0; --i) {
        waiting.push_back(static_cast<const GumboNode*>(children.data[i - 1]));
      }
    }
  }

 private:
  // Formatting elements that misnested tags made the parser repeat: the same <a> of the text, once
  // more.
  static constexpr int copied =
      GUMBO_INSERTION_RECONSTRUCTED_FORMATTING_ELEMENT | GUMBO_INSERTION_ADOPTION_AGENCY_CLONED;

  static const char* attribute(const GumboElement& element, const char* name) {
    const GumboAttribute* found = gumbo_get_attribute(&element.attributes, name);
    return found ? found->value : nullptr;
  }

  void read_element(const GumboNode* node) {
    const GumboElement& element = node->v.element;
    if (const char* id = attribute(element, "id"); id && *id) page_.anchors.emplace_back(id);
    if (element.tag_namespace == GUMBO_NAMESPACE_SVG) {
      if (element.tag == GUMBO_TAG_A && !link(element, link_kind::a, "href")) link_xlink(element);
      return;
    }
    if (element.tag_namespace != GUMBO_NAMESPACE_HTML) return;
    switch (element.tag) {
      case GUMBO_TAG_A:
        if (const char* name = attribute(element, "name"); name && *name)
          page_.anchors.emplace_back(name);
        link(element, link_kind::a, "href");
        break;
      case GUMBO_TAG_AREA:
        link(element, link_kind::area, "href");
        break;
      case GUMBO_TAG_FRAME:
        link(element, link_kind::frame, "src");
        break;
      case GUMBO_TAG_IFRAME:
        link(element, link_kind::iframe, "src");
        break;
      case GUMBO_TAG_META:
        refresh(element);
        break;
      case GUMBO_TAG_TITLE:
        title(element);
        break;
      case GUMBO_TAG_BASE:
        if (const char* href = attribute(element, "href"); href && !page_.base) page_.base = href;
        break;
      default:
        if (parts_) part(element);
    }
  }

  /// Images, scripts, style sheets, media.
  void part(const GumboElement& element) {
    switch (element.tag) {
      case GUMBO_TAG_IMG:
        link(element, link_kind::image, "src");
        break;
      case GUMBO_TAG_SCRIPT:
        link(element, link_kind::script, "src");
        break;
      case GUMBO_TAG_AUDIO:
      case GUMBO_TAG_VIDEO:
      case GUMBO_TAG_SOURCE:
      case GUMBO_TAG_TRACK:
      case GUMBO_TAG_EMBED:
        link(element, link_kind::media, "src");
        break;
      case GUMBO_TAG_OBJECT:
        link(element, link_kind::media, "data");
        break;
      case GUMBO_TAG_LINK:
        if (const char* rel = attribute(element, "rel"); rel && same_word(rel, "stylesheet")) {
          link(element, link_kind::stylesheet, "href");
        }
        break;
      default:
        break;
    }
  }

  bool link(const GumboElement& element, link_kind kind, const char* name) {
    const char* value = attribute(element, name);
    if (value) add(element, kind, value);
    return value != nullptr;
  }

  /// SVG's older spelling; gumbo gives the attribute without its prefix, and its name space beside
  /// it.
  void link_xlink(const GumboElement& element) {
    for (unsigned i = 0; i < element.attributes.length; ++i) {
      const auto* a = static_cast<const GumboAttribute*>(element.attributes.data[i]);
      if (std::string_view(a->name) == "xlink:href" ||
          (a->attr_namespace == GUMBO_ATTR_NAMESPACE_XLINK &&
           std::string_view(a->name) == "href")) {
        add(element, link_kind::a, a->value);
        return;
      }
    }
  }

  void refresh(const GumboElement& element) {
    const char* pragma = attribute(element, "http-equiv");
    const char* content = attribute(element, "content");
    if (!pragma || !content || !same_word(pragma, "refresh")) return;
    if (const std::string_view target = refresh_target(content); !target.empty()) {
      add(element, link_kind::refresh, target);
    }
  }

  void add(const GumboElement& element, link_kind kind, std::string_view text) {
    page_.links.push_back(
        {kind, element.start_pos.line, element.start_pos.column, std::string(text)});
  }

  void title(const GumboElement& element) {
    if (has_title_) return;
    has_title_ = true;
    for (unsigned i = 0; i < element.children.length; ++i) {
      const auto* child = static_cast<const GumboNode*>(element.children.data[i]);
      if (child->type != GUMBO_NODE_TEXT && child->type != GUMBO_NODE_WHITESPACE) continue;
      for (const char* c = child->v.text.text; *c; ++c) {
        if (!is_space(*c)) {
          page_.title += *c;
        } else if (!page_.title.empty() && page_.title.back() != ' ') {
          page_.title += ' ';
        }
      }
    }
    if (!page_.title.empty() && page_.title.back() == ' ') page_.title.pop_back();
  }

  html_page& page_;
  bool parts_;
  bool has_title_ = false;
};

/// Reads `text`; false where a limit ended the run, with the reason in `page.cut`.
bool read_within(std::string_view text, const html_limits& limits, html_page& page) {
  parser_arena arena(limits.memory, limits.processor);
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = allocate_in_arena;
  options.deallocator = leave_to_arena;
  options.userdata = &arena;
  options.tab_stop = 1;
  options.max_errors = 0;
  const GumboOutput* output = parse(options, text, arena);
  if (output) {
    tree_reader(page, limits.parts).read(output->root);
    return true;
  }
  page.cut =
      arena.stopped() == parser_arena::stop::memory
          ? "its tree takes more than " + std::to_string(limits.memory >> 20) + " MiB"
          : "it takes longer than " + std::to_string(limits.processor.count()) + " ms to parse";
  return false;
}

}  // namespace

std::string_view name_of(link_kind kind) {
  constexpr std::array<std::string_view, 9> names = {
      "a", "area", "frame", "iframe", "refresh", "stylesheet", "image", "script", "media"};
  return names[static_cast<std::size_t>(kind)];
}

html_page read_html(std::string_view text, const html_limits& limits) {
  html_page page;
  std::string cut;
  if (text.size() > limits.bytes) {
    cut = "only the first " + std::to_string(limits.bytes >> 20) + " MiB were looked at";
    text = text.substr(0, limits.bytes);
  }
  if (!read_within(text, limits, page)) {
    // The tree is lost with the run. A short beginning is likely to hold the page's navigation.
    constexpr std::size_t beginning = 32 << 10;
    cut = page.cut + "; only its first 32 KiB were looked at";
    if (text.size() <= beginning || !read_within(text.substr(0, beginning), limits, page)) {
      cut = page.cut + "; no link was looked for";
    }
  }
  page.cut = std::move(cut);
  return page;
}

std::string_view refresh_target(std::string_view content) {
  const auto skip_spaces = [&] {
    while (!content.empty() && is_space(content.front())) content.remove_prefix(1);
  };
  const auto skip_letter = [&](char letter) {
    if (content.empty() || lower(content.front()) != letter) return false;
    content.remove_prefix(1);
    return true;
  };
  skip_spaces();
  const std::size_t digits = std::min(content.find_first_not_of("0123456789."), content.size());
  if (digits == 0) return {};
  content.remove_prefix(digits);
  if (content.empty() ||
      !(is_space(content.front()) || content.front() == ';' || content.front() == ','))
    return {};
  skip_spaces();
  if (!content.empty() && (content.front() == ';' || content.front() == ','))
    content.remove_prefix(1);
  skip_spaces();

  const std::string_view whole = content;
  bool quotable = true;
  if (skip_letter('u')) {
    quotable = skip_letter('r') && skip_letter('l');
    if (quotable) {
      skip_spaces();
      quotable = skip_letter('=');
      if (quotable) skip_spaces();
    }
    if (!quotable) content = whole;
  }
  if (quotable && !content.empty() && (content.front() == '"' || content.front() == '\'')) {
    const char quote = content.front();
    content.remove_prefix(1);
    content = content.substr(0, content.find(quote));
  }
  return content;
}

}  // namespace weft::crawl
