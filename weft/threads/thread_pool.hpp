// thread_pool: threads for blocking calls. They are started when jobs come and none is idle, up to
// a maximum, and stay until the pool is shut down.
#pragma once

#include <cstddef>
#include <type_traits>
#include <utility>

#include <weft/core/executor.hpp>

namespace weft {

/// How a pool is made. `name` must live until the pool is made.
struct thread_pool_options {
  /// 0: the number of cores and 4 more, 32 at most.
  std::size_t max_threads = 0;
  /// The threads are called name-1, name-2 ...; the kernel keeps 15 characters.
  const char* name = "weft";
};

/// Runs jobs on its threads, in order of arrival. The calls are thread-safe; futures belong to the
/// loop that submitted. asyncio: concurrent.futures.ThreadPoolExecutor.
class thread_pool final : public executor {
 public:
  explicit thread_pool(thread_pool_options options = {});
  thread_pool(const thread_pool&) = delete;
  thread_pool& operator=(const thread_pool&) = delete;
  /// Shuts down.
  ~thread_pool() override;

  /// Calls `f(args...)` on a thread; both are kept by value. Gives a future of the running loop:
  /// cancelling it takes a job back that has not started; one that runs goes on and its result is
  /// dropped. Throws usage_error after shutdown or when no loop runs. asyncio:
  /// loop.run_in_executor.
  template <class F, class... Args>
    requires(!std::is_base_of_v<detail::job, std::remove_cvref_t<F>>)
  auto submit(F&& f, Args&&... args) {
    return run_in_executor(*this, std::forward<F>(f), std::forward<Args>(args)...);
  }

  void submit(detail::job& job) override;
  bool withdraw(detail::job& job) noexcept override;
  /// Takes no more jobs; blocks until those that it has are done and the threads have ended. Not
  /// from one of its own threads.
  void shutdown() noexcept override;

  std::size_t max_threads() const noexcept;
  /// The threads that were started, idle ones too.
  std::size_t threads() const noexcept;
  /// The jobs that no thread has taken yet.
  std::size_t queued() const noexcept;

 private:
  struct state;
  state* state_;
};

}  // namespace weft
