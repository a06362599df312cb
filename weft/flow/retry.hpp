// retry: calls a coroutine function again while it fails, each time after a longer delay.
//
//   const auto patient = retry_policy().attempts(5).delays(200ms, 10s).on<std::system_error>();
//   page p = co_await retry(patient, fetch, url);
//
// The delays are cut short by a random part, so that many who failed together don't come back
// together. The numbers follow from the seed; under virtual time, without one, from the task's
// name.
#pragma once

#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include <weft/core/as_outcome.hpp>
#include <weft/core/coro.hpp>
#include <weft/core/detail/closure_guard.hpp>
#include <weft/core/time.hpp>
#include <weft/flow/sleep.hpp>

namespace weft {
namespace detail {
class retry_course;
}

/// The errors of the attempts that failed, in order: see retry_policy::log.
struct retry_log {
  std::vector<std::exception_ptr> errors;
};

/// How often, when, and after which errors to try again. By default three attempts, after any error
/// that is a std::exception, with delays from 100 ms, doubled each time up to 30 s. A cancel ends a
/// retry; it is never tried again.
class retry_policy {
 public:
  /// Attempts in all, the first one too. Throws value_error for none.
  retry_policy& attempts(std::uint32_t count);
  /// Without a bound on the attempts: then mostly with `within`.
  retry_policy& attempts_without_end() noexcept {
    attempts_ = std::numeric_limits<std::uint32_t>::max();
    return *this;
  }

  /// The delay before the second attempt, the longest one, and what each is multiplied by for the
  /// next. Throws value_error for a negative delay or a factor below 1.
  template <class R1, class P1, class R2, class P2>
  retry_policy& delays(std::chrono::duration<R1, P1> first, std::chrono::duration<R2, P2> longest,
                       double factor = 2) {
    return set_delays(detail::to_duration(first), detail::to_duration(longest), factor);
  }
  /// Cuts each delay short by a random part of it, at most this one: 0 for none, 1 for delays
  /// anywhere between nothing and all. Half of it by default. Throws value_error outside of 0 to 1.
  retry_policy& jitter(double part);
  /// Makes the random parts the same in every run.
  retry_policy& seed(std::uint64_t number) noexcept {
    seed_ = number;
    has_seed_ = true;
    return *this;
  }

  /// No attempt begins later than this after the first one began. It doesn't end an attempt: that
  /// is wait_for's, around the one or around all.
  template <class Rep, class Period>
  retry_policy& within(std::chrono::duration<Rep, Period> limit) noexcept {
    limit_ = detail::to_duration(limit);
    return *this;
  }

  /// Tries again only after errors that are one of these types.
  template <class... E>
  retry_policy& on() noexcept {
    return when(&is_one_of<E...>);
  }
  /// Tries again only where `test` says so: a function, or a lambda without captures.
  retry_policy& when(bool (*test)(const std::exception_ptr&)) noexcept {
    test_ = test;
    return *this;
  }

  /// Puts the error of each failed attempt there, the last one too. The log must outlive the retry.
  retry_policy& log(retry_log& place) noexcept {
    log_ = &place;
    return *this;
  }

 private:
  friend class detail::retry_course;
  template <class... E>
  static bool is_one_of(const std::exception_ptr& error) {
    return (detail::holds<E>(error) || ...);
  }
  retry_policy& set_delays(duration first, duration longest, double factor);

  std::uint32_t attempts_ = 3;
  bool has_seed_ = false;
  duration first_ = std::chrono::milliseconds(100);
  duration longest_ = std::chrono::seconds(30);
  double factor_ = 2;
  double jitter_ = 0.5;
  std::uint64_t seed_ = 0;
  duration limit_ = duration::max();
  bool (*test_)(const std::exception_ptr&) = &is_one_of<std::exception>;
  retry_log* log_ = nullptr;
};

// ---- mechanics

namespace detail {

/// One retry under way.
class retry_course {
 public:
  explicit retry_course(const retry_policy& policy);
  /// An attempt failed: how long to wait before the next one; nothing when there is to be none.
  std::optional<duration> failed(const std::exception_ptr& error);

 private:
  static constexpr std::size_t most_remembered = 16;
  duration cut(duration delay);
  void remember(const std::exception_ptr& error);
  void report_earlier();

  retry_policy policy_;
  time_point start_;
  duration delay_;
  std::uint64_t random_;
  std::uint64_t attempts_ = 0;
  std::vector<std::exception_ptr> earlier_;  // the last ones, if there is no log
};

template <class F, class... Args>
using retry_result = awaited<std::invoke_result_t<std::decay_t<F>&, std::decay_t<Args>&...>>;

/// In a coroutine, so that what the call itself throws is the attempt's error too.
template <class T, class F, class... Args>
coro<T> try_once(F& f, Args&... args) {
  co_return co_await std::apply(f, std::tuple<Args&...>(args...));
}

template <class T, class F, class... Args>
coro<T> run_retry(retry_policy policy, F f, Args... args) {
  retry_course course(policy);
  for (;;) {
    outcome<T> attempt = co_await as_outcome(try_once<T>(f, args...));
    if (attempt.kind_ != outcome_kind::error) co_return attempt.take();
    const std::optional<duration> delay = course.failed(attempt.error_);
    if (!delay) co_return attempt.take();
    co_await sleep(*delay);
  }
}

}  // namespace detail

/// Awaits `f(args...)`, and again as the policy says while it fails; gives the first result. The
/// callable and copies of the arguments are kept, and passed anew each time. When there is to be no
/// further attempt the last error is thrown as it is, and the earlier ones (the last 16 of them)
/// are reported to the exception handler, unless the policy has a log for them. Errors before a
/// success stand only in the log. A cancel ends the attempt, or the wait for the next one, and goes
/// on.
template <class F, class... Args>
coro<detail::retry_result<F, Args...>> retry(retry_policy policy, F&& f, Args&&... args) {
  static_assert(detail::closure_is_safe<F>, WEFT_UNSAFE_CLOSURE);
  static_assert((detail::can_be_kept<F> && ... && detail::can_be_kept<Args>),
                WEFT_ARGUMENT_NOT_KEPT);
  return detail::run_retry<detail::retry_result<F, Args...>, std::decay_t<F>,
                           std::decay_t<Args>...>(policy, std::forward<F>(f),
                                                  std::forward<Args>(args)...);
}

}  // namespace weft
