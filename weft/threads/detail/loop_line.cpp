#include <weft/threads/detail/loop_line.hpp>

#include <utility>

#include <weft/core/event_loop.hpp>
#include <weft/core/handle.hpp>

namespace weft::detail {

struct loop_line::letter final : mailed {
  shared<loop_line> line_;
  explicit letter(shared<loop_line> line) : line_(std::move(line)) { run = &mailed::fired; }
  void call() override { line_->arrived(); }
};

void loop_line::open(event_loop& loop) {
  enlist(loop.get_scheduler());
  loop.expect_mail();
  std::lock_guard lock(mutex_);
  loop_ = &loop;
}

void loop_line::shut() noexcept {
  std::lock_guard lock(mutex_);
  if (!loop_) return;
  delist(loop_->get_scheduler());
  std::exchange(loop_, nullptr)->expect_no_mail();
}

void loop_line::send() {
  // Under the lock, so that the loop can't close between the look and the letter.
  std::lock_guard lock(mutex_);
  if (loop_) loop_->send(new letter(shared<loop_line>::of(*this)));
}

void loop_line::loop_closing() noexcept {
  const shared<loop_line> alive = shared<loop_line>::of(*this);
  {
    std::lock_guard lock(mutex_);
    std::exchange(loop_, nullptr)->expect_no_mail();
  }
  cut();
}

}  // namespace weft::detail
