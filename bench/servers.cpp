#include <utility>

#include <weft/core/task.hpp>
#include <weft/flow/yield.hpp>
#include <weft/http/server.hpp>
#include <weft/io/server.hpp>
#include <weft/io/stream.hpp>

#include "workload.hpp"

namespace bench {
namespace {

/// What came goes back as it is, without a copy.
weft::coro<void> echo(weft::stream s) {
  for (;;) {
    weft::chunk data = co_await s.read_chunk();
    if (data.empty()) co_return;
    s.write(std::move(data));
    co_await s.drain();
  }
}

weft::coro<> spin() {
  for (;;) co_await weft::yield();
}

weft::coro<weft::http::response> hello(const weft::http::request&) {
  co_return weft::http::response("Hello, World!");
}

}  // namespace

weft::coro<> serve_echo(unsigned short port) {
  weft::server serving = co_await weft::start_server(echo, "127.0.0.1", port);
  co_await serving.serve_forever();
}

weft::coro<> serve_echo_hot(unsigned short port) {
  weft::task<> spinning = weft::create_task(spin());
  co_await serve_echo(port);
}

weft::coro<> serve_http(unsigned short port) {
  weft::http::server serving = co_await weft::http::start_server(hello, "127.0.0.1", port);
  co_await serving.serve_forever();
}

}  // namespace bench
