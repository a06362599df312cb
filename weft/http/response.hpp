// response: an answer that is there whole, as most handlers give it. For one that is written piece
// by piece see response_writer.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <weft/http/headers.hpp>

namespace weft::http {

/// Status, header fields and body. The server adds Date, Content-Length and Connection.
struct response {
  int status = 200;
  http::headers headers;
  std::string body;

  response() = default;
  explicit response(int status_code) : status(status_code) {}
  explicit response(std::string text, std::string_view content_type = "text/plain; charset=utf-8")
      : response(200, std::move(text), content_type) {}
  response(int status_code, std::string text,
           std::string_view content_type = "text/plain; charset=utf-8")
      : status(status_code), body(std::move(text)) {
    headers.add("Content-Type", content_type);
  }
};

/// An answer that says its status in a line of text: "404 Not Found".
response plain_response(int status, std::string_view detail = {});
/// 301, 302, 303, 307 or 308 to another place.
response redirect_to(std::string_view location, int status = 302);

}  // namespace weft::http
