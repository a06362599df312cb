#include <weft/http/request.hpp>

#include <algorithm>

#include <weft/http/detail/connection.hpp>

namespace weft::http {

coro<std::string> request_body::read_some() const {
  if (!connection_) co_return std::string();
  co_return co_await connection_->read_body();
}

coro<std::string> request_body::read_all(std::size_t limit) const {
  std::string all;
  while (true) {
    const std::string piece = co_await read_some();
    if (piece.empty()) co_return all;
    if (piece.size() > limit - all.size()) throw request_error(413, "the body is too large");
    all += piece;
  }
}

std::string_view request::path() const noexcept {
  std::string_view rest = target;
  const std::size_t scheme = rest.find("://");
  if (!rest.empty() && rest[0] != '/' && scheme != std::string_view::npos) {
    rest.remove_prefix(std::min(rest.find_first_of("/?", scheme + 3), rest.size()));
  }
  rest = rest.substr(0, rest.find('?'));
  return rest.empty() ? std::string_view("/") : rest;
}

std::string_view request::query() const noexcept {
  const std::string_view rest = target;
  const std::size_t mark = rest.find('?');
  return mark == std::string_view::npos ? std::string_view() : rest.substr(mark + 1);
}

}  // namespace weft::http
