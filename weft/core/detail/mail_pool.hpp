// mail_pool: memory for what one thread makes and another destroys - callbacks on their way to a
// loop. A block that its maker's allocator gets back from elsewhere is dear (200 ns in glibc); here
// it goes on a list of the maker's, with one atomic exchange for many.
//
// A pool belongs to the thread that makes; when that ends the next new thread has it. Pools are
// never destroyed, for their blocks may come back at any time; what a pool keeps is bounded.
// Off under AddressSanitizer, so that it sees a use after free.
#pragma once

#include <cstddef>

namespace weft::detail {

/// By any thread.
void* allocate_mail(std::size_t size);
void free_mail(void* memory) noexcept;

/// A base of what is mailed.
struct mail_pooled {
  static void* operator new(std::size_t size) { return allocate_mail(size); }
  static void operator delete(void* memory) noexcept { free_mail(memory); }
};

}  // namespace weft::detail
