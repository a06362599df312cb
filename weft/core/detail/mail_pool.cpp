#include <weft/core/detail/mail_pool.hpp>

#include <atomic>
#include <cstdint>
#include <new>
#include <utility>

#include <weft/core/detail/frame_pool.hpp>

namespace weft::detail {
namespace {

constexpr std::size_t line = 64;
constexpr std::size_t largest = 4 * line;  // more comes from operator new

constinit std::atomic<std::size_t> slabs{0};

/// Lies at a multiple of its size, so that a block tells its slab.
struct alignas(line) slab {
  static constexpr std::size_t size = 16384;
  static constexpr std::uint32_t lines = size / line - 1;
  static constexpr std::uint32_t left = 1u << 31;  // by its maker

  std::atomic<std::uint32_t> back{0};  // lines given back, and left
  slab* next = nullptr;                // the maker's

  static slab* make() {
    void* memory = ::operator new(size, std::align_val_t(size));
    slabs.fetch_add(1, std::memory_order_relaxed);
    return ::new (memory) slab;
  }
  static slab* of(void* block) noexcept {
    return reinterpret_cast<slab*>(reinterpret_cast<std::uintptr_t>(block) & ~(size - 1));
  }
  char* begin() noexcept { return reinterpret_cast<char*>(this) + line; }
  char* end() noexcept { return reinterpret_cast<char*>(this) + size; }

  bool is_back() const noexcept { return back.load(std::memory_order_acquire) == lines; }
  void give(std::uint32_t what) noexcept {
    if (back.fetch_add(what, std::memory_order_acq_rel) + what != (left | lines)) return;
    slabs.fetch_sub(1, std::memory_order_relaxed);
    ::operator delete(this, std::align_val_t(size));
  }
};

/// A thread's. Trivial to make and to destroy, so that reaching it costs nothing.
class mail_pool {
 public:
  void* take(std::size_t size) {
    if (static_cast<std::size_t>(end_ - at_) < size) [[unlikely]]
      return take_from_another(size);
    return std::exchange(at_, at_ + size);
  }
  /// The thread ends. What its other destructors still make goes the long way.
  void leave() noexcept;

 private:
  void* take_from_another(std::size_t size);
  void give_rest() noexcept;

  char* at_ = nullptr;
  char* end_ = nullptr;
  slab* current_ = nullptr;  // in a ring: the next one was filled longest ago
  std::size_t kept_ = 0;
  bool left_ = false;
};
constinit thread_local mail_pool mine;

struct leaves_at_exit {
  ~leaves_at_exit() { mine.leave(); }
  void touch() noexcept {}
};
thread_local leaves_at_exit at_exit;

void mail_pool::give_rest() noexcept {
  const auto rest = static_cast<std::size_t>(end_ - at_) / line;
  if (rest > 0) current_->give(static_cast<std::uint32_t>(rest));
  at_ = end_ = nullptr;
}

void* mail_pool::take_from_another(std::size_t size) {
  if (left_) {
    slab* alone = slab::make();
    alone->give(slab::left | (slab::lines - static_cast<std::uint32_t>(size / line)));
    return alone->begin();
  }
  at_exit.touch();
  give_rest();
  slab* oldest = current_ ? current_->next : nullptr;
  if (oldest && oldest->is_back()) {
    oldest->back.store(0, std::memory_order_relaxed);
    current_ = oldest;
  } else {
    slab* made = slab::make();
    if (kept_ == mail_slabs_kept) {
      current_->next = oldest->next;
      oldest->give(slab::left);
    } else {
      ++kept_;
    }
    made->next = current_ ? std::exchange(current_->next, made) : made;
    current_ = made;
  }
  at_ = current_->begin();
  end_ = current_->end();
  return take(size);
}

void mail_pool::leave() noexcept {
  left_ = true;
  give_rest();
  for (; kept_ > 0; --kept_) std::exchange(current_, current_->next)->give(slab::left);
}

std::size_t in_lines(std::size_t size) noexcept { return (size + line - 1) / line * line; }

}  // namespace

void* allocate_mail(std::size_t size) {
  if (!WEFT_FRAME_POOL || size > largest) return ::operator new(size);
  return mine.take(in_lines(size));
}

void free_mail(void* memory, std::size_t size) noexcept {
  if (!WEFT_FRAME_POOL || size > largest) return ::operator delete(memory);
  slab::of(memory)->give(static_cast<std::uint32_t>(in_lines(size) / line));
}

std::size_t count_mail_slabs() noexcept { return slabs.load(std::memory_order_relaxed); }

}  // namespace weft::detail
