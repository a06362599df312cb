// How a task waits for a stream to change, and goes on.
#include <weft/core/errors.hpp>
#include <weft/io/detail/stream_state.hpp>
#include <weft/io/stream.hpp>

namespace weft::detail {

stream_wait::~stream_wait() {
  if (!task_) return;
  if (waiting_) unlink();
  if (state_->reader_ == this) state_->reader_ = nullptr;
}

bool stream_wait::await_ready() const {
  const stream_state& s = *state_.get();
  switch (why_) {
    case reason::read:
      s.check_unclaimed();
      if (!s.in_.empty() || s.ended_) return true;
      s.check_free();
      return false;
    case reason::more:
      if (s.ended_) return true;
      s.check_free();
      return false;
    case reason::drain:
      return s.closing_ ? s.closed_ : !s.must_drain();
    case reason::close:
      return s.closed_;
  }
  return true;
}

void stream_wait::start() {
  stream_state& s = *state_.get();
  if (here != s.scheduler_) throw usage_error("a stream is used in another loop than its own");
  task_ = here->current;
  waiting_ = true;
  if (why_ == reason::read || why_ == reason::more) {
    s.reader_ = this;
    s.arm_receive();
    return;
  }
  // Asked after close(): whether all went out is known when it is closed.
  if (s.closing_) why_ = reason::close;
  stream_wait** end = why_ == reason::drain ? &s.drainers_ : &s.closers_;
  while (*end) end = &(*end)->next_;
  *end = this;
}

void stream_wait::unlink() noexcept {
  waiting_ = false;
  if (why_ == reason::read || why_ == reason::more) return;
  stream_wait** place = why_ == reason::drain ? &state_->drainers_ : &state_->closers_;
  while (*place != this) place = &(*place)->next_;
  *place = next_;
}

void stream_wait::finish() {
  if (!task_) return;
  if (state_->reader_ == this) state_->reader_ = nullptr;
  task_->resumed();
  task_->throw_if_cancelled();
}

bool stream_wait::cancel(const std::string* message) noexcept {
  if (!waiting_) return false;
  unlink();
  task_->deliver_cancel(message);
  return true;
}

const char* stream_wait::wait_name() const noexcept {
  switch (why_) {
    case reason::read:
    case reason::more:
      return "read";
    case reason::drain:
      return "drain";
    case reason::close:
      break;
  }
  return "close";
}

chunk read_chunk_awaiter::await_resume() {
  finish();
  state_->throw_if_broken();
  return chunk(state_->in_.pop());
}

void drain_awaiter::await_resume() {
  const bool had_room = task_ && why_ == reason::drain;
  finish();
  // Room came; that the stream was closed since is no news for this drain.
  if (!had_room || state_->error()) state_->throw_if_unwritable();
}

}  // namespace weft::detail
