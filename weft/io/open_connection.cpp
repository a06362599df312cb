#include <weft/io/open_connection.hpp>

#include <unistd.h>

#include <cerrno>
#include <utility>

#include <weft/core/detail/errno.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/io/detail/connect.hpp>
#include <weft/io/detail/stream_state.hpp>
#include <weft/io/resolve.hpp>

namespace weft {
namespace {

/// TCP lets a socket connect to itself where nobody listens and the kernel gave it just that port.
bool is_own_echo(int fd, const address& to) noexcept {
  const address own = detail::socket_name::of_socket(fd).to_address();
  return (own.is_ipv4() || own.is_ipv6()) && own == to;
}

connect_error failed(const std::string& name, const std::vector<address>& where,
                     const std::vector<int>& codes) {
  std::vector<std::exception_ptr> errors;
  std::string tried;
  for (std::size_t i = 0; i < where.size(); ++i) {
    const std::string place = where[i].to_string();
    errors.push_back(detail::errno_exception(codes[i], "connect to " + place));
    tried += (i ? "; " : "") + place + ": " + std::system_category().message(codes[i]);
  }
  const std::error_code code(codes.back(), std::system_category());
  std::string what = "connect to " + (where.size() == 1 ? where[0].to_string() : name);
  if (where.size() > 1) what += " (" + tried + ")";
  return connect_error(code, what, std::move(errors));
}

coro<stream> connect_to_first(std::string name, std::vector<address> where,
                              connect_options options) {
  std::vector<int> codes;
  for (const address& to : where) {
    int fd = co_await detail::connect_ask(detail::socket_name(to));
    if (fd >= 0 && is_own_echo(fd, to)) {
      get_running_loop().detach(fd);
      close(fd);
      fd = -ECONNREFUSED;
    }
    if (fd >= 0) {
      co_return stream(detail::stream_state::open(get_running_loop(), fd, options.stream, to));
    }
    codes.push_back(-fd);
  }
  throw failed(name, where, codes);
}

coro<stream> resolve_and_connect(std::string host, std::uint16_t port, connect_options options) {
  std::string name = host + ":" + std::to_string(port);
  std::vector<address> where = co_await resolve(std::move(host), port);
  co_return co_await connect_to_first(std::move(name), std::move(where), options);
}

}  // namespace

connect_error::connect_error(std::error_code code, const std::string& what,
                             std::vector<std::exception_ptr> errors)
    : std::system_error(code, what), errors_(std::move(errors)) {}

coro<stream> open_connection(std::string host, std::uint16_t port, connect_options options) {
  return resolve_and_connect(std::move(host), port, options);
}

coro<stream> open_connection(address where, connect_options options) {
  return connect_to_first(where.to_string(), std::vector<address>(1, where), options);
}

}  // namespace weft
