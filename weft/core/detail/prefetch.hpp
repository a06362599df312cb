// Asks for a cache line ahead, to be written: it is then taken from another core in one step, while
// the processor does other things.
#pragma once

#include <cstdint>

namespace weft::detail {

/// Any address will do, also one where nothing is.
inline void fetch_to_write(std::uintptr_t address) noexcept {
#if defined(__x86_64__)
  // The compilers' __builtin_prefetch fetches to read, unless told that the processor knows this
  // one; those that don't know it do nothing.
  asm volatile("prefetchw (%0)" : : "r"(address));
#else
  __builtin_prefetch(reinterpret_cast<const void*>(address), 1);
#endif
}

}  // namespace weft::detail
