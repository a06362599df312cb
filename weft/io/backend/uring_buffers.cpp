#include <weft/io/backend/uring_buffers.hpp>

#include <sys/mman.h>

#include <cerrno>
#include <vector>

#include <weft/core/detail/errno.hpp>
#include <weft/io/backend/uring_ring.hpp>

namespace weft::detail {

/// One ring of buffers of one size. It outlives its ring while users hold some of them.
class uring_buffers::group final : public buffer_home {
 public:
  group(uring_ring& ring, std::uint16_t number, unsigned count, std::uint32_t size)
      : mask_(count - 1), buffers_(count) {
    const std::size_t table = (count * sizeof(io_uring_buf) + page - 1) / page * page;
    mapped_ = table + std::size_t{count} * size;
    void* memory =
        mmap(nullptr, mapped_, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | MAP_PRIVATE, -1, 0);
    if (memory == MAP_FAILED) throw_errno(errno, "mmap of receive buffers");
    // After a fork a write would go to a copy of the table, which the kernel doesn't see.
    madvise(memory, mapped_, MADV_DONTFORK);
    table_ = static_cast<io_uring_buf_ring*>(memory);

    io_uring_buf_reg registration{};
    registration.ring_addr = reinterpret_cast<std::uint64_t>(table_);
    registration.ring_entries = count;
    registration.bgid = number;
    const int registered = ring.register_with(IORING_REGISTER_PBUF_RING, &registration, 1);
    if (registered < 0) {
      munmap(memory, mapped_);
      throw_errno(-registered, "io_uring_register (receive buffers)");
    }
    char* next = static_cast<char*>(memory) + table;
    for (unsigned i = 0; i < count; ++i, next += size) {
      buffer& b = buffers_[i];
      b.memory = next;
      b.capacity = size;
      b.number = static_cast<std::uint16_t>(i);
      b.home = this;
      offer(b);
    }
  }
  group(const group&) = delete;
  group& operator=(const group&) = delete;
  ~group() { munmap(table_, mapped_); }

  buffer* take(std::uint16_t number) noexcept {
    ++with_users_;
    buffer& b = buffers_[number];
    b.next = nullptr;
    b.begin = b.end = 0;
    return &b;
  }
  void take_back(buffer& b) noexcept override {
    --with_users_;
    if (!closed_) {
      offer(b);
    } else if (with_users_ == 0) {
      delete this;
    }
  }
  /// The ring is gone.
  void close() noexcept {
    closed_ = true;
    if (with_users_ == 0) delete this;
  }

 private:
  static constexpr std::size_t page = 4096;

  void offer(buffer& b) noexcept {
    // The table's tail lies in the unused part of its first entry, which C++ sees as an array.
    auto* entry = reinterpret_cast<io_uring_buf*>(table_) + (tail_ & mask_);
    entry->addr = reinterpret_cast<std::uint64_t>(b.memory);
    entry->len = b.capacity;
    entry->bid = b.number;
    ++tail_;
    __atomic_store_n(&table_->tail, tail_, __ATOMIC_RELEASE);
  }

  unsigned mask_;
  std::vector<buffer> buffers_;
  io_uring_buf_ring* table_ = nullptr;
  std::size_t mapped_ = 0;
  std::uint16_t tail_ = 0;
  unsigned with_users_ = 0;
  bool closed_ = false;
};

uring_buffers::uring_buffers(uring_ring& ring) {
  groups_[small_group] = new group(ring, small_group, 256, small_buffer);
  try {
    groups_[large_group] = new group(ring, large_group, 16, large_buffer);
  } catch (...) {
    groups_[small_group]->close();
    throw;
  }
}

uring_buffers::~uring_buffers() {
  for (group* g : groups_) g->close();
}

buffer* uring_buffers::taken(std::uint16_t from, std::uint16_t number) noexcept {
  return groups_[from]->take(number);
}

}  // namespace weft::detail
