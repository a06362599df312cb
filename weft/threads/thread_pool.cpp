#include <weft/threads/thread_pool.hpp>

#include <pthread.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace weft {
namespace {

/// The jobs that wait, doubly linked, so that taking one back costs the same wherever it stands:
/// `next_job` is the one behind, and `next`, which nothing else uses meanwhile, the one before.
/// A job that has been taken points to itself.
class job_list {
 public:
  void push(detail::job& job) noexcept {
    job.next_job = nullptr;
    job.next = last_;
    (last_ ? last_->next_job : first_) = &job;
    last_ = &job;
    ++size_;
  }
  detail::job* pop() noexcept {
    detail::job* job = first_;
    if (job) take(*job);
    return job;
  }
  bool take(detail::job& job) noexcept {
    if (job.next_job == &job) return false;
    auto* before = static_cast<detail::job*>(job.next);
    (before ? before->next_job : first_) = job.next_job;
    if (job.next_job) {
      job.next_job->next = before;
    } else {
      last_ = before;
    }
    job.next_job = &job;
    --size_;
    return true;
  }
  std::size_t size() const noexcept { return size_; }

 private:
  detail::job* first_ = nullptr;
  detail::job* last_ = nullptr;
  std::size_t size_ = 0;
};

std::size_t default_max_threads() noexcept {
  return std::min<std::size_t>(32, std::size_t{std::thread::hardware_concurrency()} + 4);
}

void name_thread(std::thread& thread, std::string name) noexcept {
  constexpr std::size_t longest = 15;
  if (name.size() > longest) name.resize(longest);
  pthread_setname_np(thread.native_handle(), name.c_str());
}

}  // namespace

struct thread_pool::state {
  const std::size_t max_threads;
  const std::string name;
  mutable std::mutex mutex;
  std::condition_variable something_to_do;
  job_list jobs;
  std::vector<std::thread> threads;
  std::size_t idle = 0;  // threads that wait, whether or not they have been woken
  std::mutex closing;    // held by whoever joins
  bool closed = false;

  explicit state(const thread_pool_options& options)
      : max_threads(options.max_threads ? options.max_threads : default_max_threads()),
        name(options.name) {}

  void work() noexcept {
    std::unique_lock lock(mutex);
    for (;;) {
      detail::job* job = jobs.pop();
      if (!job) {
        if (closed) return;
        ++idle;
        something_to_do.wait(lock);
        --idle;
        continue;
      }
      lock.unlock();
      job->run_on_thread();
      lock.lock();
    }
  }

  /// With the mutex held. Throws std::system_error when the system gives no thread.
  void start_thread() {
    threads.emplace_back([this] { work(); });
    name_thread(threads.back(), name + "-" + std::to_string(threads.size()));
  }
};

thread_pool::thread_pool(thread_pool_options options) : state_(new state(options)) {}

thread_pool::~thread_pool() {
  shutdown();
  delete state_;
}

void thread_pool::submit(detail::job& job) {
  state& s = *state_;
  std::lock_guard lock(s.mutex);
  if (s.closed) throw usage_error("the thread pool has been shut down");
  s.jobs.push(job);
  // A thread that was woken for an earlier job and hasn't come yet is still counted as idle, but so
  // is its job as waiting.
  if (s.jobs.size() <= s.idle) {
    s.something_to_do.notify_one();
  } else if (s.threads.size() < s.max_threads) {
    try {
      s.start_thread();
    } catch (...) {
      // The process has all the threads it may have: those that run will come to the job.
      if (!s.threads.empty()) return;
      s.jobs.take(job);
      throw;
    }
  }
}

bool thread_pool::withdraw(detail::job& job) noexcept {
  std::lock_guard lock(state_->mutex);
  return state_->jobs.take(job);
}

void thread_pool::shutdown() noexcept {
  std::lock_guard only_one(state_->closing);
  std::vector<std::thread> ending;
  {
    std::lock_guard lock(state_->mutex);
    state_->closed = true;
    ending.swap(state_->threads);
  }
  state_->something_to_do.notify_all();
  for (std::thread& thread : ending) thread.join();
}

std::size_t thread_pool::max_threads() const noexcept { return state_->max_threads; }

std::size_t thread_pool::threads() const noexcept {
  std::lock_guard lock(state_->mutex);
  return state_->threads.size();
}

std::size_t thread_pool::queued() const noexcept {
  std::lock_guard lock(state_->mutex);
  return state_->jobs.size();
}

}  // namespace weft
