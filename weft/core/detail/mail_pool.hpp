// mail_pool: memory for what one thread makes and another destroys - callbacks on their way to a
// loop. A block that its maker's allocator gets back from elsewhere is dear (200 ns in glibc), and
// so is a list of what was given back: each of its links is a line in the other core's cache. Here
// a thread cuts its blocks off slabs in the order of their addresses, so that the processors of
// both sides see ahead which lines come; and of what comes back only the number is kept, in the
// slab, which is used anew when all of it is back.
//
// A thread keeps few slabs. Those beyond that, and all when it ends, are freed by whoever gives
// their last block back. Off under AddressSanitizer, so that it sees a use after free.
#pragma once

#include <cstddef>

namespace weft::detail {

/// By any thread. `size` is the same for both.
void* allocate_mail(std::size_t size);
void free_mail(void* memory, std::size_t size) noexcept;

/// For tests: how many slabs there are, of all threads; and how many a thread keeps.
std::size_t count_mail_slabs() noexcept;
inline constexpr std::size_t mail_slabs_kept = 64;

/// A base of what is mailed.
struct mail_pooled {
  static void* operator new(std::size_t size) { return allocate_mail(size); }
  static void operator delete(void* memory, std::size_t size) noexcept { free_mail(memory, size); }
};

}  // namespace weft::detail
