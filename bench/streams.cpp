#include <string>

#include <weft/io/open_connection.hpp>
#include <weft/io/server.hpp>
#include <weft/io/stream.hpp>

#include "workload.hpp"

namespace bench {
namespace {

using namespace weft;

coro<> answer(stream s) {
  for (;;) {
    std::string data = co_await s.read_some();
    if (data.empty()) co_return;
    co_await s.send(std::move(data));
  }
}

/// A request of 64 bytes and its answer on one connection, both ends in one loop.
coro<> echo_once(long n) {
  server serving = co_await start_server(answer, "127.0.0.1", 0);
  stream client = co_await open_connection("127.0.0.1", serving.port());
  const std::string request(64, 'x');
  for (long i = 0; i < n; ++i) {
    co_await client.send(request);
    const std::string reply = co_await client.read_exactly(request.size());
    sink += static_cast<long>(reply.size());
  }
  client.close();
  serving.close();
}

}  // namespace

std::vector<workload> stream_workloads() { return {{"echo_once", echo_once}}; }

}  // namespace bench
