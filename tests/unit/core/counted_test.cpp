#include <weft/core/detail/counted.hpp>

#include <gtest/gtest.h>

#include <thread>
#include <utility>

namespace weft::detail {
namespace {

class noted final : public counted {
 public:
  explicit noted(int& gone) : gone_(gone) {}
  ~noted() override { ++gone_; }

 private:
  int& gone_;
};

TEST(counted, goes_with_its_last_owner) {
  int gone = 0;
  {
    shared<noted> first(new noted(gone));
    {
      const shared<const counted> second = shared<const counted>::of(*first);
      first = nullptr;
      EXPECT_EQ(gone, 0);
    }
    EXPECT_EQ(gone, 1);
  }
  EXPECT_EQ(gone, 1);
}

TEST(counted, is_handed_on_without_a_count) {
  int gone = 0;
  shared<noted> first(new noted(gone));
  shared<noted> second = std::move(first);
  EXPECT_FALSE(first);
  EXPECT_TRUE(second);
  second = shared<noted>();
  EXPECT_EQ(gone, 1);
}

TEST(counted, has_owners_on_several_threads) {
  int gone = 0;
  shared<noted> mine(new noted(gone));
  auto copy_often = [&mine] {
    for (int i = 0; i < 1000; ++i) const shared<noted> copy = mine;
  };
  std::thread other(copy_often);
  copy_often();
  other.join();
  EXPECT_EQ(gone, 0);
  mine = nullptr;
  EXPECT_EQ(gone, 1);
}

}  // namespace
}  // namespace weft::detail
