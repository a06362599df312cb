// buffer: bytes with one owner at a time. It stands in exactly one place: a pool or a ring, the
// kernel, a stream's input, the user's chunk, a stream's output - and goes back where it came from.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

namespace weft::detail {

struct buffer;

/// Where buffers of a kind go back to.
struct buffer_home {
  virtual void take_back(buffer& b) noexcept = 0;

 protected:
  ~buffer_home() = default;
};

struct buffer {
  buffer* next = nullptr;
  char* memory = nullptr;
  buffer_home* home = nullptr;
  std::uint32_t capacity = 0;
  std::uint32_t begin = 0;  // the bytes are [begin, end) of the memory
  std::uint32_t end = 0;
  std::uint16_t number = 0;  // its home's mark

  const char* data() const noexcept { return memory + begin; }
  std::uint32_t size() const noexcept { return end - begin; }
  std::uint32_t room() const noexcept { return capacity - end; }
  void give_back() noexcept { home->take_back(*this); }
};

inline constexpr std::uint32_t small_buffer = 4 * 1024;
// More than the 64 KiB that many programs send at once, so that a receive of these is a short one,
// which tells without another call that no more is there.
inline constexpr std::uint32_t large_buffer = 68 * 1024;

/// An empty buffer of at least so many bytes, or of the largest size: from this thread's pool.
buffer* take_buffer(std::size_t wanted);

/// A buffer that holds the string, which isn't copied.
buffer* wrap_string(std::string&& data);

/// Buffers in the order of their bytes.
class buffer_list {
 public:
  buffer_list() noexcept = default;
  buffer_list(const buffer_list&) = delete;
  buffer_list& operator=(const buffer_list&) = delete;
  ~buffer_list() { clear(); }

  bool empty() const noexcept { return !head_; }
  std::size_t size() const noexcept { return size_; }  // in bytes
  buffer* front() const noexcept { return head_; }
  buffer* back() const noexcept { return tail_; }

  void push(buffer* b) noexcept;
  /// Takes the first buffer out, or null.
  buffer* pop() noexcept;
  /// Copies into the last buffer as far as it has room; returns how much.
  std::size_t append_to_back(const char* data, std::size_t n) noexcept;
  /// Drops the first n bytes.
  void consume(std::size_t n) noexcept;
  /// Takes the first n bytes, which must be there.
  std::string take(std::size_t n);
  void clear() noexcept;

  static constexpr std::size_t npos = static_cast<std::size_t>(-1);
  /// Where `what` begins, at or after `from`, or npos.
  std::size_t find(const std::string& what, std::size_t from) const noexcept;

 private:
  static bool matches_at(const buffer* b, std::uint32_t at, const std::string& what) noexcept;

  buffer* head_ = nullptr;
  buffer* tail_ = nullptr;
  std::size_t size_ = 0;
};

}  // namespace weft::detail
