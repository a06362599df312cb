#include <apps/crawl/html_tag.hpp>
#include <tests/crawl/gumbo_page.hpp>

#include <gumbo.h>

#include <algorithm>
#include <memory_resource>

namespace weft::crawl {

namespace {

/// Reads a tree's elements in the order of the text: where a tree moves an element to (in front of
/// the table in which it stands) is not asked.
class tree_reader {
 public:
  tree_reader(html_page& page, bool parts) : page_(page), parts_(parts) {}

  void read(const GumboNode* root) {
    std::vector<const GumboNode*> waiting = {root};
    std::vector<const GumboNode*> found;
    while (!waiting.empty()) {
      const GumboNode* node = waiting.back();
      waiting.pop_back();
      // What a template holds is no part of the page: a GUMBO_NODE_TEMPLATE is not gone into.
      if (node->type != GUMBO_NODE_ELEMENT) continue;
      if (!(node->parse_flags & copied)) found.push_back(node);
      const GumboVector& children = node->v.element.children;
      for (unsigned i = 0; i < children.length; ++i) {
        waiting.push_back(static_cast<const GumboNode*>(children.data[i]));
      }
    }
    std::sort(found.begin(), found.end(), [](const GumboNode* a, const GumboNode* b) {
      return a->v.element.start_pos.offset < b->v.element.start_pos.offset;
    });
    for (const GumboNode* node : found) read_element(node);
  }

 private:
  // Formatting elements that misnested tags made the parser repeat: the same <a> of the text, once
  // more.
  static constexpr int copied =
      GUMBO_INSERTION_RECONSTRUCTED_FORMATTING_ELEMENT | GUMBO_INSERTION_ADOPTION_AGENCY_CLONED;

  /// Gumbo gives SVG's xlink:href as an "href" of another name space.
  static const char* attribute(const GumboElement& element, std::string_view name,
                               GumboAttributeNamespaceEnum space = GUMBO_ATTR_NAMESPACE_NONE) {
    for (unsigned i = 0; i < element.attributes.length; ++i) {
      const auto* a = static_cast<const GumboAttribute*>(element.attributes.data[i]);
      if (a->name == name && a->attr_namespace == space) return a->value;
    }
    return nullptr;
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

  void link_xlink(const GumboElement& element) {
    if (const char* value = attribute(element, "href", GUMBO_ATTR_NAMESPACE_XLINK)) {
      add(element, link_kind::a, value);
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
        if (!is_html_space(*c)) {
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

}  // namespace

html_page read_html_with_gumbo(std::string_view text, bool parts) {
  // Gumbo loses some of its strings: all is given back at once.
  std::pmr::monotonic_buffer_resource memory;
  GumboOptions options = kGumboDefaultOptions;
  options.allocator = [](void* from, std::size_t size) {
    return static_cast<std::pmr::memory_resource*>(from)->allocate(size);
  };
  options.deallocator = [](void*, void*) {};
  options.userdata = &memory;
  options.tab_stop = 1;
  // Its errors have to be kept: without, a second attribute of a name spoils the name of the next.
  const GumboOutput* const output = gumbo_parse_with_options(&options, text.data(), text.size());
  html_page page;
  tree_reader(page, parts).read(output->root);
  return page;
}

}  // namespace weft::crawl
