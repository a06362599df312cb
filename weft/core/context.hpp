// context and context_var: values that belong to a task and what it calls. A task copies its
// creator's context; a callback runs in the context of whoever registered it. asyncio: contextvars.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include <weft/core/detail/context_data.hpp>
#include <weft/core/detail/counted.hpp>
#include <weft/core/errors.hpp>
#include <weft/core/task.hpp>

namespace weft {
namespace detail {

/// A variable's number, never used twice.
std::uint64_t new_context_key() noexcept;
/// What a variable is bound to: a context_value_of its type, or null.
using context_value = shared<const counted>;
context_value context_get(std::uint64_t key);
/// Binds (or, given null, unbinds) and gives what was bound before.
context_value context_set(std::uint64_t key, context_value value);

template <class T>
struct context_value_of final : counted {
  const T value;
  explicit context_value_of(T&& v) : value(std::move(v)) {}
};

}  // namespace detail

template <class T>
class context_var;

/// A set of context variables' values. A handle: copies of it stand for one context, as Python's
/// references do; copy() makes another. What runs in it - run(), a task or callback that was given
/// it - sees and sets its values. Belongs to one thread. asyncio: contextvars.Context.
class context {
 public:
  /// A new, empty one.
  context();
  /// Takes over a cell, or makes one of a list.
  explicit context(detail::context_ref data);

  /// Calls `f(args...)` in this context; what it sets stays here, not in the caller's. Throws
  /// usage_error inside itself. asyncio: Context.run.
  template <class F, class... Args>
  decltype(auto) run(F&& f, Args&&... args) const {
    scope inside(*this);
    return std::forward<F>(f)(std::forward<Args>(args)...);
  }

  /// A new context with the values that this one has now. asyncio: Context.copy.
  context copy() const;

  /// A variable's value in this context; what it throws, context_var::get does. asyncio: ctx[var].
  template <class T>
  T get(const context_var<T>& variable) const {
    return copy().run([&] { return variable.get(); });
  }

  /// Two handles are equal when they stand for one context.
  friend bool operator==(const context& a, const context& b) noexcept {
    return a.cell_.get() == b.cell_.get();
  }

  // For the library.
  const detail::context_ref& cell() const noexcept { return cell_; }

 private:
  class scope {
   public:
    explicit scope(const context& c);
    scope(const scope&) = delete;
    scope& operator=(const scope&) = delete;
    ~scope();

   private:
    detail::context_ref cell_;
    detail::context_ref* outer_;
  };
  detail::context_ref cell_;
};

/// A copy of the context of what runs now. asyncio: contextvars.copy_context.
context copy_context();

/// A task-local value. Define it once, at namespace scope. asyncio: contextvars.ContextVar.
template <class T>
class context_var {
 public:
  /// What set() gives, to go back by reset().
  class token {
   public:
    token(token&&) noexcept = default;
    token& operator=(token&&) noexcept = default;

   private:
    friend class context_var;
    token(const context_var* variable, detail::context_value old)
        : variable_(variable), old_(std::move(old)) {}
    const context_var* variable_;
    detail::context_value old_;
    bool used_ = false;
  };

  explicit context_var(std::string name) : name_(std::move(name)) {}
  context_var(std::string name, T initial) : name_(std::move(name)), default_(std::move(initial)) {}
  context_var(const context_var&) = delete;
  context_var& operator=(const context_var&) = delete;

  const std::string& name() const noexcept { return name_; }
  /// The value in the current context, else the default given here or to the constructor. Throws
  /// value_error when there is none. asyncio: ContextVar.get (LookupError).
  T get() const {
    if (auto bound = detail::context_get(key_)) return value_of(bound);
    if (default_) return *default_;
    throw value_error("context variable '" + name_ + "' has no value here");
  }
  T get(T otherwise) const {
    if (auto bound = detail::context_get(key_)) return value_of(bound);
    return otherwise;
  }
  /// Sets it for this task (or callback) and the tasks that it makes from now on.
  token set(T value) {
    detail::context_value made(new detail::context_value_of<T>(std::move(value)));
    return token(this, detail::context_set(key_, std::move(made)));
  }
  /// Puts back what was there before that set(). Throws usage_error for a used token, value_error
  /// for another variable's.
  void reset(token& t) {
    if (t.used_) throw usage_error("this token has been used already");
    if (t.variable_ != this) throw value_error("this token belongs to another variable");
    t.used_ = true;
    detail::context_set(key_, std::move(t.old_));
  }

 private:
  static const T& value_of(const detail::context_value& bound) noexcept {
    return static_cast<const detail::context_value_of<T>&>(*bound).value;
  }

  std::string name_;
  std::optional<T> default_;
  std::uint64_t key_ = detail::new_context_key();
};

template <class T>
context task<T>::get_context() const {
  return any_task(*this).get_context();
}

}  // namespace weft
