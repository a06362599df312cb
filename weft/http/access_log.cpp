#include <weft/http/access_log.hpp>

#include <string_view>

#include <weft/http/date.hpp>

namespace weft::http {
namespace {

/// A client must not be able to end the field, or the line.
void put_escaped(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (byte < 0x20 || byte >= 0x7f) {
      out += "\\x";
      out += digits[byte >> 4];
      out += digits[byte & 15];
    } else {
      out += c;
    }
  }
}

void put_quoted(std::string& out, std::string_view text) {
  out += '"';
  put_escaped(out, text.empty() ? std::string_view("-") : text);
  out += '"';
}

/// "10/Oct/2000:13:55:36 +0000", cut from HTTP's form "Tue, 10 Oct 2000 13:55:36 GMT".
std::string log_time() {
  const std::string http =
      format_date(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()));
  return http.substr(5, 2) + '/' + http.substr(8, 3) + '/' + http.substr(12, 4) + ':' +
         http.substr(17, 8) + " +0000";
}

}  // namespace

std::string combined_log_line(const access_record& record) {
  std::string line = record.peer.host();
  if (line.empty()) line = "-";
  line += " - - [" + log_time() + "] \"";
  if (record.method.empty()) {
    line += '-';
  } else {
    put_escaped(line, record.method);
    line += ' ';
    put_escaped(line, record.target);
    line += " HTTP/1." + std::to_string(record.minor_version);
  }
  line += "\" " + std::to_string(record.status) + ' ' + std::to_string(record.body_bytes) + ' ';
  put_quoted(line, record.referer);
  line += ' ';
  put_quoted(line, record.user_agent);
  return line;
}

}  // namespace weft::http
