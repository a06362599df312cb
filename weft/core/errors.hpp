// What weft throws. Three kinds: the operating system's failures are std::system_error; the ends
// of waiting (cancelled, timed out, interrupted) have types of their own; misuse that asyncio
// reports too is a std::logic_error. cancelled_error stands outside std::exception on purpose, as
// Python's CancelledError stands outside Exception: `catch (const std::exception&)` lets it pass.
#pragma once

#include <exception>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace weft {

/// Thrown at the `co_await` of a task that was cancelled. Catch it to clean up, then rethrow.
/// asyncio: CancelledError.
class cancelled_error {
 public:
  cancelled_error() noexcept = default;
  explicit cancelled_error(std::string message) : message_(new std::string(std::move(message))) {}
  cancelled_error(const cancelled_error& other)
      : message_(other.message_ ? new std::string(*other.message_) : nullptr) {}
  cancelled_error(cancelled_error&& other) noexcept
      : message_(std::exchange(other.message_, nullptr)) {}
  cancelled_error& operator=(cancelled_error other) noexcept {
    std::swap(message_, other.message_);
    return *this;
  }
  ~cancelled_error() {
    if (message_) delete message_;
  }

  /// The text given to `cancel(message)`, or an empty one.
  std::string message() const { return message_ ? *message_ : std::string(); }
  bool has_message() const noexcept { return message_ != nullptr; }

  /// Takes over a message made by `new`; for the library.
  struct adopt_message {
    std::string* message;
  };
  explicit cancelled_error(adopt_message m) noexcept : message_(m.message) {}

 private:
  // One pointer, so that the throw is inlined into the frame that waits: an out-of-line throw
  // nearly doubles the price of a cancel.
  std::string* message_ = nullptr;
};

/// A deadline passed. asyncio: TimeoutError.
class timeout_error : public std::runtime_error {
 public:
  timeout_error() : std::runtime_error("timed out") {}
  explicit timeout_error(const std::string& what) : std::runtime_error(what) {}
};

/// `run` was ended by SIGINT. asyncio: KeyboardInterrupt.
class interrupted_error : public std::runtime_error {
 public:
  interrupted_error() : std::runtime_error("interrupted (SIGINT)") {}
};

/// A future, task or coroutine is not in the state that the call needs: a result set twice, read
/// before there is one, or read again after it was moved out. asyncio: InvalidStateError.
class invalid_state_error : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A call that is wrong where it stands: no loop runs, a free lock is released, a loop is run
/// twice. asyncio: RuntimeError.
class usage_error : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// A value that the call can't take. asyncio: ValueError.
class value_error : public std::invalid_argument {
 public:
  using std::invalid_argument::invalid_argument;
};

/// Nothing can wake the loop any more: under virtual time no task can run, no timer is set and
/// nothing of the real world is in flight.
class deadlock_error : public std::logic_error {
 public:
  using std::logic_error::logic_error;
};

/// asyncio: QueueEmpty.
class queue_empty : public std::runtime_error {
 public:
  queue_empty() : std::runtime_error("the queue is empty") {}
};

/// asyncio: QueueFull.
class queue_full : public std::runtime_error {
 public:
  queue_full() : std::runtime_error("the queue is full") {}
};

/// Several failures at once, in the order in which they happened. asyncio: ExceptionGroup.
class exception_group : public std::exception {
 public:
  exception_group(std::string message, std::vector<std::exception_ptr> exceptions)
      : message_(std::move(message)), exceptions_(std::move(exceptions)) {}

  const char* what() const noexcept override { return message_.c_str(); }
  const std::vector<std::exception_ptr>& exceptions() const noexcept { return exceptions_; }

  /// Parts the members into those that are an `E` and the rest, nested groups too, each part with
  /// the nesting kept. An empty vector is a part without members. asyncio: ExceptionGroup.split.
  template <class E>
  std::pair<std::vector<std::exception_ptr>, std::vector<std::exception_ptr>> split() const;

 private:
  std::string message_;
  std::vector<std::exception_ptr> exceptions_;
};

/// The text of an exception for a person: its type and what(), nested groups in parentheses.
std::string describe(const std::exception_ptr& error);

template <class E>
std::pair<std::vector<std::exception_ptr>, std::vector<std::exception_ptr>> exception_group::split()
    const {
  std::pair<std::vector<std::exception_ptr>, std::vector<std::exception_ptr>> parts;
  for (const std::exception_ptr& one : exceptions_) {
    try {
      std::rethrow_exception(one);
    } catch (const E&) {
      parts.first.push_back(one);
    } catch (const exception_group& nested) {
      auto [matching, rest] = nested.split<E>();
      if (!matching.empty()) {
        parts.first.push_back(
            std::make_exception_ptr(exception_group(nested.message_, std::move(matching))));
      }
      if (!rest.empty()) {
        parts.second.push_back(
            std::make_exception_ptr(exception_group(nested.message_, std::move(rest))));
      }
    } catch (...) {
      parts.second.push_back(one);
    }
  }
  return parts;
}

}  // namespace weft
