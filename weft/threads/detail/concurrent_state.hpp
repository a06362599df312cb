// What the handles of a concurrent_future share: the stage it is in, who waits, what is to be
// called. One mutex guards it; an outcome changes no more when it has ended.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <memory>
#include <mutex>
#include <type_traits>
#include <utility>
#include <vector>

#include <weft/core/errors.hpp>
#include <weft/core/outcome.hpp>
#include <weft/core/time.hpp>

namespace weft {
class event_loop;
}  // namespace weft

namespace weft::detail {

class concurrent_state : public std::enable_shared_from_this<concurrent_state> {
 public:
  struct callback {
    virtual ~callback() = default;
    virtual void call() = 0;
  };

  concurrent_state() = default;
  concurrent_state(const concurrent_state&) = delete;
  concurrent_state& operator=(const concurrent_state&) = delete;
  virtual ~concurrent_state() = default;

  bool cancel();
  bool cancelled() const noexcept;
  bool running() const noexcept;
  bool done() const noexcept;
  bool set_running_or_notify_cancel();
  void add(std::unique_ptr<callback> made);

  void wait() const;
  /// Throws timeout_error.
  void wait(duration timeout) const;

  /// The end, in scope: the outcome may be stored, and now() tells everybody. Throws
  /// invalid_state_error when it has ended already.
  class end {
   public:
    explicit end(concurrent_state& of);
    void now();

   private:
    concurrent_state& of_;
    std::unique_lock<std::mutex> lock_;
  };

 protected:
  /// After wait().
  void throw_if_cancelled() const;

 private:
  enum class stage : std::uint8_t { pending, running, cancelled, notified, finished };
  bool ended() const noexcept { return stage_ >= stage::cancelled; }
  void tell(std::unique_lock<std::mutex> lock);

  /// Whoever waits on a thread that runs a loop's job: one entry each.
  void begin_wait() const;
  void give_up() const;

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable std::vector<event_loop*> waiting_jobs_;
  std::vector<std::unique_ptr<callback>> callbacks_;
  stage stage_ = stage::pending;
};

template <class T>
class concurrent_result final : public concurrent_state {
 public:
  T copy() const {
    throw_if_cancelled();
    return outcome_.copy();
  }
  T take() {
    throw_if_cancelled();
    return outcome_.take();
  }
  std::exception_ptr exception() const {
    throw_if_cancelled();
    return outcome_.exception();
  }

  outcome<T> outcome_;
};

}  // namespace weft::detail
