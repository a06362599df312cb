// g++ before 13 destroys a closure twice when it is written in a statement that contains co_await
// and its captures need destroying. The library sees the closures that it is given, so it refuses
// them there, at compile time, and says what to write. docs/guide/compilers.md tells the rest.
#pragma once

#include <type_traits>
#include <utility>

namespace weft {
namespace detail {

/// An argument that is kept by value can be: it is an rvalue, or can be copied.
template <class Arg>
inline constexpr bool can_be_kept = std::is_constructible_v<std::decay_t<Arg>, Arg>;

#define WEFT_ARGUMENT_NOT_KEPT                                                           \
  "an argument is kept by value and can't be copied, since its type can only be moved: " \
  "pass std::move(x), or a pointer to what outlives the call"

#define WEFT_UNSAFE_CLOSURE                                                                    \
  "g++ before 13 destroys this lambda twice in a statement with co_await, since its captures " \
  "need destroying: name it and pass weft::own(std::move(name)), or pass function and "        \
  "arguments, or capture by reference"

#if defined(__GNUC__) && !defined(__clang__) && __GNUC__ < 13 && !defined(WEFT_ALLOW_CLOSURES)

/// A closure's type is written "main()::<lambda(int)>"; nothing else has that in its name's end.
template <class F>
constexpr bool is_closure() {
  const char* name = __PRETTY_FUNCTION__;
  const char mark[] = "::<lambda";
  int end = 0;
  while (name[end]) ++end;
  // "constexpr bool ...is_closure() [with F = X]": a closure ends in ")>]".
  if (end < 3 || name[end - 2] != '>' || name[end - 3] != ')') return false;
  int depth = 0;
  for (int i = end - 2; i >= 0; --i) {
    if (name[i] == '>') ++depth;
    if (name[i] == '<' && --depth == 0) {
      for (int k = 0; mark[k]; ++k) {
        const int at = i - 2 + k;
        if (at < 0 || name[at] != mark[k]) return false;
      }
      return true;
    }
  }
  return false;
}

template <class F>
inline constexpr bool closure_is_safe =
    std::is_lvalue_reference_v<F> || std::is_trivially_destructible_v<std::remove_cvref_t<F>> ||
    !is_closure<std::remove_cvref_t<F>>();

#else

template <class F>
inline constexpr bool closure_is_safe = true;

#endif

}  // namespace detail

/// A callable with a constructor and a destructor of its own, which every compiler treats right:
/// `auto f = [s = std::move(s)] {...}; co_await to_thread(own(std::move(f)));`
template <class F>
class owned_callable {
 public:
  explicit owned_callable(F f) : f_(std::move(f)) {}
  owned_callable(owned_callable&& other) noexcept : f_(std::move(other.f_)) {}
  owned_callable(const owned_callable& other) = default;
  owned_callable& operator=(const owned_callable&) = delete;
  ~owned_callable() {}

  template <class... Args>
  decltype(auto) operator()(Args&&... args) {
    return f_(std::forward<Args>(args)...);
  }

 private:
  F f_;
};

template <class F>
owned_callable<std::decay_t<F>> own(F&& f) {
  return owned_callable<std::decay_t<F>>(std::forward<F>(f));
}

}  // namespace weft
