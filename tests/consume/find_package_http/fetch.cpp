// A program of somebody else: fetches from a server that is not there, and is told so.

#include <cstdio>
#include <weft/http/client.hpp>
#include <weft/weft.hpp>

weft::coro<int> fetch() {
  weft::http::client_options options;
  options.proxy_from_environment = false;
  weft::http::client web(options);
  try {
    weft::http::client_response page = co_await web.get("http://127.0.0.1:1/");
    std::printf("an answer: %d\n", page.status);
    co_return 1;
  } catch (const weft::http::http_error& error) {
    std::puts(error.what());
  }
  co_return 0;
}

int main() { return weft::run(fetch()); }
