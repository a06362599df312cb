#include <apps/crawl/html_page.hpp>
#include <apps/crawl/html_structure.hpp>
#include <apps/crawl/html_text.hpp>
#include <apps/crawl/html_tokenizer.hpp>
#include <apps/crawl/text_position.hpp>

#include <algorithm>
#include <array>

namespace weft::crawl {

namespace {

/// Takes a page's tags one by one, and from them what the page has.
class page_reader {
 public:
  page_reader(std::string_view text, bool parts, html_page& page)
      : tokens_(text), position_(text), parts_(parts), page_(page) {}

  void read() {
    bool in_title = false;
    while (true) {
      const html_token& token = tokens_.next(structure_.foreign());
      switch (token.what) {
        case html_token::kind::end:
          page_.anchors.insert(page_.anchors.end(), late_anchors_.begin(), late_anchors_.end());
          return;
        case html_token::kind::start_tag:
          in_title = start_tag(token);
          continue;
        case html_token::kind::end_tag:
          structure_.end_tag(token);
          break;
        case html_token::kind::text:
        case html_token::kind::cdata:
          if (in_title) page_.title = decoded_title(token.text);
          structure_.text(token);
          break;
        case html_token::kind::doctype:
          structure_.doctype(token);
          break;
        case html_token::kind::comment:
          break;
      }
      in_title = false;
    }
  }

 private:
  // What was found in front of the body, which a frameset may take away.
  struct found_before_body {
    std::size_t links;
    std::size_t anchors;
    bool base;
    bool title;
  };

  /// Whether it is the page's title that begins.
  bool start_tag(const html_token& token) {
    const html_placement placement = structure_.start_tag(token);
    if (placement.content != html_content::markup) tokens_.read_content_as(placement.content);
    if (structure_.has_body() && !before_body_) {
      before_body_ = {page_.links.size(), page_.anchors.size(), page_.base.has_value(), has_title_};
    }
    if (placement.replaces_body && before_body_) forget_body(*before_body_);
    using enum html_placement::fate;
    switch (placement.what) {
      case dropped:
        return false;
      case more_html:
        merge(token, html_has_id_, late_anchors_);
        return false;
      case more_body:
        merge(token, body_has_id_, page_.anchors);
        return false;
      case element:
        break;
    }
    return element_begins(token, placement);
  }

  bool element_begins(const html_token& token, const html_placement& placement) {
    const bool html = placement.space == html_space::html;
    if (const html_attribute* id = token.attribute("id")) {
      add_anchor(*id);
      if (html && placement.tag == html_tag::html) html_has_id_ = true;
      if (html && placement.tag == html_tag::body) body_has_id_ = true;
    }
    if (placement.space == html_space::svg) {
      if (token.tag == html_tag::a && !link(token, link_kind::a, "href")) {
        link(token, link_kind::a, "xlink:href");
      }
      return false;
    }
    if (html) html_element(token, placement.tag);
    if (!html || placement.tag != html_tag::title || has_title_) return false;
    has_title_ = true;
    return true;
  }

  void html_element(const html_token& token, html_tag tag) {
    switch (tag) {
      case html_tag::a:
        if (const html_attribute* name = token.attribute("name")) add_anchor(*name);
        link(token, link_kind::a, "href");
        break;
      case html_tag::area:
        link(token, link_kind::area, "href");
        break;
      case html_tag::frame:
        link(token, link_kind::frame, "src");
        break;
      case html_tag::iframe:
        link(token, link_kind::iframe, "src");
        break;
      case html_tag::meta:
        refresh(token);
        break;
      case html_tag::base:
        if (const html_attribute* href = token.attribute("href"); href && !page_.base) {
          page_.base = decoded_value(href->value);
        }
        break;
      default:
        if (parts_) part(token, tag);
    }
  }

  /// Images, scripts, style sheets, media.
  void part(const html_token& token, html_tag tag) {
    switch (tag) {
      case html_tag::img:
        link(token, link_kind::image, "src");
        break;
      case html_tag::script:
        link(token, link_kind::script, "src");
        break;
      case html_tag::audio:
      case html_tag::video:
      case html_tag::source:
      case html_tag::track:
      case html_tag::embed:
        link(token, link_kind::media, "src");
        break;
      case html_tag::object:
        link(token, link_kind::media, "data");
        break;
      case html_tag::link:
        if (const html_attribute* rel = token.attribute("rel");
            rel && same_word(decoded_value(rel->value), "stylesheet")) {
          link(token, link_kind::stylesheet, "href");
        }
        break;
      default:
        break;
    }
  }

  void refresh(const html_token& token) {
    const html_attribute* const pragma = token.attribute("http-equiv");
    const html_attribute* const content = token.attribute("content");
    if (!pragma || !content || !same_word(decoded_value(pragma->value), "refresh")) return;
    const std::string meaning = decoded_value(content->value);
    if (const std::string_view target = refresh_target(meaning); !target.empty()) {
      add_link(token, link_kind::refresh, std::string(target));
    }
  }

  bool link(const html_token& token, link_kind kind, std::string_view name) {
    const html_attribute* const found = token.attribute(name);
    if (found) add_link(token, kind, decoded_value(found->value));
    return found != nullptr;
  }

  void add_link(const html_token& token, link_kind kind, std::string text) {
    position_.move_to(token.begin);
    page_.links.push_back({kind, position_.line(), position_.column(), std::move(text)});
  }

  void add_anchor(const html_attribute& attribute) {
    if (!attribute.value.empty()) page_.anchors.push_back(decoded_value(attribute.value));
  }

  /// Of a further <html> or <body> counts what the first lacks.
  static void merge(const html_token& token, bool& has_id, std::vector<std::string>& anchors) {
    const html_attribute* const id = token.attribute("id");
    if (!id || has_id) return;
    has_id = true;
    if (!id->value.empty()) anchors.push_back(decoded_value(id->value));
  }

  void forget_body(const found_before_body& before) {
    page_.links.resize(before.links);
    page_.anchors.resize(before.anchors);
    if (!before.base) page_.base.reset();
    if (!before.title) page_.title.clear();
    has_title_ = before.title;
  }

  html_tokenizer tokens_;
  html_structure structure_;
  text_position position_;
  bool parts_;
  html_page& page_;
  bool has_title_ = false;
  bool html_has_id_ = false;
  bool body_has_id_ = false;
  std::optional<found_before_body> before_body_;
  std::vector<std::string> late_anchors_;  // of <html>, which no frameset takes away
};

}  // namespace

std::string_view name_of(link_kind kind) {
  constexpr std::array<std::string_view, 9> names = {
      "a", "area", "frame", "iframe", "refresh", "stylesheet", "image", "script", "media"};
  return names[static_cast<std::size_t>(kind)];
}

html_page read_html(std::string_view text, const html_limits& limits) {
  html_page page;
  if (text.size() > limits.bytes) {
    page.cut = "only the first " + std::to_string(limits.bytes >> 20) + " MiB were looked at";
    text = text.substr(0, limits.bytes);
  }
  page_reader(text, limits.parts, page).read();
  return page;
}

std::string_view refresh_target(std::string_view content) {
  const auto skip_spaces = [&] {
    while (!content.empty() && is_html_space(content.front())) content.remove_prefix(1);
  };
  const auto skip_letter = [&](char letter) {
    if (content.empty() || ascii_lower(content.front()) != letter) return false;
    content.remove_prefix(1);
    return true;
  };
  skip_spaces();
  const std::size_t digits = std::min(content.find_first_not_of("0123456789."), content.size());
  if (digits == 0) return {};
  content.remove_prefix(digits);
  if (content.empty() ||
      !(is_html_space(content.front()) || content.front() == ';' || content.front() == ','))
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
