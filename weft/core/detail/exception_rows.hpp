// The rows of await chains: written where exceptions leave coroutines, read by await_chain.hpp.
#pragma once

#include <cstdint>
#include <exception>
#include <source_location>

namespace weft::detail {

/// Adds a row to the exception's chain; gives the chain's length then.
std::uint16_t add_exception_row(const std::exception_ptr& error,
                                const std::source_location& where) noexcept;
/// It is thrown again from where it was kept: what it went through since then elsewhere goes.
void cut_exception_rows(const std::exception_ptr& error, std::uint16_t length) noexcept;
std::uint16_t count_exception_rows(const std::exception_ptr& error) noexcept;

/// A cancel is thrown afresh at each level: its rows are its thread's last ones.
void add_cancel_row(const std::source_location& where) noexcept;
/// Gives a new exception the rows of the cancel that it takes the place of.
void take_over_cancel_rows(const std::exception_ptr& error) noexcept;

/// A coroutine of the library's own making, such as the one that keeps a task's callable: nobody
/// looks for it, so it is left out of what is shown.
bool is_inside_weft(const std::source_location& where) noexcept;

/// From now on std::terminate prints the chain of an uncaught exception, then does as before.
void print_chain_of_what_is_uncaught() noexcept;

}  // namespace weft::detail
