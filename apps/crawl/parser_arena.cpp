#include <apps/crawl/parser_arena.hpp>

#include <time.h>

#include <algorithm>

namespace weft::crawl {

namespace {

constexpr std::size_t chunk_size = 256 << 10;

std::chrono::nanoseconds processor_time() {
  timespec now;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

parser_arena::parser_arena(std::size_t memory, std::chrono::milliseconds processor)
    : memory_left_(memory), deadline_(processor_time() + processor) {}

void* parser_arena::allocate(std::size_t size) {
  size = (std::max<std::size_t>(size, 1) + 15) & ~std::size_t{15};
  if (++calls_ % 256 == 0 && processor_time() > deadline_) {
    stopped_ = stop::processor;
    std::longjmp(give_up, 1);
  }
  if (size > left_) {
    const std::size_t chunk = std::max(chunk_size, size);
    if (chunk > memory_left_) {
      stopped_ = stop::memory;
      std::longjmp(give_up, 1);
    }
    memory_left_ -= chunk;
    chunks_.emplace_back(new std::byte[chunk]);
    // A large piece of its own leaves the begun chunk for small ones.
    if (size > chunk_size) return chunks_.back().get();
    next_ = chunks_.back().get();
    left_ = chunk;
  }
  void* result = next_;
  next_ += size;
  left_ -= size;
  return result;
}

}  // namespace weft::crawl
