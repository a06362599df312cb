#include <weft/core/detail/frame_pool.hpp>

#if WEFT_FRAME_POOL

#include <atomic>
#include <mutex>
#include <vector>

namespace weft::detail {
namespace {

// Slabs are handed on from a thread that ended to the next one that needs memory: blocks of a
// slab may live on in other threads' lists, so a slab is never freed; but a program that starts
// and ends threads doesn't grow by a slab a thread, since what was not cut yet is handed on.
struct spare {
  char* begin;
  char* end;
};
constinit std::mutex spares_mutex;
std::vector<spare>& spares() {
  static auto* list = new std::vector<spare>;  // never destroyed: threads may outlive main
  return *list;
}

/// What threads that ended had in use, less what they had freed for others.
constinit std::atomic<std::ptrdiff_t> in_use_elsewhere{0};

struct slab_owner {
  char** begin = nullptr;
  char** end = nullptr;
  ~slab_owner() {
    in_use_elsewhere.fetch_add(frames.in_use(), std::memory_order_relaxed);
    if (!begin || *begin == *end) return;
    std::lock_guard guard(spares_mutex);
    spares().push_back({*begin, *end});
    *begin = *end = nullptr;
  }
};
thread_local slab_owner owner;

}  // namespace

void* frame_pool::carve(std::size_t size) {
  constexpr std::size_t slab_size = 64 * 1024;
  owner.begin = &slab_;
  owner.end = &slab_end_;
  if (static_cast<std::size_t>(slab_end_ - slab_) < size) {
    std::lock_guard guard(spares_mutex);
    if (!spares().empty() &&
        static_cast<std::size_t>(spares().back().end - spares().back().begin) >= size) {
      slab_ = spares().back().begin;
      slab_end_ = spares().back().end;
      spares().pop_back();
    } else {
      slab_ = static_cast<char*>(::operator new(slab_size));
      slab_end_ = slab_ + slab_size;
    }
  }
  void* memory = slab_;
  slab_ += size;
  ++carved_;
  return memory;
}

std::ptrdiff_t frame_pool::in_use() const noexcept {
  std::ptrdiff_t used = carved_;
  for (const block* list : free_) {
    for (; list; list = list->next) --used;
  }
  return used;
}

std::ptrdiff_t frames_in_use() noexcept {
  return frames.in_use() + in_use_elsewhere.load(std::memory_order_relaxed);
}

}  // namespace weft::detail

#endif
