#include <apps/crawl/scope.hpp>

#include <algorithm>

namespace weft::crawl {

void scope::add_start(const url& start) {
  const std::string_view path = start.path();
  areas_.push_back(
      {std::string(start.authority()), std::string(path.substr(0, path.rfind('/') + 1))});
}

bool scope::contains(const url& address) const {
  return std::any_of(areas_.begin(), areas_.end(), [&](const area& a) {
    return a.authority == address.authority() &&
           (kind_ == scope_kind::host || address.path().substr(0, a.folder.size()) == a.folder);
  });
}

}  // namespace weft::crawl
