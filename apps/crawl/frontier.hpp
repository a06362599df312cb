// The URLs that a crawl knows, and the order in which they are fetched: each exactly once, the
// nearest first, and never more at a time from one host than it may be asked for.
//
// A host is a lane. Politeness (a time before which a lane rests) and resuming (writing `urls_`
// down) have their place here; a frontier that several machines share stands behind the same
// functions.

#pragma once

#include <apps/crawl/url.hpp>

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <vector>

namespace weft::crawl {

/// A URL's number, counted from 0 in the order in which URLs were met.
using url_id = std::uint32_t;

class frontier {
 public:
  /// At most `per_host` URLs of one host are out at a time; 0: no limit.
  explicit frontier(std::size_t per_host);

  /// The number of a URL, new or known. A URL that is only numbered is not fetched.
  url_id number_of(const url& address);
  /// The URL behind a number.
  const url& address(url_id id) const { return urls_[id].address; }
  /// How many URLs have numbers.
  std::size_t known() const { return urls_.size(); }

  /// Lets a URL wait for its fetch. False, without effect, where it did before: no URL is handed
  /// out twice.
  bool push(url_id id, std::uint32_t depth);
  /// Takes the nearest URL whose host has a place free; among equals the one that waited longest.
  /// It is out until finish. Nothing where none waits or each that does belongs to a host that is
  /// at its limit.
  std::optional<url_id> pop();
  /// Gives the place of a URL that was out back to its host.
  void finish(url_id id);

  std::size_t waiting() const { return waiting_; }
  std::size_t out() const { return out_; }

 private:
  struct lane {
    std::map<std::uint32_t, std::deque<std::pair<std::uint64_t, url_id>>> by_depth;
    std::size_t out = 0;
  };
  struct entry {
    url address;
    std::uint32_t lane = 0;
    bool pushed = false;
  };
  using place =
      std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>;  // depth, order of arrival, lane

  std::optional<place> first_of(std::uint32_t lane_number) const;

  std::size_t per_host_;
  std::deque<entry> urls_;  // a deque: the map's keys are views into it
  std::unordered_map<std::string_view, url_id> numbers_;
  std::vector<lane> lanes_;
  std::unordered_map<std::string, std::uint32_t> lane_numbers_;
  std::set<place> ready_;  // the first URL of each lane that has one waiting and a place free
  std::uint64_t arrivals_ = 0;
  std::size_t waiting_ = 0;
  std::size_t out_ = 0;
};

}  // namespace weft::crawl
