#include <apps/crawl/frontier.hpp>

namespace weft::crawl {

frontier::frontier(std::size_t per_host) : per_host_(per_host == 0 ? SIZE_MAX : per_host) {}

url_id frontier::number_of(const url& address) {
  if (const auto known = numbers_.find(address.text()); known != numbers_.end())
    return known->second;
  const auto id = static_cast<url_id>(urls_.size());
  const auto lane_number = static_cast<std::uint32_t>(lanes_.size());
  const auto [lane_place, is_new] =
      lane_numbers_.try_emplace(std::string(address.authority()), lane_number);
  if (is_new) lanes_.emplace_back();
  urls_.push_back({address, lane_place->second, false});
  numbers_.emplace(urls_.back().address.text(), id);
  return id;
}

bool frontier::push(url_id id, std::uint32_t depth) {
  entry& e = urls_[id];
  if (e.pushed) return false;
  e.pushed = true;
  lane& l = lanes_[e.lane];
  if (const std::optional<place> first = first_of(e.lane)) ready_.erase(*first);
  l.by_depth[depth].emplace_back(arrivals_++, id);
  if (l.out < per_host_) ready_.insert(*first_of(e.lane));
  ++waiting_;
  return true;
}

std::optional<url_id> frontier::pop() {
  if (ready_.empty()) return std::nullopt;
  const auto [depth, arrival, lane_number] = *ready_.begin();
  ready_.erase(ready_.begin());
  lane& l = lanes_[lane_number];
  const auto queue = l.by_depth.find(depth);
  const url_id id = queue->second.front().second;
  queue->second.pop_front();
  if (queue->second.empty()) l.by_depth.erase(queue);
  ++l.out;
  ++out_;
  --waiting_;
  if (l.out < per_host_) {
    if (const std::optional<place> next = first_of(lane_number)) ready_.insert(*next);
  }
  return id;
}

void frontier::finish(url_id id) {
  const std::uint32_t lane_number = urls_[id].lane;
  --lanes_[lane_number].out;
  --out_;
  if (const std::optional<place> first = first_of(lane_number)) ready_.insert(*first);
}

std::optional<frontier::place> frontier::first_of(std::uint32_t lane_number) const {
  const lane& l = lanes_[lane_number];
  if (l.by_depth.empty()) return std::nullopt;
  const auto& [depth, queue] = *l.by_depth.begin();
  return place(depth, queue.front().first, lane_number);
}

}  // namespace weft::crawl
