// Memory for coroutine frames, tasks, futures and handles: a recycler a thread, by size class of
// 16 bytes. A block goes to the list of the thread that frees it; nothing is returned to the
// system before the thread ends. Off under AddressSanitizer, so that it sees a use after free.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

#if defined(__SANITIZE_ADDRESS__)
#define WEFT_FRAME_POOL 0
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define WEFT_FRAME_POOL 0
#endif
#endif
#ifndef WEFT_FRAME_POOL
#define WEFT_FRAME_POOL 1
#endif

namespace weft::detail {

#if WEFT_FRAME_POOL

class frame_pool {
 public:
  static constexpr std::size_t largest = 2048;

  void* take(std::size_t size) {
    if (size > largest) [[unlikely]]
      return ::operator new(size);
    const std::size_t size_class = (size + 15) / 16;
    block* b = free_[size_class];
    if (!b) [[unlikely]]
      return carve(size_class * 16);
    free_[size_class] = b->next;
    return b;
  }
  void give(void* memory, std::size_t size) noexcept {
    if (size > largest) [[unlikely]]
      return ::operator delete(memory);
    auto* b = static_cast<block*>(memory);
    const std::size_t size_class = (size + 15) / 16;
    b->next = free_[size_class];
    free_[size_class] = b;
  }
  /// Blocks taken and not given back, by this thread: walks its lists.
  std::ptrdiff_t in_use() const noexcept;

 private:
  struct block {
    block* next;
  };
  /// Cuts a block from the current slab, or from a new one.
  void* carve(std::size_t size);

  block* free_[largest / 16 + 1] = {};
  std::ptrdiff_t carved_ = 0;
  char* slab_ = nullptr;
  char* slab_end_ = nullptr;
};

inline constinit thread_local frame_pool frames;

inline void* allocate_frame(std::size_t size) { return frames.take(size); }
inline void free_frame(void* memory, std::size_t size) noexcept { frames.give(memory, size); }
/// Frames, tasks, futures and handles that are alive, of this thread and of those that have ended:
/// for tests that look for what is left. Walks all free blocks.
std::ptrdiff_t frames_in_use() noexcept;

#else

inline void* allocate_frame(std::size_t size) { return ::operator new(size); }
inline void free_frame(void* memory, std::size_t) noexcept { ::operator delete(memory); }
inline std::ptrdiff_t frames_in_use() noexcept { return 0; }  // LeakSanitizer looks then

#endif

/// A base that takes its objects' memory from the recycler.
struct pooled {
  static void* operator new(std::size_t size) { return allocate_frame(size); }
  static void operator delete(void* memory, std::size_t size) noexcept { free_frame(memory, size); }
};

}  // namespace weft::detail
