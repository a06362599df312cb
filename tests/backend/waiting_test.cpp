// The seam's contract: polls, more at once than queues hold, deadlines and wakes.

#include <fcntl.h>
#include <sys/eventfd.h>

#include <cstdlib>
#include <thread>

#include <tests/backend/contract.hpp>

namespace weft::detail {
namespace {

EACH_BACKEND_KEEPS(waiting);

// ---- poll

TEST_P(waiting, polls_see_what_is_ready_already_and_what_becomes_so) {
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

TEST_P(waiting, polls_stand_beside_a_sockets_own_operations) {
  const auto [a, b] = pair();
  operation& receive = submit(a, operation_code::receive);
  operation& poll = submit(a, operation_code::poll_out);
  wait_for(1);
  EXPECT_TRUE(ended(poll));
  put(b, "x");
  wait_for(2);
  EXPECT_EQ(got_[&receive], "x");
}

TEST_P(waiting, a_cancelled_poll_ends_while_another_goes_on) {
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

TEST_P(waiting, polls_of_regular_files_are_ready_at_once) {
  char name[] = "/tmp/weft-contract-XXXXXX";
  const int file = keep(mkstemp(name));
  unlink(name);
  operation& in = submit(file, operation_code::poll_in);
  operation& out = submit(file, operation_code::poll_out);
  wait_for(2);
  EXPECT_GT(result(in), 0);
  EXPECT_GT(result(out), 0);
}

TEST_P(waiting, operations_on_closed_descriptors_fail) {
  const int gone = eventfd(0, 0);
  close(gone);
  operation& poll = submit(gone, operation_code::poll_in);
  operation& receive = submit(gone, operation_code::receive);
  wait_for(2);
  EXPECT_EQ(result(poll), -EBADF);
  EXPECT_EQ(result(receive), -EBADF);
}

TEST_P(waiting, a_descriptor_closed_under_a_poll_and_reused_is_the_new_one) {
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

TEST_P(waiting, a_detached_socket_leaves_nothing_for_the_next_with_its_number) {
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

TEST_P(waiting, takes_more_at_once_than_its_queues_hold) {
  // io_uring's queues hold 1024 submissions and 4096 completions.
  constexpr std::size_t many = 6000;
  const int event = keep(eventfd(0, EFD_NONBLOCK));
  for (std::size_t i = 0; i < many; ++i) submit(event, operation_code::poll_in);
  look();
  eventfd_write(event, 1);
  wait_for(many);
  EXPECT_EQ(ended_.size(), many);
}

TEST_P(waiting, takes_more_cancels_at_once_than_its_queues_hold) {
  constexpr std::size_t many = 6000;
  const int event = keep(eventfd(0, EFD_NONBLOCK));
  for (std::size_t i = 0; i < many; ++i) submit(event, operation_code::poll_in);
  for (operation& op : operations_) backend_->cancel(op);
  wait_for(many);
  for (const operation& op : operations_) EXPECT_EQ(result(op), -ECANCELED);
}

TEST_P(waiting, ends_with_operations_in_flight) {
  const auto [a, b] = pair();
  submit(a, operation_code::receive);
  submit(b, operation_code::receive);
  submit(b, operation_code::poll_in);
  look();
  backend_.reset();
  put(a, "nobody listens any more");
}

// ---- waiting

TEST_P(waiting, never_returns_early_from_a_deadline) {
  const time_point deadline = std::chrono::steady_clock::now() + std::chrono::microseconds(1500);
  int rounds = 0;
  while (std::chrono::steady_clock::now() < deadline) {
    wait(deadline);
    ASSERT_LT(++rounds, 100);
  }
  EXPECT_TRUE(results_.empty());
}

TEST_P(waiting, does_not_sleep_when_told_not_to_or_when_the_deadline_is_past) {
  look();
  wait(std::chrono::steady_clock::now());
  wait(time_point{});
  EXPECT_TRUE(results_.empty());
}

TEST_P(waiting, is_woken_by_another_thread) {
  look();
  std::thread other([this] { backend_->wake(); });
  wait(time_point::max());
  other.join();
  EXPECT_TRUE(results_.empty());
}

TEST_P(waiting, remembers_a_wake_that_came_before_the_wait) {
  backend_->wake();
  wait(time_point::max());
  backend_->wake();
  backend_->wake();
  backend_->wake();
  wait(time_point::max());
  backend_->wake();
  wait(time_point::max());
}

TEST_P(waiting, is_due_for_a_look_when_something_was_submitted) {
  look();
  const auto [a, b] = pair();
  submit(a, operation_code::poll_out);
  EXPECT_TRUE(backend_->poll_due());
  look();
  wait_for(1);
  EXPECT_GE(b, 0);
}

TEST_P(waiting, is_due_for_a_look_now_and_then_when_bytes_come) {
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
