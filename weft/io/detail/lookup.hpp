// resolve, with the choice that a server needs: where nothing is named, all addresses of this host.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/io/address.hpp>

namespace weft::detail {

enum class lookup_purpose : std::uint8_t { connect, listen };

coro<std::vector<address>> look_up(std::string host, std::uint16_t port, lookup_purpose purpose);

}  // namespace weft::detail
