// As what an argument is kept until its callable is called: a decayed copy; an integer as the
// integer that the parameter is, when the callable has one signature. So `create_task(f, 5)` is no
// conversion inside weft for an f that takes an unsigned, which the compiler would warn of; and a
// number that the parameter can't hold is refused, where a conversion would change it.
#pragma once

#include <concepts>
#include <cstddef>
#include <tuple>
#include <type_traits>
#include <utility>

#include <weft/core/errors.hpp>

namespace weft::detail {

template <class F>
struct parameters_of {
  using list = std::tuple<>;
};
template <class R, class... P>
struct parameters_of<R (*)(P...)> {
  using list = std::tuple<P...>;
};
template <class R, class... P>
struct parameters_of<R (*)(P...) noexcept> : parameters_of<R (*)(P...)> {};
template <class R, class C, class... P>
struct parameters_of<R (C::*)(P...)> : parameters_of<R (*)(P...)> {};
template <class R, class C, class... P>
struct parameters_of<R (C::*)(P...) const> : parameters_of<R (*)(P...)> {};
template <class F>
  requires requires { &F::operator(); }
struct parameters_of<F> : parameters_of<decltype(&F::operator())> {};

template <class T>
concept plain_integer = std::integral<T> && !std::same_as<T, bool> && !std::same_as<T, char> &&
                        !std::same_as<T, wchar_t> && !std::same_as<T, char8_t> &&
                        !std::same_as<T, char16_t> && !std::same_as<T, char32_t>;

template <class F, std::size_t I, class Arg, class List = typename parameters_of<F>::list>
struct kept_argument {
  using type = std::decay_t<Arg>;
};
// A member function's first argument is its object, so its parameters stand one place further on.
template <class F, std::size_t I, class Arg, class... P>
  requires(I < sizeof...(P) && !std::is_member_pointer_v<F>)
struct kept_argument<F, I, Arg, std::tuple<P...>> {
  using parameter = std::tuple_element_t<I, std::tuple<P...>>;
  using given = std::decay_t<Arg>;
  using type =
      std::conditional_t<plain_integer<parameter> && plain_integer<given>, parameter, given>;
};

/// The argument as it is kept. Throws value_error for an integer that doesn't fit.
template <class Kept, class Arg>
decltype(auto) keep_argument(Arg&& argument) {
  if constexpr (plain_integer<Kept> && !std::same_as<Kept, std::decay_t<Arg>>) {
    if (!std::in_range<Kept>(argument)) {
      throw value_error("an argument is no number that the function's parameter can hold");
    }
    return static_cast<Kept>(argument);
  } else {
    return std::forward<Arg>(argument);
  }
}

}  // namespace weft::detail
