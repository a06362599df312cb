#include <weft/flow/race.hpp>

#include <exception>

#include <weft/core/as_outcome.hpp>
#include <weft/core/detail/cancel_log.hpp>
#include <weft/core/errors.hpp>
#include <weft/flow/detail/future_watch.hpp>

namespace weft::detail {
namespace {

/// Sees each contestant's end, in order; the decision falls here, and the losers are cancelled, in
/// the turn after the end that decides.
class race_judge {
 public:
  race_judge(const std::vector<any_future>& contestants, race_rule rule)
      : contestants_(contestants),
        rule_(rule),
        watches_(contestants.size()),
        running_(contestants.size()) {
    future_base* caller = here->current;
    for (std::size_t i = 0; i < contestants.size(); ++i) {
      future_watch::start(watches_[i], *contestants[i].state(), this, &race_judge::one_ended,
                          caller);
    }
  }
  race_judge(const race_judge&) = delete;
  race_judge& operator=(const race_judge&) = delete;
  ~race_judge() { future_watch::stop_all(watches_); }

  bool all_ended() const noexcept { return running_ == 0; }
  /// A future that is done when the last has ended.
  future<void> end() {
    ended_ = make_future<void>();
    return ended_;
  }
  /// A cancel: nobody is to win any more. Losers that are ending already are let be.
  void abandon() noexcept {
    if (decided_) return;
    decided_ = true;
    cancel_all();
  }
  std::size_t winner() const {
    if (winner_) return static_cast<std::size_t>(winner_ - contestants_.data());
    std::vector<std::exception_ptr> errors;
    for (future_base* one : failed_) {
      one->unread_error_ = false;
      try {
        one->raise_failure();
      } catch (...) {
        errors.push_back(std::current_exception());
      }
    }
    throw exception_group("nobody has won the race", std::move(errors));
  }

 private:
  static void one_ended(void* owner, future_base& ended) {
    auto* self = static_cast<race_judge*>(owner);
    --self->running_;
    if (!self->decided_) self->judge(ended);
    if (self->running_ == 0 && self->ended_ && !self->ended_.done()) self->ended_.set_result();
  }
  void judge(future_base& ended) {
    if (rule_ == race_rule::first_value && ended.state_ != outcome_kind::value) {
      failed_.push_back(&ended);
      return;
    }
    for (const any_future& one : contestants_) {
      if (one.state() == &ended && !winner_) winner_ = &one;
    }
    decided_ = true;
    cancel_all();
  }
  void cancel_all() noexcept {
    const cancel_site site("a race that another has won, or that was cancelled");
    for (const any_future& one : contestants_) {
      if (!one.done()) one.state()->cancel(nullptr);
    }
  }

  const std::vector<any_future>& contestants_;
  race_rule rule_;
  std::vector<future_watch*> watches_;
  std::size_t running_;
  const any_future* winner_ = nullptr;
  std::vector<future_base*> failed_;
  future<void> ended_;
  bool decided_ = false;
};

}  // namespace

void refuse_contestant() {
  throw usage_error(
      "race was given a handle that stands for nothing, or for another loop's future");
}

coro<std::size_t> decide_race(const std::vector<any_future>& contestants, race_rule rule) {
  if (contestants.empty()) throw value_error("a race needs a contestant");
  race_judge judge(contestants, rule);
  outcome<void> cancelled;
  while (!judge.all_ended()) {
    future<void> end = judge.end();
    outcome<void> waited = co_await as_outcome(end);
    if (!waited && !cancelled.cancelled()) {
      cancelled.set_failure(waited);
      judge.abandon();
    }
  }
  if (cancelled.cancelled()) cancelled.take();
  co_return judge.winner();
}

}  // namespace weft::detail
