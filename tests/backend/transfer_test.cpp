// The seam's contract: bytes, connections, and what a cancel does to them.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/uio.h>

#include <tests/backend/contract.hpp>

namespace weft::detail {
namespace {

EACH_BACKEND_KEEPS(transfer);

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

TEST_P(transfer, receive_gives_the_bytes_and_then_the_end) {
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

TEST_P(transfer, receive_sees_an_end_that_came_with_the_last_bytes) {
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

TEST_P(transfer, receive_fills_the_callers_memory_when_given) {
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

TEST_P(transfer, receive_uses_large_buffers_when_told) {
  const auto [a, b] = pair();
  const std::string much(40'000, 'x');
  put(b, much);
  operation& op = make_operation(a, operation_code::receive);
  op.flags = operation::large;
  backend_->submit(op);
  wait_for(1);
  EXPECT_GT(result(op), static_cast<int>(small_buffer));
}

TEST_P(transfer, receive_that_may_go_on_gives_what_comes_until_it_is_cancelled) {
  const auto [a, b] = pair();
  operation& op = make_operation(a, operation_code::receive);
  op.flags = operation::go_on;
  backend_->submit(op);
  std::size_t results = 0;
  for (const char* piece : {"one", "two", "three"}) {
    put(b, piece);
    wait_for(++results);
    if (!ended(op)) continue;
    EXPECT_EQ(result(op), static_cast<int>(std::string(piece).size()));
    ended_.erase(&op);
    backend_->submit(op);
  }
  EXPECT_EQ(got_[&op], "onetwothree");
  backend_->cancel(op);
  wait_for(++results);
  EXPECT_EQ(result(op), -ECANCELED);
}

TEST_P(transfer, receives_that_go_on_lose_nothing_when_buffers_run_dry) {
  const auto [a, b] = pair();
  operation& op = make_operation(a, operation_code::receive);
  op.flags = operation::go_on;
  backend_->submit(op);
  std::string all;
  completion_list kept;
  for (int i = 0; i < 400; ++i) {
    put(b, std::string(1, static_cast<char>('a' + i % 26)));
    completion_list out;
    while (out.empty()) backend_->wait(time_point::max(), out);
    for (const completion& c : out) {
      ASSERT_GT(c.result, 0);
      all.append(c.data->data(), c.data->size());
      kept.push_back(c);
      if (!(c.flags & completion::more)) backend_->submit(op);
    }
  }
  EXPECT_EQ(all.size(), 400u);
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i], static_cast<char>('a' + i % 26));
  backend_.reset();
  for (const completion& c : kept) c.data->give_back();
}

TEST_P(transfer, receives_go_on_when_buffers_run_dry) {
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

TEST_P(transfer, send_sends_all_that_fits) {
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

TEST_P(transfer, send_gathers) {
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

TEST_P(transfer, send_to_nobody_fails_without_a_signal) {
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

TEST_P(transfer, a_cancelled_receive_ends_once_and_takes_no_byte) {
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

TEST_P(transfer, a_receive_cancelled_before_it_was_handed_over_ends) {
  const auto [a, b] = pair();
  operation& op = submit(a, operation_code::receive);
  backend_->cancel(op);
  wait_for(1);
  EXPECT_EQ(result(op), -ECANCELED);
  EXPECT_GE(b, 0);
}

TEST_P(transfer, a_cancel_too_late_changes_nothing) {
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

TEST_P(transfer, bytes_and_a_cancel_at_once_lose_nothing) {
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

TEST_P(transfer, accept_gives_each_connection_until_cancelled) {
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

TEST_P(transfer, connect_connects_or_says_why_not) {
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

}  // namespace
}  // namespace weft::detail
