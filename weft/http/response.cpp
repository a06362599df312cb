#include <weft/http/response.hpp>

#include <weft/http/status.hpp>

namespace weft::http {

response plain_response(int status, std::string_view detail) {
  std::string text = std::to_string(status);
  const std::string_view phrase = reason_phrase(status);
  if (!phrase.empty()) text.append(" ").append(phrase);
  if (!detail.empty()) text.append(": ").append(detail);
  text += '\n';
  return response(status, std::move(text));
}

response redirect_to(std::string_view location, int status) {
  response made = plain_response(status);
  made.headers.add("Location", location);
  return made;
}

}  // namespace weft::http
