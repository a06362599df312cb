// The memory that one run of an HTML parser takes: handed out piece by piece, given back all at
// once.
//
// It is also where a run is ended that takes too much. HTML's algorithm is quadratic for some texts
// (a hundred kilobytes can make billions of nodes), gumbo knows no limit and frees its tree by
// recursion; but whatever it does, it asks for memory again and again. So the limits are looked at
// here, and a run over one is left by longjmp: gumbo holds nothing but this memory.

#pragma once

#include <chrono>
#include <csetjmp>
#include <cstddef>
#include <memory>
#include <vector>

namespace weft::crawl {

class parser_arena {
 public:
  /// Why a run was left.
  enum class stop { none, memory, processor };

  parser_arena(std::size_t memory, std::chrono::milliseconds processor);

  /// Memory for `size` bytes, valid as long as the arena. Over a limit it does not return but jumps
  /// to `give_up`.
  void* allocate(std::size_t size);

  /// Set by setjmp before the parser runs.
  std::jmp_buf give_up;
  stop stopped() const { return stopped_; }

 private:
  std::vector<std::unique_ptr<std::byte[]>> chunks_;
  std::byte* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t memory_left_;
  std::chrono::nanoseconds deadline_;
  unsigned calls_ = 0;
  stop stopped_ = stop::none;
};

}  // namespace weft::crawl
