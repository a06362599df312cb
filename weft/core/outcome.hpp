// outcome<T>: how something ended - a value, an exception, or a cancel. What a future stores, what
// a coroutine leaves in its awaiter, what gather(return_exceptions, ...) and as_outcome give.
//
// A cancel without a message is only a kind, with no exception behind it: it is thrown afresh at
// each level, which is cheaper than rethrowing a stored exception.
#pragma once

#include <cstdint>
#include <exception>
#include <new>
#include <source_location>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>

#include <weft/core/errors.hpp>

namespace weft {
namespace detail {

enum class outcome_kind : std::uint8_t { none, value, error, cancelled, moved };

/// What holds a result of type T: void is std::monostate, a reference is a pointer.
template <class T>
struct stored_as {
  using type = T;
};
template <>
struct stored_as<void> {
  using type = std::monostate;
};
template <class T>
struct stored_as<T&> {
  using type = T*;
};
template <class T>
using stored = typename stored_as<T>::type;

struct outcome_base {
  std::exception_ptr error_;
  outcome_kind kind_ = outcome_kind::none;
  std::uint8_t unused_ = 0;  // so that three fields begin with one store
  std::uint16_t rows_ = 0;   // of an error: how long its await chain was when it came here

  /// Throws what stands here instead of a value.
  [[noreturn]] void raise() const;
  /// Takes the exception that is being handled.
  void set_current_exception() noexcept;
  /// The same as it leaves a coroutine, which adds a row to its await chain.
  void set_current_exception(const std::source_location& where) noexcept;
  void set_exception(std::exception_ptr error) noexcept;
  void set_cancelled(const std::string* message);
};

}  // namespace detail

/// How something ended. Empty until it did.
template <class T>
class [[nodiscard]] outcome : public detail::outcome_base {
 public:
  using value_type = T;

  outcome() noexcept {}
  outcome(outcome&& other) noexcept(std::is_nothrow_move_constructible_v<detail::stored<T>>)
      : outcome_base(std::move(other)) {
    if (has_value()) construct(std::move(other.value_));
  }
  outcome(const outcome& other)
    requires std::is_copy_constructible_v<detail::stored<T>>
      : outcome_base(other) {
    if (has_value()) construct(other.value_);
  }
  outcome& operator=(outcome other) noexcept(
      std::is_nothrow_move_constructible_v<detail::stored<T>>) {
    reset();
    outcome_base::operator=(std::move(static_cast<outcome_base&>(other)));
    if (has_value()) construct(std::move(other.value_));
    return *this;
  }
  ~outcome() { destroy_value(); }

  /// True when there is a value.
  bool has_value() const noexcept { return kind_ == detail::outcome_kind::value; }
  explicit operator bool() const noexcept { return has_value(); }
  /// True when it ended by a cancel.
  bool cancelled() const noexcept { return kind_ == detail::outcome_kind::cancelled; }
  /// The exception, also that of a cancel; null when there is a value.
  std::exception_ptr exception() const;

  /// The value: a copy of an lvalue's, moved from an rvalue's. Throws what happened instead.
  T value() const& { return copy(); }
  T value() && { return take(); }

  // For the library.
  template <class... Args>
  void emplace(Args&&... args) {
    construct(std::forward<Args>(args)...);
    kind_ = detail::outcome_kind::value;
  }
  T take() {
    if (kind_ != detail::outcome_kind::value) [[unlikely]] {
      // Thrown inline: see cancelled_error.
      if (kind_ == detail::outcome_kind::cancelled && !error_) {
        throw cancelled_error(cancelled_error::goes_on());
      }
      raise();
    }
    if constexpr (std::is_reference_v<T>) {
      return *value_;
    } else if constexpr (!std::is_void_v<T>) {
      return std::move(value_);
    }
  }
  T copy() const {
    static_assert(std::is_copy_constructible_v<detail::stored<T>>,
                  "this result can only be moved, and others may ask for it too: take it from an "
                  "rvalue, `co_await std::move(task)` or `std::move(future).result()`");
    if (kind_ != detail::outcome_kind::value) [[unlikely]]
      raise();
    if constexpr (std::is_reference_v<T>) {
      return *value_;
    } else if constexpr (!std::is_void_v<T>) {
      return value_;
    }
  }
  detail::stored<T>& stored_value() noexcept { return value_; }
  const detail::stored<T>& stored_value() const noexcept { return value_; }
  /// Takes another's error or cancel, not its value.
  void set_failure(const outcome_base& other) noexcept { outcome_base::operator=(other); }

 private:
  template <class... Args>
  void construct(Args&&... args) {
    ::new (static_cast<void*>(__builtin_addressof(value_)))
        detail::stored<T>(std::forward<Args>(args)...);
  }
  void reset() noexcept {
    destroy_value();
    kind_ = detail::outcome_kind::none;
  }
  void destroy_value() noexcept {
    if constexpr (!std::is_trivially_destructible_v<detail::stored<T>>) {
      using value_t = detail::stored<T>;
      if (has_value() || kind_ == detail::outcome_kind::moved) value_.~value_t();
    }
  }

  union {
    detail::stored<T> value_;
  };
};

template <class T>
std::exception_ptr outcome<T>::exception() const {
  if (has_value() || kind_ == detail::outcome_kind::none) return nullptr;
  if (error_) return error_;
  try {
    raise();
  } catch (...) {
    return std::current_exception();
  }
}

}  // namespace weft
