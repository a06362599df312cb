// The contract of the seam between loop and kernel (weft/core/detail/backend.hpp), for each
// backend.

#include <arpa/inet.h>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <tests/backend/each_backend.hpp>
#include <weft/core/detail/backend.hpp>
#include <weft/io/backend/choose.hpp>
#include <weft/io/detail/buffer.hpp>

namespace weft::detail {
namespace {

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

INSTANTIATE_TEST_SUITE_P(, contract, ::testing::ValuesIn(weft::testing::backends()),
                         weft::testing::each_backend::name_of);

void put(int fd, const std::string& data) {
  EXPECT_EQ(write(fd, data.data(), data.size()), static_cast<ssize_t>(data.size()));
}

int listen_on_loopback(sockaddr_in& where) {
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  where = {};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  EXPECT_EQ(bind(fd, reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  EXPECT_EQ(listen(fd, 128), 0);
  socklen_t size = sizeof where;
  getsockname(fd, reinterpret_cast<sockaddr*>(&where), &size);
  return fd;
}

// ---- receive and send

TEST_P(contract, receive_gives_the_bytes_and_then_the_end) {
  const auto [a, b] = pair();
  operation& first = submit(a, operation_code::receive);
  look();
  EXPECT_FALSE(ended(first));
  put(b, "hello");
  wait_for(1);
  EXPECT_EQ(result(first), 5);
  EXPECT_EQ(got_[&first], "hello");
  operation& second = submit(a, operation_code::receive);
  shutdown(b, SHUT_WR);
  wait_for(2);
  EXPECT_EQ(result(second), 0);
}

TEST_P(contract, receive_sees_an_end_that_came_with_the_last_bytes) {
  const auto [a, b] = pair();
  operation& first = submit(a, operation_code::receive);
  look();
  put(b, "last");
  shutdown(b, SHUT_WR);
  wait_for(1);
  EXPECT_EQ(got_[&first], "last");
  operation& second = submit(a, operation_code::receive);
  wait_for(2);
  EXPECT_EQ(result(second), 0);
}

TEST_P(contract, receive_fills_the_callers_memory_when_given) {
  const auto [a, b] = pair();
  char memory[3];
  operation& op = make_operation(a, operation_code::receive);
  op.data = memory;
  op.size = sizeof memory;
  put(b, "abcdef");
  backend_->submit(op);
  wait_for(1);
  EXPECT_EQ(result(op), 3);
  EXPECT_EQ(std::string(memory, 3), "abc");
}

TEST_P(contract, receive_uses_large_buffers_when_told) {
  const auto [a, b] = pair();
  const std::string much(40'000, 'x');
  put(b, much);
  operation& op = make_operation(a, operation_code::receive);
  op.flags = operation::large;
  backend_->submit(op);
  wait_for(1);
  EXPECT_GT(result(op), static_cast<int>(small_buffer));
}

TEST_P(contract, receives_go_on_when_buffers_run_dry) {
  // More than the ring of io_uring holds; none is given back before all are there.
  constexpr std::size_t many = 400;
  std::vector<std::pair<int, int>> pairs;
  for (std::size_t i = 0; i < many; ++i) pairs.push_back(pair());
  for (const auto& [a, b] : pairs) submit(a, operation_code::receive);
  look();
  for (const auto& [a, b] : pairs) put(b, "x");
  completion_list out;
  while (out.size() < many) backend_->wait(time_point::max(), out);
  for (const completion& c : out) {
    EXPECT_EQ(c.result, 1);
    ASSERT_NE(c.data, nullptr);
    EXPECT_EQ(*c.data->data(), 'x');
  }
  // Buffers may outlive what lent them.
  backend_.reset();
  for (const completion& c : out) c.data->give_back();
}

TEST_P(contract, send_sends_all_that_fits) {
  const auto [a, b] = pair();
  std::string data = "some bytes";
  operation& op = make_operation(a, operation_code::send);
  op.data = data.data();
  op.size = static_cast<std::uint32_t>(data.size());
  backend_->submit(op);
  wait_for(1);
  EXPECT_EQ(result(op), 10);
  char memory[16];
  EXPECT_EQ(read(b, memory, sizeof memory), 10);
}

TEST_P(contract, send_gathers) {
  const auto [a, b] = pair();
  std::string one = "one ";
  std::string two = "two";
  iovec parts[2] = {{one.data(), one.size()}, {two.data(), two.size()}};
  msghdr header{};
  header.msg_iov = parts;
  header.msg_iovlen = 2;
  operation& op = make_operation(a, operation_code::send_gather);
  op.data = &header;
  backend_->submit(op);
  wait_for(1);
  EXPECT_EQ(result(op), 7);
  char memory[16];
  EXPECT_EQ(read(b, memory, sizeof memory), 7);
  EXPECT_EQ(std::string(memory, 7), "one two");
}

TEST_P(contract, send_to_nobody_fails_without_a_signal) {
  const auto [a, b] = pair();
  shutdown(b, SHUT_RDWR);
  char byte = 'x';
  operation& op = make_operation(a, operation_code::send);
  op.data = &byte;
  op.size = 1;
  backend_->submit(op);
  wait_for(1);
  EXPECT_EQ(result(op), -EPIPE);
}

// ---- cancel

TEST_P(contract, a_cancelled_receive_ends_once_and_takes_no_byte) {
  const auto [a, b] = pair();
  operation& op = submit(a, operation_code::receive);
  look();
  backend_->cancel(op);
  EXPECT_FALSE(ended(op));  // never inside the call
  wait_for(1);
  EXPECT_EQ(result(op), -ECANCELED);
  put(b, "kept");
  operation& next = submit(a, operation_code::receive);
  wait_for(2);
  EXPECT_EQ(got_[&next], "kept");
}

TEST_P(contract, a_receive_cancelled_before_it_was_handed_over_ends) {
  const auto [a, b] = pair();
  operation& op = submit(a, operation_code::receive);
  backend_->cancel(op);
  wait_for(1);
  EXPECT_EQ(result(op), -ECANCELED);
  EXPECT_GE(b, 0);
}

TEST_P(contract, a_cancel_too_late_changes_nothing) {
  const auto [a, b] = pair();
  put(b, "x");
  operation& op = submit(a, operation_code::receive);
  wait_for(1);
  EXPECT_EQ(result(op), 1);
  backend_->cancel(op);
  look();
  look();
  EXPECT_EQ(results_.size(), 1u);
}

TEST_P(contract, bytes_and_a_cancel_at_once_lose_nothing) {
  const auto [a, b] = pair();
  std::string all;
  std::string sent;
  for (int i = 0; i < 200; ++i) {
    operation& op = submit(a, operation_code::receive);
    if (i % 3) look();
    put(b, std::to_string(i));
    sent += std::to_string(i);
    if (i % 2) look();
    if (!ended(op)) backend_->cancel(op);
    while (!ended(op)) look();
    all += got_[&op];
  }
  shutdown(b, SHUT_WR);
  for (;;) {
    operation& op = submit(a, operation_code::receive);
    while (!ended(op)) wait(time_point::max());
    if (result(op) == 0) break;
    all += got_[&op];
  }
  EXPECT_EQ(all, sent);
}

// ---- accept and connect

TEST_P(contract, accept_gives_each_connection_until_cancelled) {
  sockaddr_in where;
  const int listening = keep(listen_on_loopback(where));
  operation& accepts = submit(listening, operation_code::accept);
  look();
  std::vector<int> clients;
  for (int i = 0; i < 100; ++i) {
    clients.push_back(keep(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)));
    ASSERT_EQ(connect(clients.back(), reinterpret_cast<sockaddr*>(&where), sizeof where), 0);
  }
  wait_for(100);
  for (const completion& c : results_) {
    EXPECT_GE(c.result, 0);
    EXPECT_TRUE(c.flags & completion::more);
    keep(c.result);
  }
  backend_->cancel(accepts);
  wait_for(101);
  EXPECT_EQ(result(accepts), -ECANCELED);
}

TEST_P(contract, connect_connects_or_says_why_not) {
  sockaddr_in where;
  const int listening = listen_on_loopback(where);
  operation& works =
      make_operation(keep(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), operation_code::connect);
  works.data = &where;
  works.size = sizeof where;
  backend_->submit(works);
  wait_for(1);
  EXPECT_EQ(result(works), 0);
  close(listening);
  operation& fails =
      make_operation(keep(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)), operation_code::connect);
  fails.data = &where;
  fails.size = sizeof where;
  backend_->submit(fails);
  wait_for(2);
  EXPECT_EQ(result(fails), -ECONNREFUSED);
}

// ---- poll

TEST_P(contract, polls_see_what_is_ready_already_and_what_becomes_so) {
  const int event = keep(eventfd(0, EFD_NONBLOCK));
  operation& out = submit(event, operation_code::poll_out);
  operation& in = submit(event, operation_code::poll_in);
  wait_for(1);
  EXPECT_TRUE(ended(out));
  EXPECT_FALSE(ended(in));
  eventfd_write(event, 1);
  wait_for(2);
  EXPECT_GT(result(in), 0);
  // Level-triggered: nothing was read, so it is ready still.
  operation& again = submit(event, operation_code::poll_in);
  wait_for(3);
  EXPECT_GT(result(again), 0);
}

TEST_P(contract, polls_stand_beside_a_sockets_own_operations) {
  const auto [a, b] = pair();
  operation& receive = submit(a, operation_code::receive);
  operation& poll = submit(a, operation_code::poll_out);
  wait_for(1);
  EXPECT_TRUE(ended(poll));
  put(b, "x");
  wait_for(2);
  EXPECT_EQ(got_[&receive], "x");
}

TEST_P(contract, a_cancelled_poll_ends_while_another_goes_on) {
  const int event = keep(eventfd(0, EFD_NONBLOCK));
  operation& first = submit(event, operation_code::poll_in);
  operation& second = submit(event, operation_code::poll_in);
  look();
  backend_->cancel(first);
  wait_for(1);
  EXPECT_EQ(result(first), -ECANCELED);
  eventfd_write(event, 1);
  wait_for(2);
  EXPECT_GT(result(second), 0);
}

TEST_P(contract, polls_of_regular_files_are_ready_at_once) {
  char name[] = "/tmp/weft-contract-XXXXXX";
  const int file = keep(mkstemp(name));
  unlink(name);
  operation& in = submit(file, operation_code::poll_in);
  operation& out = submit(file, operation_code::poll_out);
  wait_for(2);
  EXPECT_GT(result(in), 0);
  EXPECT_GT(result(out), 0);
}

TEST_P(contract, operations_on_closed_descriptors_fail) {
  const int gone = eventfd(0, 0);
  close(gone);
  operation& poll = submit(gone, operation_code::poll_in);
  operation& receive = submit(gone, operation_code::receive);
  wait_for(2);
  EXPECT_EQ(result(poll), -EBADF);
  EXPECT_EQ(result(receive), -EBADF);
}

TEST_P(contract, a_descriptor_closed_under_a_poll_and_reused_is_the_new_one) {
  // As libcurl does: the socket goes, the next one gets its number.
  const int number = eventfd(0, EFD_NONBLOCK);
  operation& old = submit(number, operation_code::poll_in);
  look();
  close(number);
  const int reused = keep(eventfd(0, EFD_NONBLOCK));
  ASSERT_EQ(reused, number);
  backend_->cancel(old);
  operation& fresh = submit(reused, operation_code::poll_in);
  wait_for(1);
  EXPECT_EQ(result(old), -ECANCELED);
  look();
  EXPECT_FALSE(ended(fresh));
  eventfd_write(reused, 1);
  wait_for(2);
  EXPECT_GT(result(fresh), 0);
}

TEST_P(contract, a_detached_socket_leaves_nothing_for_the_next_with_its_number) {
  auto [a, b] = pair();
  put(b, "x");
  operation& op = submit(a, operation_code::receive);
  wait_for(1);
  EXPECT_EQ(result(op), 1);
  backend_->detach(a);
  int ends[2];
  ASSERT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
  dup3(ends[0], a, O_CLOEXEC);  // takes the number over
  close(ends[0]);
  keep(ends[1]);
  operation& fresh = submit(a, operation_code::receive);
  look();
  EXPECT_FALSE(ended(fresh));
  put(ends[1], "new");
  wait_for(2);
  EXPECT_EQ(got_[&fresh], "new");
}

// ---- many at once

TEST_P(contract, takes_more_at_once_than_its_queues_hold) {
  // io_uring's queues hold 1024 submissions and 4096 completions.
  constexpr std::size_t many = 6000;
  const int event = keep(eventfd(0, EFD_NONBLOCK));
  for (std::size_t i = 0; i < many; ++i) submit(event, operation_code::poll_in);
  look();
  eventfd_write(event, 1);
  wait_for(many);
  EXPECT_EQ(ended_.size(), many);
}

TEST_P(contract, takes_more_cancels_at_once_than_its_queues_hold) {
  constexpr std::size_t many = 6000;
  const int event = keep(eventfd(0, EFD_NONBLOCK));
  for (std::size_t i = 0; i < many; ++i) submit(event, operation_code::poll_in);
  for (operation& op : operations_) backend_->cancel(op);
  wait_for(many);
  for (const operation& op : operations_) EXPECT_EQ(result(op), -ECANCELED);
}

TEST_P(contract, ends_with_operations_in_flight) {
  const auto [a, b] = pair();
  submit(a, operation_code::receive);
  submit(b, operation_code::receive);
  submit(b, operation_code::poll_in);
  look();
  backend_.reset();
  put(a, "nobody listens any more");
}

// ---- waiting

TEST_P(contract, never_returns_early_from_a_deadline) {
  const time_point deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(1500);
  int rounds = 0;
  while (std::chrono::steady_clock::now() < deadline) {
    wait(deadline);
    ASSERT_LT(++rounds, 100);
  }
  EXPECT_TRUE(results_.empty());
}

TEST_P(contract, does_not_sleep_when_told_not_to_or_when_the_deadline_is_past) {
  look();
  wait(std::chrono::steady_clock::now());
  wait(time_point{});
  EXPECT_TRUE(results_.empty());
}

TEST_P(contract, is_woken_by_another_thread) {
  look();
  std::thread other([this] { backend_->wake(); });
  wait(time_point::max());
  other.join();
  EXPECT_TRUE(results_.empty());
}

TEST_P(contract, remembers_a_wake_that_came_before_the_wait) {
  backend_->wake();
  wait(time_point::max());
  backend_->wake();
  backend_->wake();
  backend_->wake();
  wait(time_point::max());
  backend_->wake();
  wait(time_point::max());
}

TEST_P(contract, is_due_for_a_look_when_something_was_submitted) {
  look();
  const auto [a, b] = pair();
  submit(a, operation_code::poll_out);
  EXPECT_TRUE(backend_->poll_due());
  look();
  wait_for(1);
  EXPECT_GE(b, 0);
}

TEST_P(contract, is_due_for_a_look_now_and_then_when_bytes_come) {
  const auto [a, b] = pair();
  operation& op = submit(a, operation_code::receive);
  look();
  put(b, "x");
  int asked = 0;
  while (!backend_->poll_due()) ASSERT_LT(++asked, 1000);
  wait_for(1);
  EXPECT_EQ(result(op), 1);
}

}  // namespace
}  // namespace weft::detail
