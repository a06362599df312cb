// Where the limit's coroutine frames come from: size classes of 16 bytes, cut from chunks of 64
// KiB; a freed frame waits on its class's list for the next of its size. One pool a thread, and
// nothing is given back.
#pragma once

#include <cstddef>
#include <cstdlib>
#include <new>

namespace limit {

class frame_pool {
 public:
  void* get(std::size_t size) {
    if (size > largest) [[unlikely]]
      return std::malloc(size);
    const std::size_t index = class_of(size);
    if (free_frame* frame = free_[index]) [[likely]] {
      free_[index] = frame->next;
      return frame;
    }
    return cut(index * step);
  }

  void put(void* frame, std::size_t size) {
    if (size > largest) [[unlikely]]
      return std::free(frame);
    const std::size_t index = class_of(size);
    free_[index] = new (frame) free_frame{free_[index]};
  }

 private:
  static constexpr std::size_t step = 16;
  static constexpr std::size_t largest = 1024;
  static constexpr std::size_t chunk = 65536;

  struct free_frame {
    free_frame* next;
  };

  static std::size_t class_of(std::size_t size) { return (size + step - 1) / step; }

  [[gnu::noinline]] void* cut(std::size_t size) {
    if (left_ < size) {
      next_ = static_cast<char*>(std::malloc(chunk));
      left_ = chunk;
    }
    void* frame = next_;
    next_ += size;
    left_ -= size;
    return frame;
  }

  free_frame* free_[largest / step + 1] = {};
  char* next_ = nullptr;
  std::size_t left_ = 0;
};

inline constinit thread_local frame_pool frames;

}  // namespace limit
