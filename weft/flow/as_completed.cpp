#include <weft/flow/as_completed.hpp>

#include <algorithm>

#include <weft/core/as_outcome.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/event_loop.hpp>

namespace weft::detail {

void completions::start(const std::vector<any_future>& futures, time_limit limit) {
  std::vector<future_base*> distinct;
  for (const any_future& one : futures) distinct.push_back(one.state());
  drop_repeated(distinct);
  std::erase(distinct, nullptr);
  todo_ = steps_left_ = distinct.size();
  ended_.reserve(todo_);
  watches_.resize(todo_);
  for (std::size_t i = 0; i < todo_; ++i) {
    future_watch::start(watches_[i], *distinct[i], this, &completions::one_ended);
  }
  if (todo_ > 0 && limit) {
    limit_ = here->loop->call_later(*limit, [this] { timed_out(); });
  }
}

completions::~completions() {
  limit_.cancel();
  future_watch::stop_all(watches_);
}

void completions::one_ended(void* owner, future_base& ended) {
  auto* self = static_cast<completions*>(owner);
  --self->todo_;
  ended.retain();
  self->put(any_future(&ended));
  if (self->todo_ == 0) self->limit_.cancel();
}

void completions::timed_out() {
  // What has ended in this very turn and was not told yet comes too late, as in asyncio.
  future_watch::stop_all(watches_);
  for (; todo_ > 0; --todo_) put(any_future());
}

void completions::put(any_future ended) {
  ended_.push_back(std::move(ended));
  wake_getter();
}

void completions::wake_getter() {
  while (!getters_.empty()) {
    const future<void> first = std::move(getters_.front());
    getters_.pop_front();
    if (first.done()) continue;
    first.set_result();
    return;
  }
}

// asyncio's Queue.get.
coro<any_future> completions::next() {
  while (given_ == ended_.size()) {
    future<void> getter = make_future<void>();
    getters_.push_back(getter);
    outcome<void> woken = co_await as_outcome(getter);
    if (woken) continue;
    std::erase(getters_, getter);
    // A wake-up that came with the cancel is the next one's.
    if (given_ < ended_.size() && !getter.cancelled()) wake_getter();
    woken.take();
  }
  any_future ended = std::move(ended_[given_++]);
  if (!ended) throw timeout_error();
  co_return ended;
}

}  // namespace weft::detail
