// executor: the interface of a pool of threads as the loop sees it, and run_in_executor. Pools
// stand on a floor above; core knows only that a job goes away and comes back as a node in the
// loop.
#pragma once

#include <atomic>
#include <type_traits>
#include <utility>

#include <weft/core/detail/closure_guard.hpp>
#include <weft/core/detail/context_data.hpp>
#include <weft/core/detail/future_base.hpp>
#include <weft/core/event_loop.hpp>
#include <weft/core/future.hpp>

namespace weft {
namespace detail {

/// The loop whose job runs on this thread, or null.
inline constinit thread_local event_loop* working_for = nullptr;

/// Work for another thread. Made, finished and destroyed in the loop's thread; run() elsewhere.
struct job : ready_node {
  job* next_job = nullptr;  // the executor's

  virtual ~job() = default;
  /// On the executor's thread: does the work, then posts itself to its loop. The job must not be
  /// touched afterwards.
  virtual void run_on_thread() noexcept = 0;
};

}  // namespace detail

/// Runs jobs on other threads, in order of arrival. Thread-safe. asyncio:
/// concurrent.futures.Executor.
class executor {
 public:
  virtual ~executor() = default;
  /// Queues a job. Throws usage_error after shutdown.
  virtual void submit(detail::job& job) = 0;
  /// Takes back a job that has not started: true if it will never run.
  virtual bool withdraw(detail::job& job) noexcept = 0;
  /// Takes no more jobs; waits until those that it has are done.
  virtual void shutdown() noexcept = 0;
};

namespace detail {

/// The future of a job. A cancel ends it at once: a job that hasn't started never runs; one that
/// runs is let finish, and its result is dropped.
template <class T, class F>
struct executor_job final : job {
  struct state final : future_base {
    outcome<T> outcome_;
    executor_job* job_;
    state(scheduler& s, executor_job* j) noexcept : future_base(s), job_(j) {
      set_outcome_place(outcome_);
    }
    bool cancel(const std::string* message) noexcept override {
      if (!future_base::cancel(message)) return false;
      job_->abandon();
      return true;
    }
    const char* wait_name() const noexcept override { return "thread"; }
  };

  executor& where_;
  scheduler& scheduler_;
  context_ref context_;
  state* state_;
  F f_;
  outcome<T> outcome_;
  /// An executor may be gone once it has started its last job: it isn't asked after that.
  std::atomic<bool> started_{false};

  executor_job(executor& where, scheduler& s, context_ref context, F&& f)
      : where_(where),
        scheduler_(s),
        context_(std::move(context)),
        state_(nullptr),
        f_(std::move(f)) {
    run = &executor_job::came_back;
  }

  void run_on_thread() noexcept override {
    started_.store(true, std::memory_order_release);
    working_for = scheduler_.loop;
    {
      ambient_context_scope scope(context_);
      try {
        if constexpr (std::is_void_v<T>) {
          f_();
          outcome_.emplace();
        } else if constexpr (std::is_reference_v<T>) {
          outcome_.emplace(&f_());
        } else {
          outcome_.emplace(f_());
        }
      } catch (...) {
        outcome_.set_current_exception();
      }
    }
    std::exchange(working_for, nullptr)->post(this);
  }

  void abandon() noexcept {
    if (started_.load(std::memory_order_acquire)) return;
    // By mail, as if it had run: a loop that closes drops what is ready, but waits for the mail of
    // what is in flight.
    if (where_.withdraw(*this)) scheduler_.loop->post(this);
  }

  static void came_back(ready_node* node) {
    auto* self = static_cast<executor_job*>(node);
    --self->scheduler_.in_flight;
    state* s = self->state_;
    if (!s->done()) {
      const outcome_kind kind = self->outcome_.kind_;
      s->outcome_ = std::move(self->outcome_);
      s->finish(kind == outcome_kind::cancelled ? outcome_kind::error : kind);
    }
    s->release();
    delete self;
  }
};

/// Sends `f(args...)` to the executor, to run there in the context.
template <class F, class... Args>
auto send_job(executor& where, context_ref context, F&& f, Args&&... args) {
  auto bound = [f = std::decay_t<F>(std::forward<F>(f)),
                ... args =
                    std::decay_t<Args>(std::forward<Args>(args))]() mutable -> decltype(auto) {
    return call_kept(f, args...);
  };
  using bound_t = decltype(bound);
  using result_t = std::invoke_result_t<bound_t&>;
  using job_t = executor_job<result_t, bound_t>;
  scheduler& s = running_scheduler();
  auto* made = new job_t(where, s, std::move(context), std::move(bound));
  auto* state = new typename job_t::state(s, made);
  made->state_ = state;
  future<result_t> result(state);
  try {
    where.submit(*made);
  } catch (...) {
    delete made;
    throw;
  }
  state->retain();
  ++s.in_flight;
  return result;
}

}  // namespace detail

/// Calls `f(args...)` on a thread of the executor; both are kept by value. The future belongs to
/// the running loop. Cancelling it takes a job back that has not started; a running one goes on and
/// its result is dropped. The task-local context stays behind (to_thread takes it along).
/// asyncio: loop.run_in_executor.
template <class F, class... Args>
auto run_in_executor(executor& where, F&& f, Args&&... args) {
  static_assert(detail::closure_is_safe<F>, WEFT_UNSAFE_CLOSURE);
  return detail::send_job(where, detail::context_ref(), std::forward<F>(f),
                          std::forward<Args>(args)...);
}
/// By pointer; null is the loop's executor for blocking calls: `run_in_executor(nullptr, f)`.
template <class F, class... Args>
auto run_in_executor(executor* where, F&& f, Args&&... args) {
  if (!where) where = &get_running_loop().executor_for(executor_purpose::blocking);
  return run_in_executor(*where, std::forward<F>(f), std::forward<Args>(args)...);
}

}  // namespace weft
