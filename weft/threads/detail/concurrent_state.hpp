// What the handles of a concurrent_future share: the stage it is in, who waits, what is to be
// called. One mutex guards it; an outcome changes no more when it has ended.
#pragma once

#include <cstdint>
#include <exception>
#include <mutex>
#include <type_traits>
#include <utility>

#include <weft/core/detail/counted.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/outcome.hpp>
#include <weft/core/time.hpp>

namespace weft {
class event_loop;
}  // namespace weft

namespace weft::detail {

class concurrent_state : public counted {
 public:
  struct callback {
    virtual ~callback() = default;
    virtual void call() = 0;
    callback* next = nullptr;
  };

  bool cancel();
  bool cancelled() const noexcept;
  bool running() const noexcept;
  bool done() const noexcept;
  bool set_running_or_notify_cancel();
  /// Takes it over.
  void add(callback* made);

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
  ~concurrent_state() override;
  /// After wait().
  void throw_if_cancelled() const;

 private:
  enum class stage : std::uint8_t { pending, running, cancelled, notified, finished };
  bool ended() const noexcept { return stage_ >= stage::cancelled; }
  void tell(std::unique_lock<std::mutex> lock);

  /// A thread that waits, on its stack.
  struct waiter;

  mutable std::mutex mutex_;
  mutable waiter* waiters_ = nullptr;
  callback* first_ = nullptr;
  callback* last_ = nullptr;
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
