// A URL's host: a name (by IDNA where it is not ASCII), IPv4 in each spelling that browsers take
// for it, or IPv6.

#include <apps/crawl/url.hpp>

#include <arpa/inet.h>
#include <idn2.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <optional>
#include <vector>

namespace weft::crawl {

namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// A number of an IPv4 address: decimal, octal behind a 0, hexadecimal behind 0x. Too large counts
/// as the largest.
std::optional<std::uint64_t> ipv4_number(std::string_view text) {
  if (text.empty()) return std::nullopt;
  int base = 10;
  if (text.size() >= 2 && text[0] == '0') {
    const bool hex = text[1] == 'x' || text[1] == 'X';
    base = hex ? 16 : 8;
    text.remove_prefix(hex ? 2 : 1);
    if (text.empty()) return 0;
  }
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  if (end != text.data() + text.size()) return std::nullopt;
  return error == std::errc() ? number : UINT64_MAX;
}

std::vector<std::string_view> labels_of(std::string_view host) {
  std::vector<std::string_view> labels;
  while (true) {
    const auto dot = host.find('.');
    labels.push_back(host.substr(0, dot));
    if (dot == std::string_view::npos) break;
    host.remove_prefix(dot + 1);
  }
  if (labels.size() > 1 && labels.back().empty()) labels.pop_back();
  return labels;
}

bool ends_in_a_number(const std::vector<std::string_view>& labels) {
  const std::string_view last = labels.back();
  const bool digits = !last.empty() && std::all_of(last.begin(), last.end(),
                                                   [](char c) { return c >= '0' && c <= '9'; });
  return digits || (last.substr(0, 2) == "0x" && ipv4_number(last));
}

/// The address in its usual form; nothing where it is none.
std::optional<std::string> ipv4(const std::vector<std::string_view>& parts) {
  if (parts.size() > 4) return std::nullopt;
  std::uint64_t address = 0;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const std::optional<std::uint64_t> number = ipv4_number(parts[i]);
    if (!number) return std::nullopt;
    const bool last = i + 1 == parts.size();
    // The last number fills what the others leave: 127.1 is 127.0.0.1.
    if (*number >= (last ? std::uint64_t{1} << (8 * (5 - parts.size())) : 256)) return std::nullopt;
    address += last ? *number : *number << (8 * (3 - i));
  }
  std::string text;
  for (int shift = 24; shift >= 0; shift -= 8) {
    text += std::to_string((address >> shift) & 255);
    if (shift) text += '.';
  }
  return text;
}

std::optional<std::string> ipv6(std::string_view inner) {
  std::array<unsigned char, 16> bytes;
  if (inet_pton(AF_INET6, std::string(inner).c_str(), bytes.data()) != 1) return std::nullopt;
  std::array<unsigned, 8> pieces;
  for (std::size_t i = 0; i < 8; ++i) pieces[i] = bytes[2 * i] * 256u + bytes[2 * i + 1];

  // The first of the longest runs of two or more zeros is written "::".
  std::size_t run_begin = 8;
  std::size_t run_length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && pieces[end] == 0) ++end;
    if (end - i > run_length) {
      run_begin = i;
      run_length = end - i;
    }
  }
  std::string text = "[";
  for (std::size_t i = 0; i < 8; ++i) {
    if (i == run_begin) {
      text += i == 0 ? "::" : ":";
      i += run_length - 1;
      continue;
    }
    std::array<char, 8> digits;
    const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), pieces[i], 16).ptr;
    text.append(digits.data(), end);
    if (i < 7) text += ':';
  }
  return text + "]";
}

std::optional<std::string> to_ascii(const std::string& name) {
  char* converted = nullptr;
  if (idn2_to_ascii_8z(name.c_str(), &converted, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL) != IDN2_OK)
    return std::nullopt;
  std::string result(converted);
  idn2_free(converted);
  return result;
}

parsed_host fail(const char* reason) { return {{}, reason}; }

}  // namespace

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && text.size() - i > 2 && hex_value(text[i + 1]) >= 0 &&
        hex_value(text[i + 2]) >= 0) {
      result += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      result += text[i];
    }
  }
  return result;
}

parsed_host parse_host(std::string_view text) {
  if (text.empty()) return fail("no host");
  if (text.front() == '[') {
    const std::optional<std::string> address =
        text.back() == ']' ? ipv6(text.substr(1, text.size() - 2)) : std::nullopt;
    return address ? parsed_host{*address} : fail("a bad IPv6 address");
  }
  std::string name = percent_decoded(text);
  if (std::any_of(name.begin(), name.end(),
                  [](char c) { return static_cast<unsigned char>(c) >= 0x80; })) {
    std::optional<std::string> ascii = to_ascii(name);
    if (!ascii) return fail("the host's name is not allowed by IDNA");
    name = std::move(*ascii);
  }
  for (char& c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte <= 0x20 || byte == 0x7f ||
        std::string_view("#/:<>?@[\\]^|%").find(c) != std::string_view::npos) {
      return fail("the host has a character that no host may have");
    }
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  if (name.empty()) return fail("no host");
  const std::vector<std::string_view> labels = labels_of(name);
  if (ends_in_a_number(labels)) {
    const std::optional<std::string> address = ipv4(labels);
    return address ? parsed_host{*address} : fail("a bad IPv4 address");
  }
  return {std::move(name)};
}

}  // namespace weft::crawl
