#include <weft/flow/retry.hpp>

#include <algorithm>
#include <random>
#include <string>

#include <weft/core/errors.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/exception_context.hpp>

namespace weft {

retry_policy& retry_policy::attempts(std::uint32_t count) {
  if (count == 0) throw value_error("a retry needs one attempt at least");
  attempts_ = count;
  return *this;
}

retry_policy& retry_policy::set_delays(duration first, duration longest, double factor) {
  if (first < duration::zero() || longest < duration::zero()) {
    throw value_error("a retry's delay is negative");
  }
  if (!(factor >= 1))
    throw value_error("a retry's delays can't become shorter: its factor is below 1");
  first_ = first;
  longest_ = longest;
  factor_ = factor;
  return *this;
}

retry_policy& retry_policy::jitter(double part) {
  if (!(part >= 0 && part <= 1)) throw value_error("a retry's jitter is a part from 0 to 1");
  jitter_ = part;
  return *this;
}

namespace detail {

retry_course::retry_course(const retry_policy& policy)
    : policy_(policy), delay_(std::min(policy.first_, policy.longest_)), random_(policy.seed_) {
  const scheduler& s = running_scheduler();
  start_ = s.now();
  if (!policy.has_seed_) {
    random_ = s.virtual_time ? std::hash<std::string>()(current_task().get_name())
                             : std::random_device()();
  }
  if (policy_.log_) policy_.log_->errors.clear();
}

duration retry_course::cut(duration delay) {
  random_ = random_ * 6364136223846793005u + 1442695040888963407u;
  const double part = policy_.jitter_ * (static_cast<double>(random_ >> 11) * 0x1p-53);
  return duration(static_cast<duration::rep>(static_cast<double>(delay.count()) * (1 - part)));
}

std::optional<duration> retry_course::failed(const std::exception_ptr& error) {
  ++attempts_;
  if (policy_.log_) policy_.log_->errors.push_back(error);
  if (attempts_ < policy_.attempts_ && policy_.test_(error)) {
    const duration wait = cut(delay_);
    const double longer = static_cast<double>(delay_.count()) * policy_.factor_;
    delay_ = longer < static_cast<double>(policy_.longest_.count())
                 ? duration(static_cast<duration::rep>(longer))
                 : policy_.longest_;
    if (here->now() - start_ <= policy_.limit_ - wait) {
      if (!policy_.log_) remember(error);
      return wait;
    }
  }
  report_earlier();
  return std::nullopt;
}

void retry_course::remember(const std::exception_ptr& error) {
  if (earlier_.size() == most_remembered) earlier_.erase(earlier_.begin());
  earlier_.push_back(error);
}

void retry_course::report_earlier() {
  std::uint64_t number = attempts_ - earlier_.size();
  for (const std::exception_ptr& error : earlier_) {
    exception_context context;
    context.message = "attempt " + std::to_string(number++) + " of " + std::to_string(attempts_) +
                      " failed, and so did the last";
    context.exception = error;
    context.task_name = current_task().get_name();
    report(here, context);
  }
}

}  // namespace detail
}  // namespace weft
