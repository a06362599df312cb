#include <weft/http/detail/connection_gate.hpp>

#include <utility>

namespace weft::http::detail {

std::size_t connection_gate::host::connections(std::size_t requests) const noexcept {
  return multiplexed ? (requests + streams_per_connection - 1) / streams_per_connection : requests;
}

bool connection_gate::host_admits(const host& h) const noexcept {
  return per_host_ == 0 || h.connections(h.active + 1) <= per_host_;
}

bool connection_gate::all_admit(const host& h) const noexcept {
  if (in_all_ == 0) return true;
  return connections_ - h.connections(h.active) + h.connections(h.active + 1) <= in_all_;
}

bool connection_gate::enter(entry& one, const std::string& host_key, bool multiplexed) {
  auto [found, fresh] = hosts_.try_emplace(host_key);
  host& h = found->second;
  if (fresh) {
    h.self = found;
    h.multiplexed = multiplexed;
  }
  if (h.waiting.empty() && host_admits(h) && all_admit(h)) {
    let_in(one, h);
    return true;
  }
  one.place = h.waiting.insert(h.waiting.end(), &one);
  one.at = &h;
  one.where = entry::state::waiting;
  ++waiting_;
  line_up(h);
  return false;
}

void connection_gate::let_in(entry& one, host& h) noexcept {
  connections_ -= h.connections(h.active);
  ++h.active;
  ++active_;
  connections_ += h.connections(h.active);
  one.at = &h;
  one.where = entry::state::inside;
}

void connection_gate::leave(entry& one) noexcept {
  if (one.where == entry::state::outside) return;
  host& h = *std::exchange(one.at, nullptr);
  if (one.where == entry::state::waiting) {
    h.waiting.erase(one.place);
    --waiting_;
  } else {
    connections_ -= h.connections(h.active);
    --h.active;
    --active_;
    connections_ += h.connections(h.active);
  }
  one.where = entry::state::outside;
  // A host at its limit stands outside the line until one of its own leaves.
  if (!h.waiting.empty()) line_up(h);
  drop_if_idle(h);
}

void connection_gate::mark_multiplexed(entry& one) noexcept {
  if (one.where != entry::state::inside || one.at->multiplexed) return;
  host& h = *one.at;
  connections_ -= h.connections(h.active);
  h.multiplexed = true;
  connections_ += h.connections(h.active);
  if (!h.waiting.empty()) line_up(h);
}

connection_gate::entry* connection_gate::next() {
  while (line_) {
    host& first = *line_;
    if (!first.waiting.empty() && host_admits(first)) {
      if (!all_admit(first)) return nullptr;
      take_from_line();
      entry& one = *first.waiting.front();
      first.waiting.pop_front();
      --waiting_;
      let_in(one, first);
      if (!first.waiting.empty()) line_up(first);
      return &one;
    }
    drop_if_idle(take_from_line());
  }
  return nullptr;
}

void connection_gate::line_up(host& h) noexcept {
  if (std::exchange(h.in_line, true)) return;
  h.next_in_line = nullptr;
  (line_end_ ? line_end_->next_in_line : line_) = &h;
  line_end_ = &h;
}

connection_gate::host& connection_gate::take_from_line() noexcept {
  host& h = *line_;
  line_ = h.next_in_line;
  if (!line_) line_end_ = nullptr;
  h.in_line = false;
  return h;
}

void connection_gate::drop_if_idle(host& h) noexcept {
  if (h.active == 0 && h.waiting.empty() && !h.in_line) hosts_.erase(h.self);
}

}  // namespace weft::http::detail
