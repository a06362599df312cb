#include <weft/io/resolve.hpp>

#include <netdb.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

#include <weft/core/detail/errno.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/executor.hpp>
#include <weft/io/detail/lookup.hpp>

namespace weft {
namespace {

class resolver_errors final : public std::error_category {
 public:
  const char* name() const noexcept override { return "resolver"; }
  std::string message(int code) const override { return gai_strerror(code); }
};

/// Asks the system; may block unless `flags` hold AI_NUMERICHOST. Gives the resolver's code.
int ask_system(const std::string& host, std::uint16_t port, int flags,
               std::vector<address>& found) {
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = flags | AI_NUMERICSERV;
  addrinfo* list = nullptr;
  const std::string service = std::to_string(port);
  const int code =
      getaddrinfo(host.empty() ? nullptr : host.c_str(), service.c_str(), &hints, &list);
  if (code != 0) return code;
  for (const addrinfo* one = list; one; one = one->ai_next) {
    const address a = address::from_system(one->ai_addr, one->ai_addrlen);
    if (a.system_size() == 0) continue;
    if (std::find(found.begin(), found.end(), a) == found.end()) found.push_back(a);
  }
  freeaddrinfo(list);
  return found.empty() ? EAI_NONAME : 0;
}

std::vector<address> ask_on_thread(const std::string& host, std::uint16_t port, int flags) {
  std::vector<address> found;
  const int code = ask_system(host, port, flags, found);
  if (code == EAI_SYSTEM) detail::throw_errno(errno, "resolve " + host);
  if (code != 0) throw resolve_error(code, host);
  return found;
}

}  // namespace

const std::error_category& resolver_category() noexcept {
  static const resolver_errors category;
  return category;
}

resolve_error::resolve_error(int code, const std::string& host)
    : std::system_error(code, resolver_category(), "resolve " + host) {}

coro<std::vector<address>> detail::look_up(std::string host, std::uint16_t port,
                                           lookup_purpose purpose) {
  if (host.find('\0') != std::string::npos) throw value_error("a host's name holds a NUL byte");
  const int flags = purpose == lookup_purpose::listen ? AI_PASSIVE : 0;
  std::vector<address> found;
  if (ask_system(host, port, flags | AI_NUMERICHOST, found) == 0) co_return found;
  executor& names = get_running_loop().executor_for(executor_purpose::names);
  future<std::vector<address>> answer =
      run_in_executor(names, &ask_on_thread, std::move(host), port, flags);
  co_return co_await std::move(answer);
}

coro<std::vector<address>> resolve(std::string host, std::uint16_t port) {
  return detail::look_up(std::move(host), port, detail::lookup_purpose::connect);
}

}  // namespace weft
