// race: the first that ends decides; the others are cancelled, and have ended when the race
// returns.
//
//   page p = co_await race(fetch(mirror_a), fetch(mirror_b));
//   auto first = co_await race(read(), stop.wait());         // a std::variant: index() says who
//   page q = co_await race(first_success, std::move(coros)); // errors only if nobody succeeds
#pragma once

#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include <weft/core/coro.hpp>
#include <weft/core/future.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/detail/range.hpp>
#include <weft/flow/detail/take_unshared.hpp>
#include <weft/flow/gather.hpp>

namespace weft {

struct first_success_t {
  explicit first_success_t() = default;
};
/// First argument of race: who fails is out, and the others go on.
inline constexpr first_success_t first_success{};

namespace detail {

/// Who ends the race: the first that ends, or that ends with a value.
enum class race_rule { first_end, first_value };

/// Watches the contestants, which the caller holds, until all have ended; cancels those that the
/// decision leaves over. Gives the winner's place; throws when nobody succeeded, or a cancel.
coro<std::size_t> decide_race(const std::vector<any_future>& contestants, race_rule rule);

/// What awaiting a contestant gives.
template <class A>
struct contestant_result {
  using type = awaited<A>;
};
template <class A>
  requires requires { typename A::value_type; }
struct contestant_result<A> {
  using type = typename A::value_type;
};
template <class A>
using contestant_result_t = typename contestant_result<std::remove_cvref_t<A>>::type;

template <class A>
concept contestant = gatherable<A> || operation_like<std::remove_cvref_t<A>>;

/// One type, or a variant with a place for each.
template <class First, class... Rest>
struct race_result {
  using type = std::variant<typename element_of<First>::type, typename element_of<Rest>::type...>;
};
template <class First, class... Rest>
  requires(std::is_same_v<First, Rest> && ...)
struct race_result<First, Rest...> {
  using type = First;
};
template <class... A>
using race_result_t = typename race_result<contestant_result_t<A>...>::type;

[[noreturn]] void refuse_contestant();

/// Before any is started.
template <class A>
void check_contestant(const A& one) {
  if constexpr (std::is_base_of_v<any_future, A>) {
    if (!one || one.state()->scheduler_ != here) refuse_contestant();
  } else if constexpr (is_coro<A>) {
    if (!one) refuse_contestant();
  }
}
template <class T>
future<T> start_contestant(coro<T>& c) {
  return create_task(std::move(c));
}
template <class T>
future<T> start_contestant(future<T>& f) {
  return f;
}
template <operation_like A>
future<awaited<A>> start_contestant(A& what) {
  return create_task(await_in_coro(std::move(what)));
}

/// The winner's result, put in its place of the variant.
template <class Variant, std::size_t I, class Futures>
Variant take_winner(std::size_t winner, Futures& futures) {
  if constexpr (I + 1 < std::tuple_size_v<Futures>) {
    if (winner != I) return take_winner<Variant, I + 1>(winner, futures);
  }
  auto& won = std::get<I>(futures);
  if constexpr (std::is_void_v<typename std::remove_reference_t<decltype(won)>::value_type>) {
    take_unshared(std::move(won));
    return Variant(std::in_place_index<I>);
  } else {
    return Variant(std::in_place_index<I>, take_unshared(std::move(won)));
  }
}

template <class... A>
coro<race_result_t<A...>> race_all(race_rule rule, A... contestants) {
  using result = race_result_t<A...>;
  (check_contestant(contestants), ...);
  std::tuple<future<contestant_result_t<A>>...> futures{start_contestant(contestants)...};
  std::vector<any_future> all;
  std::apply([&](const auto&... each) { (all.push_back(each), ...); }, futures);
  const std::size_t winner = co_await decide_race(all, rule);
  if constexpr ((std::is_same_v<result, contestant_result_t<A>> && ...)) {
    // From here on the winner is held once, so that its result can be moved out.
    any_future won = std::move(all[winner]);
    futures = {};
    co_return take_unshared(as_item<future<result>>(std::move(won)));
  } else {
    all.clear();
    co_return take_winner<result, 0>(winner, futures);
  }
}

template <class A>
coro<contestant_result_t<A>> race_range(race_rule rule, std::vector<A> contestants) {
  std::vector<any_future> all;
  for (const A& one : contestants) check_contestant(one);
  for (A& one : contestants) all.push_back(start_contestant(one));
  contestants.clear();
  const std::size_t winner = co_await decide_race(all, rule);
  co_return take_unshared(as_item<future<contestant_result_t<A>>>(std::move(all[winner])));
}

template <class Range>
auto race_over(race_rule rule, Range&& range) {
  using item = std::ranges::range_value_t<Range>;
  std::vector<item> contestants;
  for (auto&& one : range) {
    if constexpr (is_coro<item>) {
      contestants.push_back(std::move(one));
    } else {
      contestants.push_back(one);
    }
  }
  return race_range<item>(rule, std::move(contestants));
}

}  // namespace detail

/// Runs coros (and all that can be awaited: `queue.get()`) as tasks, with the given tasks and
/// futures, until the first ends, and gives its result or throws its error. The others are
/// cancelled; race returns when they have ended. Results of one type come as that type, else as a
/// std::variant with a place for each (void is std::monostate, a reference a
/// std::reference_wrapper). What a loser gives is dropped; an error of a loser is reported to the
/// exception handler unless somebody else asks for it. A cancel cancels all and waits for them; one
/// that comes after the decision still wins. Throws usage_error for a handle that stands for
/// nothing. In asyncio: wait(return_when=FIRST_COMPLETED), and the cancels by hand.
template <detail::contestant... A>
  requires(sizeof...(A) > 0)
auto race(A&&... contestants) {
  return detail::race_all<std::remove_cvref_t<A>...>(detail::race_rule::first_end,
                                                     std::forward<A>(contestants)...);
}
/// The same, but the first that ends with a value wins. When all failed or were cancelled an
/// exception_group with their errors is thrown, in the order in which they happened.
template <detail::contestant... A>
  requires(sizeof...(A) > 0)
auto race(first_success_t, A&&... contestants) {
  return detail::race_all<std::remove_cvref_t<A>...>(detail::race_rule::first_value,
                                                     std::forward<A>(contestants)...);
}
/// Over a range of coros (which are taken), futures or tasks. Throws value_error, at the await, for
/// an empty one.
template <std::ranges::input_range Range>
  requires detail::gatherable<std::ranges::range_reference_t<Range>>
auto race(Range&& range) {
  return detail::race_over(detail::race_rule::first_end, std::forward<Range>(range));
}
template <std::ranges::input_range Range>
  requires detail::gatherable<std::ranges::range_reference_t<Range>>
auto race(first_success_t, Range&& range) {
  return detail::race_over(detail::race_rule::first_value, std::forward<Range>(range));
}

}  // namespace weft
