// example_get_page URL: asks for a page and prints what came: status, headers, size, times.
#include <chrono>
#include <cstdio>
#include <exception>
#include <string>

#include <weft/http/client.hpp>
#include <weft/run/run.hpp>

namespace {

double milliseconds(weft::duration d) {
  return std::chrono::duration<double, std::milli>(d).count();
}

void print(const weft::http::client_response& answer) {
  for (const weft::http::redirect& hop : answer.redirects) {
    std::printf("%d  %s\n     -> %s\n", hop.status, hop.url.c_str(), hop.location.c_str());
  }
  std::printf("%s %d %s  %s\n", to_string(answer.version), answer.status, answer.reason.c_str(),
              answer.url.c_str());
  for (const weft::http::header& field : answer.headers) {
    std::printf("  %s: %s\n", field.name.c_str(), field.value.c_str());
  }
  std::printf("from %s port %u: %zu bytes of body, %llu bytes received, %llu sent\n",
              answer.remote_address.c_str(), unsigned{answer.remote_port}, answer.body.size(),
              static_cast<unsigned long long>(answer.bytes_received),
              static_cast<unsigned long long>(answer.bytes_sent));
  std::printf("connected after %.1f ms, first byte after %.1f ms, all after %.1f ms\n",
              milliseconds(answer.timing.connected), milliseconds(answer.timing.first_byte),
              milliseconds(answer.timing.total));
}

weft::coro<int> get_page(std::string url) {
  weft::http::client web;
  weft::http::client_response answer = co_await web.get(url);
  print(answer);
  co_return answer.ok() ? 0 : 1;
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 2) {
    std::fprintf(stderr, "usage: %s URL\n", arguments[0]);
    return 2;
  }
  try {
    return weft::run(get_page, std::string(arguments[1]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
