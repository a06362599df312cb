#include <apps/crawl/encoding.hpp>

#include <iconv.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>

namespace weft::crawl {

namespace {

/// One encoding: its name here, iconv's name for it, and its labels, each followed by a space.
struct known_encoding {
  std::string_view name;
  const char* iconv_name;
  std::string_view labels;
};

constexpr std::array<known_encoding, 30> encodings = {{
    {"utf-8", "UTF-8", "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 "},
    {"windows-1252", "CP1252",
     "windows-1252 iso-8859-1 latin1 iso8859-1 iso88591 iso_8859-1 iso_8859-1:1987 iso-ir-100 l1 "
     "csisolatin1 ascii "
     "us-ascii ansi_x3.4-1968 cp1252 cp819 ibm819 x-cp1252 "},
    {"utf-16le", "UTF-16LE",
     "utf-16 utf-16le ucs-2 unicode csunicode iso-10646-ucs-2 unicodefeff "},
    {"utf-16be", "UTF-16BE", "utf-16be unicodefffe "},
    {"iso-8859-2", "ISO-8859-2",
     "iso-8859-2 latin2 iso8859-2 iso88592 iso_8859-2 l2 csisolatin2 iso-ir-101 "},
    {"iso-8859-3", "ISO-8859-3", "iso-8859-3 latin3 iso8859-3 iso88593 iso_8859-3 l3 csisolatin3 "},
    {"iso-8859-4", "ISO-8859-4", "iso-8859-4 latin4 iso8859-4 iso88594 iso_8859-4 l4 csisolatin4 "},
    {"iso-8859-5", "ISO-8859-5",
     "iso-8859-5 cyrillic iso8859-5 iso88595 iso_8859-5 csisolatincyrillic "},
    {"iso-8859-6", "ISO-8859-6",
     "iso-8859-6 arabic iso8859-6 iso88596 iso_8859-6 csisolatinarabic asmo-708 "},
    {"iso-8859-7", "ISO-8859-7",
     "iso-8859-7 greek iso8859-7 iso88597 iso_8859-7 csisolatingreek greek8 "},
    {"iso-8859-8", "ISO-8859-8",
     "iso-8859-8 hebrew iso8859-8 iso88598 iso_8859-8 iso-8859-8-i iso-8859-8-e visual "},
    {"iso-8859-10", "ISO-8859-10", "iso-8859-10 latin6 iso8859-10 iso885910 l6 csisolatin6 "},
    {"iso-8859-13", "ISO-8859-13", "iso-8859-13 iso8859-13 iso885913 "},
    {"iso-8859-14", "ISO-8859-14", "iso-8859-14 iso8859-14 iso885914 "},
    {"iso-8859-15", "ISO-8859-15",
     "iso-8859-15 latin9 iso8859-15 iso885915 iso_8859-15 l9 csisolatin9 "},
    {"iso-8859-16", "ISO-8859-16", "iso-8859-16 "},
    {"windows-874", "CP874", "windows-874 tis-620 iso-8859-11 iso8859-11 iso885911 dos-874 "},
    {"windows-1250", "CP1250", "windows-1250 cp1250 x-cp1250 "},
    {"windows-1251", "CP1251", "windows-1251 cp1251 x-cp1251 "},
    {"windows-1253", "CP1253", "windows-1253 cp1253 x-cp1253 "},
    {"windows-1254", "CP1254",
     "windows-1254 cp1254 x-cp1254 iso-8859-9 latin5 iso8859-9 iso88599 iso_8859-9 l5 "
     "csisolatin5 "},
    {"windows-1255", "CP1255", "windows-1255 cp1255 x-cp1255 "},
    {"windows-1256", "CP1256", "windows-1256 cp1256 x-cp1256 "},
    {"windows-1257", "CP1257", "windows-1257 cp1257 x-cp1257 "},
    {"windows-1258", "CP1258", "windows-1258 cp1258 x-cp1258 "},
    {"koi8-r", "KOI8-R", "koi8-r koi koi8 koi8_r cskoi8r "},
    {"koi8-u", "KOI8-U", "koi8-u koi8-ru "},
    {"ibm866", "CP866", "ibm866 866 cp866 csibm866 "},
    {"macintosh", "MACINTOSH", "macintosh mac x-mac-roman csmacintosh "},
    {"gb18030", "GB18030",
     "gb18030 gbk gb2312 chinese csgb2312 gb_2312 gb_2312-80 csiso58gb231280 iso-ir-58 x-gbk "},
}};
constexpr std::array<known_encoding, 5> east_asian = {{
    {"big5", "BIG5-HKSCS", "big5 big5-hkscs cn-big5 csbig5 x-x-big5 "},
    {"euc-jp", "EUC-JP-MS", "euc-jp x-euc-jp cseucpkdfmtjapanese "},
    {"iso-2022-jp", "ISO-2022-JP", "iso-2022-jp csiso2022jp "},
    {"shift_jis", "CP932",
     "shift_jis shift-jis sjis ms932 ms_kanji windows-31j x-sjis csshiftjis "},
    {"euc-kr", "CP949",
     "euc-kr korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 csksc56011987 cseuckr "
     "iso-ir-149 windows-949 "},
}};

template <class Found>
const known_encoding* find_encoding(Found found) {
  for (const known_encoding& e : encodings) {
    if (found(e)) return &e;
  }
  for (const known_encoding& e : east_asian) {
    if (found(e)) return &e;
  }
  return nullptr;
}

const known_encoding& by_name(std::string_view name) {
  const known_encoding* found =
      find_encoding([&](const known_encoding& e) { return e.name == name; });
  return found ? *found : encodings[1];
}

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool begins_with(std::string_view text, std::string_view lower_word) {
  return text.size() >= lower_word.size() &&
         std::equal(lower_word.begin(), lower_word.end(), text.begin(),
                    [](char a, char b) { return a == lower(b); });
}

/// An iconv descriptor that closes itself.
class converter {
 public:
  converter(const char* to, const char* from) : descriptor_(iconv_open(to, from)) {}
  ~converter() {
    if (good()) iconv_close(descriptor_);
  }
  converter(const converter&) = delete;
  converter& operator=(const converter&) = delete;

  bool good() const { return descriptor_ != reinterpret_cast<iconv_t>(-1); }

  /// Converts until the input ends or cannot be read on; gives the number of bytes read.
  std::size_t run(std::string_view input, std::string& output) {
    char* in = const_cast<char*>(input.data());
    std::size_t in_left = input.size();
    std::array<char, 4096> buffer;
    while (true) {
      char* out = buffer.data();
      std::size_t out_left = buffer.size();
      const std::size_t result = iconv(descriptor_, &in, &in_left, &out, &out_left);
      const int error = errno;
      output.append(buffer.data(), buffer.size() - out_left);
      if (result != static_cast<std::size_t>(-1) || error != E2BIG) return input.size() - in_left;
    }
  }

  /// Ends what a stateful encoding (ISO-2022-JP) has begun.
  void finish(std::string& output) {
    std::array<char, 64> buffer;
    char* out = buffer.data();
    std::size_t out_left = buffer.size();
    iconv(descriptor_, nullptr, nullptr, &out, &out_left);
    output.append(buffer.data(), buffer.size() - out_left);
  }

 private:
  iconv_t descriptor_;
};

/// The name and value of the next attribute of a tag; the name is empty at the tag's end.
struct attribute {
  std::string name;
  std::string value;
};

attribute next_attribute(std::string_view& rest) {
  const auto take_while = [&](auto wanted) {
    std::size_t n = 0;
    while (n < rest.size() && wanted(rest[n])) ++n;
    const std::string_view taken = rest.substr(0, n);
    rest.remove_prefix(n);
    std::string result(taken);
    std::transform(result.begin(), result.end(), result.begin(), lower);
    return result;
  };
  attribute result;
  take_while([](char c) { return is_space(c) || c == '/'; });
  if (rest.empty() || rest.front() == '>') return result;
  result.name = take_while([](char c) { return !is_space(c) && c != '/' && c != '>' && c != '='; });
  take_while(is_space);
  if (rest.empty() || rest.front() != '=') return result;
  rest.remove_prefix(1);
  take_while(is_space);
  if (rest.empty()) return result;
  if (const char quote = rest.front(); quote == '"' || quote == '\'') {
    rest.remove_prefix(1);
    result.value = take_while([quote](char c) { return c != quote; });
    rest.remove_prefix(std::min<std::size_t>(1, rest.size()));
  } else {
    result.value = take_while([](char c) { return !is_space(c) && c != '>'; });
  }
  return result;
}

/// The charset that stands in content="text/html; charset=x".
std::string_view charset_in(std::string_view content) {
  for (auto at = content.find("charset"); at != std::string_view::npos;
       at = content.find("charset", at + 7)) {
    std::string_view rest = content.substr(at + 7);
    while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
    if (rest.empty() || rest.front() != '=') continue;
    rest.remove_prefix(1);
    while (!rest.empty() && is_space(rest.front())) rest.remove_prefix(1);
    if (rest.empty()) return {};
    if (rest.front() == '"' || rest.front() == '\'') {
      const auto end = rest.find(rest.front(), 1);
      return end == std::string_view::npos ? std::string_view() : rest.substr(1, end - 1);
    }
    return rest.substr(0, rest.find_first_of("; \t\n\r\f"));
  }
  return {};
}

/// The encoding that one <meta>'s attributes name; empty where they name none.
std::string_view encoding_of_meta(std::string_view& rest) {
  std::string_view from_charset;
  std::string_view from_content;
  bool is_pragma = false;
  for (attribute a = next_attribute(rest); !a.name.empty(); a = next_attribute(rest)) {
    if (a.name == "charset" && from_charset.empty()) from_charset = encoding_of_label(a.value);
    if (a.name == "content" && from_content.empty())
      from_content = encoding_of_label(charset_in(a.value));
    if (a.name == "http-equiv" && a.value == "content-type") is_pragma = true;
  }
  const std::string_view found = !from_charset.empty() ? from_charset
                                 : is_pragma           ? from_content
                                                       : std::string_view();
  // The bytes of this very <meta> could be read, so the page is no UTF-16, whatever it says.
  return found.substr(0, 6) == "utf-16" ? "utf-8" : found;
}

}  // namespace

std::string_view encoding_of_label(std::string_view label) {
  while (!label.empty() && is_space(label.front())) label.remove_prefix(1);
  while (!label.empty() && is_space(label.back())) label.remove_suffix(1);
  if (label.empty() || label.find(' ') != std::string_view::npos) return {};
  std::string word(label);
  std::transform(word.begin(), word.end(), word.begin(), lower);
  const known_encoding* found = find_encoding([&](const known_encoding& e) {
    const auto at = e.labels.find(word + ' ');
    return at != std::string_view::npos &&
           (at == 0 || e.labels[at - 1] == ' ' ||
            e.labels.find(' ' + word + ' ') != std::string_view::npos);
  });
  return found ? found->name : std::string_view();
}

std::string_view meta_encoding(std::string_view body) {
  std::string_view rest = body.substr(0, 1024);
  while (!rest.empty()) {
    const auto open = rest.find('<');
    if (open == std::string_view::npos) return {};
    rest.remove_prefix(open);
    if (rest.substr(0, 4) == "<!--") {
      const auto end = rest.find("-->", 2);
      if (end == std::string_view::npos) return {};
      rest.remove_prefix(end + 3);
    } else if (begins_with(rest, "<meta") && rest.size() > 5 &&
               (is_space(rest[5]) || rest[5] == '/')) {
      rest.remove_prefix(5);
      const std::string_view found = encoding_of_meta(rest);
      if (!found.empty()) return found;
    } else if (rest.size() > 1 &&
               (std::string_view("!/?").find(rest[1]) != std::string_view::npos)) {
      rest.remove_prefix(std::min(rest.find('>'), rest.size()));
    } else {
      rest.remove_prefix(1);
      if (rest.empty() || lower(rest.front()) < 'a' || lower(rest.front()) > 'z') continue;
      // Another tag: a '>' or a "<meta" inside its quoted attributes is not seen.
      rest.remove_prefix(std::min(rest.find_first_of(" \t\n\r\f>"), rest.size()));
      while (!next_attribute(rest).name.empty()) {
      }
    }
  }
  return {};
}

std::string_view page_encoding(std::string_view body, std::string_view charset) {
  if (body.substr(0, 3) == "\xEF\xBB\xBF") return "utf-8";
  if (body.substr(0, 2) == "\xFE\xFF") return "utf-16be";
  if (body.substr(0, 2) == "\xFF\xFE") return "utf-16le";
  if (const std::string_view named = encoding_of_label(charset); !named.empty()) return named;
  if (const std::string_view named = meta_encoding(body); !named.empty()) return named;
  return "windows-1252";
}

std::string_view to_utf8(std::string_view body, std::string_view encoding, std::string& storage) {
  if (body.substr(0, 3) == "\xEF\xBB\xBF" && encoding == "utf-8") body.remove_prefix(3);
  const bool marked = (encoding == "utf-16be" && body.substr(0, 2) == "\xFE\xFF") ||
                      (encoding == "utf-16le" && body.substr(0, 2) == "\xFF\xFE");
  if (marked) body.remove_prefix(2);
  const known_encoding& known = by_name(encoding);
  if (known.name == "utf-8") return body;

  converter to("UTF-8", known.iconv_name);
  if (!to.good()) return body;
  storage.clear();
  storage.reserve(body.size() + body.size() / 8);
  const std::size_t unit = known.name.substr(0, 6) == "utf-16" ? 2 : 1;
  while (!body.empty()) {
    body.remove_prefix(to.run(body, storage));
    if (body.empty()) break;
    const auto byte = static_cast<unsigned char>(body.front());
    if (known.name == "windows-1252" && byte >= 0x80 && byte < 0xA0) {
      // Five bytes that iconv's table lacks; browsers read them as the control characters of the
      // same number.
      storage += '\xC2';
      storage += static_cast<char>(byte);
    } else {
      storage += "\xEF\xBF\xBD";
    }
    body.remove_prefix(std::min(unit, body.size()));
  }
  return storage;
}

std::string encode_query(std::string_view utf8, std::string_view encoding) {
  const bool ascii = std::all_of(utf8.begin(), utf8.end(),
                                 [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  const known_encoding& known = by_name(encoding);
  // UTF-16 pages send UTF-8, as every browser does.
  if (ascii || known.name == "utf-8" || known.name.substr(0, 6) == "utf-16")
    return std::string(utf8);
  converter from(known.iconv_name, "UTF-8");
  if (!from.good()) return std::string(utf8);
  std::string result;
  while (!utf8.empty()) {
    utf8.remove_prefix(from.run(utf8, result));
    if (utf8.empty()) break;
    const auto first = static_cast<unsigned char>(utf8.front());
    const std::size_t length = first < 0xC0 ? 1 : first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
    std::uint32_t code = length == 1 ? first : first & (0xFFu >> (length + 1));
    for (std::size_t i = 1; i < length && i < utf8.size(); ++i) {
      code = code << 6 | (static_cast<unsigned char>(utf8[i]) & 0x3Fu);
    }
    result += "%26%23" + std::to_string(code) + "%3B";
    utf8.remove_prefix(std::min(length, utf8.size()));
  }
  from.finish(result);
  return result;
}

}  // namespace weft::crawl
