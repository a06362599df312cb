// gather: awaits several things at once; results in the order of the arguments, whatever the order
// in which they end.
//
//   auto [page, size] = co_await gather(fetch("/"), measure("/"));        // a tuple
//   std::vector<page> pages = co_await gather(std::move(coros));          // a range
//   auto outcomes = co_await gather(return_exceptions, f(), g());         // outcome<T> each
//
// One counted future and an array of nodes, one a child. A child's node runs a turn after the child
// ended; the last one fills the result, and who awaits the gather runs yet a turn later.
#pragma once

#include <cstddef>
#include <cstdint>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

// std::reference_wrapper, which libstdc++ has in a file of its own too.
#if defined(_GLIBCXX_RELEASE)
#include <deque>
#else
#include <functional>
#endif

#include <weft/core/coro.hpp>
#include <weft/core/future.hpp>
#include <weft/core/task.hpp>
#include <weft/flow/detail/range.hpp>

namespace weft {

struct return_exceptions_t {
  explicit return_exceptions_t() = default;
};
/// First argument of gather: errors and cancels become results.
inline constexpr return_exceptions_t return_exceptions{};

namespace detail {

class waiter_kind;

/// The part of a gather that doesn't know its types.
class gather_base : public future_base {
 public:
  struct child : ready_node {
    gather_base* owner;
    future_base* future;
  };

  gather_base(scheduler& s, std::size_t count, bool keeps_errors);
  ~gather_base() override;

  /// The next child; takes over a count of it.
  void add(future_base* adopted) noexcept {
    child& c = children_[added_++];
    c.owner = this;
    c.future = adopted;
    // Now, since a further child that starts eagerly may wait for the same future.
    if (adopted->done()) [[unlikely]] {
      any_was_done_ = true;
      return;
    }
    c.run = &gather_base::child_done;
    adopted->add_waiter(&c);
  }
  /// All are added: children that were done before count now, in order, the rest as they end.
  void start();

  // A cancel goes to all children; once the last has ended, the gather ends as cancelled.
  bool cancel(const std::string* message) noexcept override;
  const char* wait_name() const noexcept override { return "gather"; }

 protected:
  /// All children have ended (with values, or errors are wanted): fills the outcome.
  virtual void collect() = 0;
  future_base& child_at(std::size_t i) const noexcept { return *children_[i].future; }
  /// A child's value: moved when nobody else can ask for it.
  static bool sole_owner(const future_base& f) noexcept { return f.references_ == 1; }

 private:
  /// A further child could not be made: the gather never began.
  void leave_children() noexcept;
  static void child_done(ready_node* node);
  static const waiter_kind child_kind;
  void settle(child& c, bool last);

  child* children_;
  future_base* caller_;  // the task that made it, which is said to await the children; or null
  std::uint32_t count_;
  std::uint32_t added_ = 0;
  std::uint32_t ended_ = 0;
  bool keeps_errors_;
  bool cancel_requested_ = false;
  bool started_ = false;
  bool any_was_done_ = false;  // when it was added
};

/// The type of a result in a tuple: a reference_wrapper for a reference, monostate for void.
template <class T>
struct element_of {
  using type = stored<T>;
};
template <class T>
struct element_of<T&> {
  using type = std::reference_wrapper<T>;
};

template <class T, bool KeepsErrors>
struct gather_element {
  using type = typename element_of<T>::type;
  static type take(future_base& f, bool sole) {
    outcome<T>& o = f.result_as<T>();
    if constexpr (std::is_void_v<T>) {
      o.copy();
      return {};
    } else if constexpr (std::is_reference_v<T>) {
      return std::ref(o.copy());
    } else if constexpr (std::is_copy_constructible_v<T>) {
      if (o.kind_ != outcome_kind::value) o.raise();
      if (!sole) return o.stored_value();
    }
    if constexpr (!std::is_void_v<T> && !std::is_reference_v<T>) {
      if (o.kind_ != outcome_kind::value) o.raise();
      if (!sole) o.kind_ = outcome_kind::moved;
      return std::move(o.stored_value());
    }
  }
};
template <class T>
struct gather_element<T, true> {
  using type = outcome<T>;
  static type take(future_base& f, bool sole) {
    f.unread_error_ = false;
    if (f.tells_once()) {
      // As in asyncio without its message, which is left to who asks the task.
      outcome<T> cancelled;
      cancelled.set_cancelled(nullptr);
      return cancelled;
    }
    if constexpr (std::is_void_v<T> || std::is_copy_constructible_v<stored<T>>) {
      if (!sole) return f.result_as<T>();
    }
    return move_outcome<T>(f);
  }
};

template <bool KeepsErrors, class... Ts>
class gather_tuple final : public gather_base {
 public:
  using result = std::tuple<typename gather_element<Ts, KeepsErrors>::type...>;
  explicit gather_tuple(scheduler& s) : gather_base(s, sizeof...(Ts), KeepsErrors) {
    set_outcome_place(outcome_);
  }

 private:
  void collect() override { fill(std::index_sequence_for<Ts...>{}); }
  template <std::size_t... I>
  void fill(std::index_sequence<I...>) {
    outcome_.emplace(
        gather_element<Ts, KeepsErrors>::take(child_at(I), sole_owner(child_at(I)))...);
  }
  outcome<result> outcome_;
};

template <bool KeepsErrors, class T>
class gather_vector final : public gather_base {
 public:
  using element = gather_element<T, KeepsErrors>;
  using result = std::vector<typename element::type>;
  gather_vector(scheduler& s, std::size_t count)
      : gather_base(s, count, KeepsErrors), count_of_results_(count) {
    set_outcome_place(outcome_);
  }
  void finish_empty() {
    outcome_.emplace();
    finish(outcome_kind::value);
  }

 private:
  void collect() override {
    result all;
    all.reserve(count_of_results_);
    for (std::size_t i = 0; i < count_of_results_; ++i) {
      all.push_back(element::take(child_at(i), sole_owner(child_at(i))));
    }
    outcome_.emplace(std::move(all));
  }
  std::size_t count_of_results_;
  outcome<result> outcome_;
};

template <class A>
concept gatherable = requires {
  typename std::remove_cvref_t<A>::value_type;
} && (is_coro<std::remove_cvref_t<A>> || std::is_base_of_v<any_future, std::remove_cvref_t<A>>);

/// Makes a task of a coro; gives a count of a future.
template <class T>
future_base* future_of(coro<T>&& c) {
  return create_task(std::move(c)).release_state();
}
template <class T>
future_base* future_of(const future<T>& f) {
  if (!f) throw usage_error("gather was given a handle that stands for nothing");
  f.state()->retain();
  return f.state();
}

template <bool KeepsErrors, class... A>
auto gather_all(A&&... awaitables) {
  using state_t = gather_tuple<KeepsErrors, typename std::remove_cvref_t<A>::value_type...>;
  scheduler& s = running_scheduler();
  auto* state = new state_t(s);
  future<typename state_t::result> result(state);
  (state->add(future_of(std::forward<A>(awaitables))), ...);
  state->start();
  return result;
}

template <bool KeepsErrors, class Range>
auto gather_range(Range&& range) {
  using item = std::remove_cvref_t<std::ranges::range_reference_t<Range>>;
  using state_t = gather_vector<KeepsErrors, typename item::value_type>;
  scheduler& s = running_scheduler();
  std::size_t count = 0;
  for (auto it = std::ranges::begin(range); it != std::ranges::end(range); ++it) ++count;
  auto* state = new state_t(s, count);
  future<typename state_t::result> result(state);
  if (count == 0) {
    state->finish_empty();
    return result;
  }
  for (auto&& one : range) {
    if constexpr (is_coro<item>) {
      state->add(future_of(std::move(one)));
    } else {
      state->add(future_of(one));
    }
  }
  state->start();
  return result;
}

}  // namespace detail

/// Runs coros as tasks and awaits them with the given futures and tasks, all at once. Gives a
/// future of a tuple (void is std::monostate, a reference a std::reference_wrapper): it starts now
/// and is awaited when wanted. The first error ends the gather with that error; the others go on. A
/// cancelled child is an error, cancelled_error. Cancelling the gather cancels the children.
/// asyncio: gather.
template <detail::gatherable... A>
auto gather(A&&... awaitables) {
  return detail::gather_all<false>(std::forward<A>(awaitables)...);
}
/// The same, but never fails: gives outcome<T> for each. asyncio: gather(return_exceptions=True).
template <detail::gatherable... A>
auto gather(return_exceptions_t, A&&... awaitables) {
  return detail::gather_all<true>(std::forward<A>(awaitables)...);
}
/// Coroutine functions in the place of their coroutines: refused with a word about it.
template <class... A>
  requires(std::is_invocable_v<A&> || ...)
void gather(A&&...) {
  static_assert(detail::always_false<A...>,
                "gather was given a function, not its coroutine: call it, `gather(f(), g())`");
}
/// The same over a range of coros (whose coros are taken), futures or tasks: a vector.
template <std::ranges::forward_range Range>
  requires detail::gatherable<std::ranges::range_reference_t<Range>>
auto gather(Range&& range) {
  return detail::gather_range<false>(std::forward<Range>(range));
}
template <std::ranges::forward_range Range>
  requires detail::gatherable<std::ranges::range_reference_t<Range>>
auto gather(return_exceptions_t, Range&& range) {
  return detail::gather_range<true>(std::forward<Range>(range));
}

}  // namespace weft
