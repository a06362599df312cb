// What other threads send to a loop: a list that they push to, which the loop takes whole.
#include <utility>

#include <weft/core/detail/backend.hpp>
#include <weft/core/event_loop.hpp>

namespace weft {
namespace {

/// Tells the processor that a loop waits for a word to change.
inline void pause() noexcept {
#if defined(__x86_64__) || defined(__i386__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  asm volatile("yield");
#endif
}

}  // namespace

void event_loop::take_mail() noexcept {
  if (!mail_.load(std::memory_order_relaxed)) return;
  detail::ready_node* newest = mail_.exchange(nullptr, std::memory_order_acquire);
  detail::ready_node* const last = newest;
  detail::ready_node* oldest = nullptr;
  while (newest) oldest = std::exchange(newest, std::exchange(newest->next, oldest));
  last->next = oldest;
  scheduler_.ready.splice(last);
}

void event_loop::post(detail::ready_node* node) noexcept {
  detail::ready_node* head = mail_.load(std::memory_order_relaxed);
  for (;;) {
    if (head == asleep()) return post_and_wake(node);
    node->next = head;
    // The loop may take the node at once, and close when that was the last thing in flight: nothing
    // of it is touched afterwards.
    if (mail_.compare_exchange_weak(head, node, std::memory_order_seq_cst,
                                    std::memory_order_relaxed)) {
      return;
    }
  }
}

/// Watches for work before the loop sleeps: true if it has found some. False if it may sleep until
/// the deadline, which becomes min() when that came meanwhile.
bool event_loop::spin(time_point& deadline) {
  // To look for mail is a load. The backend is asked each round, for which io_uring reads a few
  // words, and epoll makes a system call at each eighth.
  constexpr int loads = 32;
  const time_point start = scheduler_.now();
  if (deadline <= start) {
    deadline = time_point::min();
    return false;
  }
  const bool in_time = deadline - start <= spin_before_sleep_;
  const time_point end = in_time ? deadline : start + spin_before_sleep_;
  do {
    if (backend_->poll_due()) {
      backend_->wait(time_point::min(), completions_);
      if (!completions_.empty()) {
        complete_operations();
        take_mail();
        return true;
      }
    }
    for (int i = 0; i < loads; ++i) {
      if (mail_.load(std::memory_order_relaxed)) {
        take_mail();
        return true;
      }
      pause();
    }
  } while (scheduler_.now() < end);
  if (in_time) deadline = time_point::min();
  return false;
}

void event_loop::wake_up() noexcept {
  detail::ready_node* still = asleep();
  mail_.compare_exchange_strong(still, nullptr, std::memory_order_seq_cst);
}

void event_loop::post_and_wake(detail::ready_node* node) noexcept {
  // Who wakes touches the loop after the node is there, so close() waits for it.
  posting_.fetch_add(1, std::memory_order_relaxed);
  detail::ready_node* head = asleep();
  node->next = nullptr;
  if (mail_.compare_exchange_strong(head, node, std::memory_order_seq_cst)) {
    backend_->wake();
    posting_.fetch_sub(1, std::memory_order_release);
  } else {
    posting_.fetch_sub(1, std::memory_order_release);
    post(node);
  }
}

void event_loop::send(detail::mailed* node) noexcept {
  if (detail::here != &scheduler_) return post(node);
  take_mail();  // what came before it goes first
  scheduler_.ready.push(node);
}

void event_loop::job_blocks() {
  struct look_again final : detail::mailed {
    look_again() { run = &mailed::fired; }
    void call() override {}
  };
  blocked_jobs_.fetch_add(1, std::memory_order_seq_cst);
  post(new look_again);
}

}  // namespace weft
