// headers: the header fields of a message, in their order, found without regard to case. Requests
// and responses of the server and of the client share it.
//
// A list, not a map: a message has a dozen fields, their order matters to some readers, and some
// names (Set-Cookie) come more than once.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace weft::http {

/// ASCII only, whatever the locale.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
/// True for a method, a header name, a token in a list: RFC 9110's `token`.
bool is_token(std::string_view text) noexcept;
/// Without the spaces and tabs at both ends.
std::string_view trim(std::string_view text) noexcept;

/// One field as it was written.
struct header {
  std::string name;
  std::string value;
};

/// Header fields in order. Names compare without regard to case.
class headers {
 public:
  using const_iterator = std::vector<header>::const_iterator;

  headers() = default;

  /// Appends a field, also when there is one of that name. Throws value_error when the name is no
  /// token, or when the value holds a line break or NUL, which would begin a field of its own.
  headers& add(std::string_view name, std::string_view value);
  /// The same in place of all fields of that name.
  headers& set(std::string_view name, std::string_view value);
  /// Appends what came over the wire as it is.
  void add_unchecked(std::string_view name, std::string_view value);
  /// How many there were.
  std::size_t remove(std::string_view name) noexcept;
  void clear() noexcept { fields_.clear(); }

  bool contains(std::string_view name) const noexcept { return find(name) != nullptr; }
  /// The first field's value, or null. Valid until the list changes.
  const std::string* find(std::string_view name) const noexcept;
  /// The first field's value, or an empty text.
  std::string_view get(std::string_view name) const noexcept;
  /// The values of all fields of that name.
  std::vector<std::string_view> all(std::string_view name) const;
  /// True if one of the fields' comma-separated lists holds the token: `Connection: a, close`.
  bool has_token(std::string_view name, std::string_view token) const noexcept;

  std::size_t size() const noexcept { return fields_.size(); }
  bool empty() const noexcept { return fields_.empty(); }
  const_iterator begin() const noexcept { return fields_.begin(); }
  const_iterator end() const noexcept { return fields_.end(); }

 private:
  std::vector<header> fields_;
};

}  // namespace weft::http
