#include <weft/io/detail/buffer.hpp>

#include <algorithm>
#include <cstring>
#include <new>
#include <utility>

#include <weft/core/detail/frame_pool.hpp>

namespace weft::detail {
namespace {

constexpr std::uint32_t sizes[] = {small_buffer, 16 * 1024, large_buffer};
constexpr int kinds = 3;
// The kernel copies fastest to the beginning of a cache line.
constexpr std::align_val_t alignment{64};
constexpr std::size_t head_size = 64;
static_assert(sizeof(buffer) <= head_size);

/// A thread's spare buffers. Off where frames aren't recycled either: AddressSanitizer is to see
/// whoever uses a buffer that he gave back.
class heap_buffers final : public buffer_home {
 public:
  heap_buffers() noexcept = default;
  heap_buffers(const heap_buffers&) = delete;
  heap_buffers& operator=(const heap_buffers&) = delete;
  ~heap_buffers() {
    for (int kind = 0; kind < kinds; ++kind) {
      while (buffer* b = free_[kind]) {
        free_[kind] = b->next;
        ::operator delete(b, alignment);
      }
      count_[kind] = most_kept[kind];  // what comes back later is freed
    }
  }

  buffer* take(int kind) {
    buffer* b = free_[kind];
    if (b) {
      free_[kind] = b->next;
      --count_[kind];
    } else {
      b = ::new (::operator new(head_size + sizes[kind], alignment)) buffer;
      b->memory = reinterpret_cast<char*>(b) + head_size;
      b->capacity = sizes[kind];
      b->number = static_cast<std::uint16_t>(kind);
    }
    b->next = nullptr;
    b->begin = b->end = 0;
    return b;
  }

  void take_back(buffer& b) noexcept override;

 private:
  static constexpr int most_kept[kinds] = {WEFT_FRAME_POOL ? 1024 : 0, WEFT_FRAME_POOL ? 64 : 0,
                                           WEFT_FRAME_POOL ? 64 : 0};
  buffer* free_[kinds] = {};
  int count_[kinds] = {};
};

thread_local heap_buffers spares;

/// The home of all buffers from the heap: the pool of whichever thread gives them back.
struct any_heap final : buffer_home {
  void take_back(buffer& b) noexcept override { spares.take_back(b); }
};
any_heap heap;

void heap_buffers::take_back(buffer& b) noexcept {
  const int kind = b.number;
  if (count_[kind] >= most_kept[kind]) return ::operator delete(&b, alignment);
  b.next = free_[kind];
  free_[kind] = &b;
  ++count_[kind];
}

struct string_buffer final : buffer {
  std::string kept;
};
struct string_home final : buffer_home {
  void take_back(buffer& b) noexcept override { delete static_cast<string_buffer*>(&b); }
};
string_home strings;

}  // namespace

buffer* take_buffer(std::size_t wanted) {
  const int kind = wanted > sizes[1] ? 2 : wanted > sizes[0] ? 1 : 0;
  buffer* b = spares.take(kind);
  b->home = &heap;
  return b;
}

buffer* wrap_string(std::string&& data) {
  auto* b = new string_buffer;
  b->kept = std::move(data);
  b->memory = b->kept.data();
  b->capacity = b->end = static_cast<std::uint32_t>(b->kept.size());
  b->home = &strings;
  return b;
}

void buffer_list::push(buffer* b) noexcept {
  b->next = nullptr;
  (tail_ ? tail_->next : head_) = b;
  tail_ = b;
  size_ += b->size();
}

buffer* buffer_list::pop() noexcept {
  buffer* b = head_;
  if (!b) return nullptr;
  head_ = b->next;
  if (!head_) tail_ = nullptr;
  size_ -= b->size();
  b->next = nullptr;
  return b;
}

std::size_t buffer_list::append_to_back(const char* data, std::size_t n) noexcept {
  const std::size_t fits = std::min<std::size_t>(n, tail_->room());
  std::memcpy(tail_->memory + tail_->end, data, fits);
  tail_->end += static_cast<std::uint32_t>(fits);
  size_ += fits;
  return fits;
}

void buffer_list::consume(std::size_t n) noexcept {
  while (n > 0) {
    buffer* b = head_;
    if (n < b->size()) {
      b->begin += static_cast<std::uint32_t>(n);
      size_ -= n;
      return;
    }
    n -= b->size();
    pop()->give_back();
  }
}

std::string buffer_list::take(std::size_t n) {
  std::string taken;
  taken.reserve(n);
  while (taken.size() < n) {
    const std::size_t part = std::min<std::size_t>(n - taken.size(), head_->size());
    taken.append(head_->data(), part);
    consume(part);
  }
  return taken;
}

void buffer_list::clear() noexcept {
  while (buffer* b = pop()) b->give_back();
}

bool buffer_list::matches_at(const buffer* b, std::uint32_t at, const std::string& what) noexcept {
  for (std::size_t done = 0; done < what.size();) {
    if (at == b->end) {
      b = b->next;
      if (!b) return false;
      at = b->begin;
      continue;
    }
    const std::size_t part = std::min<std::size_t>(what.size() - done, b->end - at);
    if (std::memcmp(b->memory + at, what.data() + done, part) != 0) return false;
    done += part;
    at += static_cast<std::uint32_t>(part);
  }
  return true;
}

std::size_t buffer_list::find(const std::string& what, std::size_t from) const noexcept {
  std::size_t before = 0;  // bytes in the buffers that were passed
  for (const buffer* b = head_; b; before += b->size(), b = b->next) {
    if (from >= before + b->size()) continue;
    std::uint32_t at = b->begin;
    if (from > before) at += static_cast<std::uint32_t>(from - before);
    while (at < b->end) {
      const void* hit = std::memchr(b->memory + at, what[0], b->end - at);
      if (!hit) break;
      at = static_cast<std::uint32_t>(static_cast<const char*>(hit) - b->memory);
      if (matches_at(b, at, what)) return before + (at - b->begin);
      ++at;
    }
  }
  return npos;
}

}  // namespace weft::detail
