// What weft throws. Three kinds: the operating system's failures are std::system_error; the ends
// of waiting (cancelled, timed out, interrupted) have types of their own; misuse that asyncio
// reports too is a std::logic_error. cancelled_error stands outside std::exception on purpose, as
// Python's CancelledError stands outside Exception: `catch (const std::exception&)` lets it pass.
#pragma once

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace weft {
namespace detail {

/// How many coroutines the last cancel of this thread has left: see await_chain.hpp.
inline constinit thread_local std::uint32_t cancel_row_count = 0;

/// Whether what `error` points to would be caught by `catch (const E&)`.
template <class E>
bool holds(const std::exception_ptr& error) {
  try {
    std::rethrow_exception(error);
  } catch (const E&) {
    return true;
  } catch (...) {  // looks only: the pointer keeps it
    return false;
  }
}

}  // namespace detail

/// Thrown at the `co_await` of a task that was cancelled. Catch it to clean up, then rethrow.
/// asyncio: CancelledError.
class cancelled_error {
 public:
  cancelled_error() noexcept { detail::cancel_row_count = 0; }
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
  explicit cancelled_error(adopt_message m) noexcept : message_(m.message) {
    detail::cancel_row_count = 0;
  }
  /// One that goes on, a level further up; for the library.
  struct goes_on {};
  explicit cancelled_error(goes_on) noexcept {}

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

  /// True for a part that nothing fell into.
  bool empty() const noexcept { return exceptions_.empty(); }

  /// Parts the group in two, each with the nesting kept: what is an `E`, and the rest. Where a
  /// group itself is an `E`, it falls to the first part whole. Python's `except*` is written `auto
  /// [mine, rest] = group.split<E>(); if (!mine.empty()) ...; if (!rest.empty()) throw rest;`
  /// asyncio: ExceptionGroup.split.
  template <class E>
  std::pair<exception_group, exception_group> split() const {
    return split([](const std::exception_ptr& one) { return detail::holds<E>(one); });
  }
  /// The same by a test of each group and leaf: `bool test(const std::exception_ptr&)`.
  template <class Test>
  std::pair<exception_group, exception_group> split(Test&& test) const {
    using plain = std::remove_reference_t<Test>;
    return split_by(
        [](void* t, const std::exception_ptr& one) -> bool {
          return (*static_cast<plain*>(t))(one);
        },
        const_cast<std::remove_const_t<plain>*>(&test));
  }
  /// The part that is an `E`, which may be empty. asyncio: ExceptionGroup.subgroup.
  template <class E>
  exception_group subgroup() const {
    return split<E>().first;
  }

 private:
  using test_function = bool (*)(void* test, const std::exception_ptr& one);
  std::pair<exception_group, exception_group> split_by(test_function call, void* test) const;

  std::string message_;
  std::vector<std::exception_ptr> exceptions_;
};

/// The text of an exception for a person: its type and what(), nested groups in parentheses.
std::string describe(const std::exception_ptr& error);

}  // namespace weft
