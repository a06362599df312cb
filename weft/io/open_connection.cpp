#include <weft/io/open_connection.hpp>

#include <memory>
#include <utility>

#include <weft/core/detail/errno.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/io/detail/happy_eyeballs.hpp>
#include <weft/io/detail/stream_state.hpp>
#include <weft/io/resolve.hpp>

namespace weft {
namespace {

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
  if (where.empty()) throw value_error("no address to connect to");
  auto race = std::make_shared<detail::connect_race>(options.interleave ? detail::interleave(where)
                                                                        : std::move(where));
  co_await detail::run_race(race, options.happy_eyeballs_delay, options.local);
  if (!race->won()) throw failed(name, race->where(), race->errors());
  co_return stream(
      detail::stream_state::open(get_running_loop(), race->take(), options.stream, race->winner()));
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

coro<stream> open_connection(std::vector<address> where, connect_options options) {
  return connect_to_first("any of several addresses", std::move(where), options);
}

}  // namespace weft
