// The contract of the seam between loop and kernel (weft/core/detail/backend.hpp): what its tests
// have in common. Each runs on each backend.
#pragma once

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <weft/core/detail/backend.hpp>
#include <weft/io/backend/choose.hpp>
#include <weft/io/detail/buffer.hpp>

namespace weft::detail {

class contract : public ::testing::TestWithParam<weft::backend_choice> {
 protected:
  contract() : backend_(make()) {}
  ~contract() override {
    backend_.reset();
    for (const int fd : to_close_) close(fd);
  }
  static backend* make() {
    return choose_backend(GetParam() == weft::backend_choice::uring ? backend_choice::uring
                                                                    : backend_choice::epoll);
  }

  int keep(int fd) {
    to_close_.push_back(fd);
    return fd;
  }
  std::pair<int, int> pair() {
    int ends[2];
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
    return {keep(ends[0]), keep(ends[1])};
  }
  operation& make_operation(int fd, operation_code code) {
    operation& op = operations_.emplace_back();
    op.fd = fd;
    op.code = code;
    return op;
  }
  operation& submit(int fd, operation_code code) {
    operation& op = make_operation(fd, code);
    backend_->submit(op);
    return op;
  }
  /// One look at the kernel, without sleeping.
  void look() { wait(time_point::min()); }
  void wait(time_point deadline) {
    completion_list out;
    backend_->wait(deadline, out);
    for (const completion& c : out) {
      EXPECT_FALSE(ended_.count(c.op)) << "a result after the final one";
      if (!(c.flags & completion::more)) ended_[c.op] = c.result;
      if (c.data) got_[c.op].append(c.data->data(), c.data->size());
      if (c.data) c.data->give_back();
      results_.push_back(c);
    }
  }
  /// Waits until so many results have come in all.
  void wait_for(std::size_t n) {
    const time_point limit = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (results_.size() < n) {
      ASSERT_LT(std::chrono::steady_clock::now(), limit) << "results: " << results_.size();
      wait(limit);
    }
  }
  bool ended(const operation& op) const { return ended_.count(&op) != 0; }
  int result(const operation& op) const { return ended_.at(&op); }

  std::unique_ptr<backend> backend_;
  std::deque<operation> operations_;
  std::vector<completion> results_;
  std::map<const operation*, int> ended_;
  std::map<const operation*, std::string> got_;
  std::vector<int> to_close_;
};

inline void put(int fd, const std::string& data) {
  EXPECT_EQ(write(fd, data.data(), data.size()), static_cast<ssize_t>(data.size()));
}

}  // namespace weft::detail

#define EACH_BACKEND_KEEPS(suite)                                                   \
  class suite : public weft::detail::contract {};                                   \
  INSTANTIATE_TEST_SUITE_P(, suite, ::testing::ValuesIn(weft::testing::backends()), \
                           weft::testing::each_backend::name_of)
