#include <weft/core/detail/frame_pool.hpp>

#include <gtest/gtest.h>

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <set>
#include <thread>
#include <vector>

namespace weft::detail {
namespace {

TEST(frame_pool, gives_memory_of_every_size_aligned_and_apart) {
  struct piece {
    unsigned char* memory;
    std::size_t size;
  };
  std::vector<piece> pieces;
  for (std::size_t size = 1; size <= 5000; size += 7) {
    auto* memory = static_cast<unsigned char*>(allocate_frame(size));
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(memory) % 16, 0u);
    std::memset(memory, static_cast<int>(size % 251), size);
    pieces.push_back({memory, size});
  }
  for (const piece& p : pieces) {
    for (std::size_t i = 0; i < p.size; ++i) {
      ASSERT_EQ(p.memory[i], static_cast<unsigned char>(p.size % 251));
    }
    free_frame(p.memory, p.size);
  }
}

#if WEFT_FRAME_POOL

TEST(frame_pool, gives_a_freed_block_again_for_its_size_class) {
  void* first = allocate_frame(100);
  free_frame(first, 100);
  void* second = allocate_frame(97);  // the class of 112 bytes
  EXPECT_EQ(second, first);
  void* other = allocate_frame(200);
  EXPECT_NE(other, first);
  free_frame(second, 97);
  free_frame(other, 200);
}

TEST(frame_pool, takes_blocks_from_other_threads) {
  void* made_there = nullptr;
  std::thread other([&] { made_there = allocate_frame(1000); });
  other.join();
  free_frame(made_there, 1000);
  void* again = allocate_frame(1000);
  EXPECT_EQ(again, made_there);
  free_frame(again, 1000);
}

TEST(frame_pool, hands_the_rest_of_a_threads_slab_on) {
  std::set<std::uintptr_t> slabs;
  for (int i = 0; i < 100; ++i) {
    std::thread one([&] {
      void* memory = allocate_frame(64);
      slabs.insert(reinterpret_cast<std::uintptr_t>(memory) / (64 * 1024));
      free_frame(memory, 64);
    });
    one.join();
  }
  // A slab isn't aligned, so it may touch two of these; a hundred threads must not take a hundred.
  EXPECT_LE(slabs.size(), 4u);
}

#endif

}  // namespace
}  // namespace weft::detail
