// A peer: TCP echo on Boost.Asio and HTTP on Boost.Beast, by C++20 coroutines on one thread, with
// concrete executors, which are Asio's fastest. asio_echo echo|hot|http PORT; hot is echo beside a
// task that never waits.
#include <boost/asio.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <cstdlib>
#include <memory>
#include <string_view>
#include <utility>

namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using executor = asio::io_context::executor_type;
using task = asio::awaitable<void, executor>;
using stream = asio::basic_stream_socket<tcp, executor>;
constexpr asio::use_awaitable_t<executor> awaited{};

task echo(stream s) {
  constexpr std::size_t size = 65536;
  const auto bytes = std::make_unique<char[]>(size);
  try {
    for (;;) {
      const std::size_t got = co_await s.async_read_some(asio::buffer(bytes.get(), size), awaited);
      co_await asio::async_write(s, asio::buffer(bytes.get(), got), awaited);
    }
  } catch (const boost::system::system_error&) {
  }
}

task hello(stream s) {
  boost::beast::flat_buffer buffer;
  try {
    for (;;) {
      http::request<http::empty_body> request;
      co_await http::async_read(s, buffer, request, awaited);
      http::response<http::string_body> response(http::status::ok, request.version());
      response.set(http::field::content_type, "text/plain");
      response.keep_alive(request.keep_alive());
      response.body() = "Hello, World!";
      response.prepare_payload();
      co_await http::async_write(s, response, awaited);
    }
  } catch (const boost::system::system_error&) {
  }
}

task listen(executor on, unsigned short port, task (*serve)(stream)) {
  const tcp::endpoint address(asio::ip::address_v4::loopback(), port);
  asio::basic_socket_acceptor<tcp, executor> acceptor(on, address);
  for (;;) {
    stream accepted = co_await acceptor.async_accept(awaited);
    accepted.set_option(tcp::no_delay(true));
    asio::co_spawn(on, serve(std::move(accepted)), asio::detached);
  }
}

task spin(executor on) {
  for (;;) co_await asio::post(on, awaited);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  const bool web = std::string_view(argv[1]) == "http";
  const auto port = static_cast<unsigned short>(std::atoi(argv[2]));
  asio::io_context context(1);
  const executor on = context.get_executor();
  asio::co_spawn(on, listen(on, port, web ? hello : echo), asio::detached);
  if (std::string_view(argv[1]) == "hot") asio::co_spawn(on, spin(on), asio::detached);
  context.run();
}
